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
    try {
      const { metric, reason, at, run, from, level, control } = JSON.parse(line) as AcceptedChange;
      if (
        [metric, reason, at, run, from, control].every((one) => typeof one === 'string') &&
        Number.isFinite(level)
      )
        return [{ metric, reason, at, run, from, level, control }];
    } catch {} // told below
    throw usage(
      `${file}:${i + 1} is no accepted change.`,
      'Remove the line, or bring it back from a backup.',
    );
  });
}

export const writeAcceptance = (root: string, accepted: AcceptedChange): Promise<void> =>
  appendFile(join(root, acceptedName), `${JSON.stringify(accepted)}\n`);
