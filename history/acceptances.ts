import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../config/fault.ts';
import type { AcceptedChange } from '../result/history.ts';

export const acceptedName = 'accepted.ndjson';

/** Every change that somebody gave a reason for, in the order in which they did. @throws Fault (usage) naming a bad line */
export async function readAcceptances(root: string): Promise<AcceptedChange[]> {
  const file = join(root, acceptedName);
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const accepted = parseAcceptance(line);
    if (accepted) return [accepted];
    throw usage(
      `${file}:${i + 1} is no accepted change.`,
      'Remove the line, or bring it back from a backup.',
    );
  });
}

/** null: it is none. */
export function parseAcceptance(text: string): AcceptedChange | null {
  try {
    const { metric, reason, at, run, from, level, control } = JSON.parse(text) as AcceptedChange;
    const words = [metric, reason, at, run, from, control].every((one) => typeof one === 'string');
    return words && Number.isFinite(level) ? { metric, reason, at, run, from, level, control } : null;
  } catch {
    return null;
  }
}

export const writeAcceptance = (root: string, accepted: AcceptedChange): Promise<void> =>
  appendFile(join(root, acceptedName), `${JSON.stringify(accepted)}\n`);
