import { glob } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The project's own files that match, as paths from its root: not of packages, of runs, nor of hidden folders. */
export async function projectFiles(patterns: string | readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  // The name that `exclude` is asked about is now a path and now the last part of one.
  const exclude = (name: string) => /(^|\/)(node_modules|\.[^/]+)$/.test(name);
  for await (const file of glob(typeof patterns === 'string' ? patterns : [...patterns], {
    cwd: root,
    exclude,
  }))
    if (!file.startsWith('runs/')) found.add(file);
  return [...found].sort();
}
