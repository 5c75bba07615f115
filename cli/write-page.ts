import { writeFile } from 'node:fs/promises';
import { usage } from '../config/fault.ts';

/** Writes a page where the user wants it. @throws Fault (usage) where that cannot be written */
export async function writePage(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    throw usage(
      `Cannot write ${file}: ${(error as Error).message}`,
      'Name a file in a folder that exists.',
      error,
    );
  }
}
