import { usage } from '../../config/fault.ts';
import type { Setting } from '../measure.ts';

/**
 * Before a load whose rate nobody named: a search for the maximum, or a closed loop.
 * @param instead what measures without that search, as a command
 * @throws Fault (usage): on a server of the user's nobody looks for the most that it can do without being asked to
 */
export function requireLoadAllowed(
  { topology, allowLoad }: Pick<Setting, 'topology' | 'allowLoad'>,
  instead: string,
): void {
  const theirs = topology.endpoints.some(({ provider, name }) => provider === 'external' && name !== 'cache');
  if (!theirs || allowLoad) return;
  throw usage(
    'Without a rate the load would search for the most that your server can answer.',
    `Name a rate that it can bear: ${instead}; or allow the search: --allow-load`,
  );
}
