import { usage } from '../config/fault.ts';
import { isRunId } from './run-id.ts';

/**
 * A name that a person gives a run, checked: it can stand where an id can, and is never a path.
 * @throws Fault (usage) for what is none
 */
export function runName(name: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(name) && name !== 'latest' && !isRunId(name)) return name;
  throw usage(
    `${JSON.stringify(name)} is no name for a run.`,
    'Letters, digits, "-", "_" and ".", at most 64 of them, such as --name before-the-index; "latest" has its own meaning.',
  );
}
