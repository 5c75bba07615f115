import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const file = (folder: string) => join(folder, 'broken.json');

/** Whether a drill was ended before it repaired what it broke in this topology. */
export const isBroken = (folder: string): boolean => existsSync(file(folder));

/** Written before anything is broken. */
export const noteBreakage = (folder: string): Promise<void> =>
  writeFile(file(folder), JSON.stringify({ pid: process.pid, since: new Date().toISOString() }), {
    mode: 0o600,
  });

export const forgetBreakage = (folder: string): Promise<void> => rm(file(folder), { force: true });
