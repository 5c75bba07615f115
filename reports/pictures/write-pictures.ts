import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Result } from '../../result/result.ts';
import { replaceFile } from '../write-file.ts';
import { picture } from './picture.ts';
import { type Picture, picturesOf } from './pictures-of.ts';

/**
 * One PNG for each chart of a run.
 * @returns what was written, in the order of the page
 * @throws Fault (component) when the folder cannot be written
 */
export async function writePictures(directory: string, result: Result): Promise<Picture[]> {
  const pictures = picturesOf(result);
  if (pictures.length === 0) return [];
  try {
    await mkdir(directory, { recursive: true });
    for (const { file, figure, source } of pictures)
      await replaceFile(join(directory, file), picture(figure, source));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw missing(
      `Cannot write the pictures into ${directory}: ${error.message}`,
      'Name a folder that can be written, with --write.',
      error,
    );
  }
  return pictures;
}
