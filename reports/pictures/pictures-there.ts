import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../../result/result.ts';
import type { Picture } from './pictures-of.ts';

/** Where in the folder of a run its pictures are. */
export const picturesFolder = 'pictures';

/** The pictures of a run that were written into its folder. The charts are loaded only where there are some. */
export async function picturesThere(directory: string, result: Result): Promise<readonly Picture[]> {
  const written = new Set(await readdir(join(directory, picturesFolder)).catch(ifNone));
  if (written.size === 0) return [];
  const { picturesOf } = await import('./pictures-of.ts');
  return picturesOf(result).filter(({ file }) => written.has(file));
}

function ifNone(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
