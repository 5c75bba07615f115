import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where packages put daemons: not always on the PATH of a user other than root. */
const systemFolders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin', '/usr/local/bin'];

/**
 * The path of a program: `named` if given (and then nothing else), else the first on PATH or in the system's folders.
 * Undefined when there is none that may be run.
 */
export function findProgram(name: string, named?: string): string | undefined {
  if (named) return mayRun(named) ? named : undefined;
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...systemFolders];
  return folders
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(mayRun);
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
