import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../process/process-end.ts';

const file = (folder: string) => join(folder, 'broken.json');

/** Whether a drill was ended before it repaired what it broke in this topology. */
export const isBroken = (folder: string): boolean => existsSync(file(folder));

/** What a look at the topology must say of it; undefined where nothing is broken on purpose. */
export function breakageIn(folder: string): string | undefined {
  if (!isBroken(folder)) return undefined;
  try {
    const { pid } = JSON.parse(readFileSync(file(folder), 'utf8')) as { pid: number };
    if (isThere(pid)) return `a drill (process ${pid}) breaks and repairs it right now`;
  } catch {
    // half written, or forgotten meanwhile: nobody is known to repair it
  }
  return 'a drill was ended before it repaired what it broke: the next command that uses the topology does so, or `./olympus up`';
}

/** Written before anything is broken. */
export const noteBreakage = (folder: string): Promise<void> =>
  writeFile(file(folder), JSON.stringify({ pid: process.pid, since: new Date().toISOString() }), {
    mode: 0o600,
  });

export const forgetBreakage = (folder: string): Promise<void> => rm(file(folder), { force: true });
