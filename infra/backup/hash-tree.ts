import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { inventory } from '../local/kept.ts';
import { toDisk } from '../local/to-disk.ts';
import type { FileEntry } from './manifest.ts';

/** Files that are read at once: a data directory has thousands of small ones. */
const atOnce = 8;

/** Bytes up to which a file is read in one go. */
const small = 1024 ** 2;

/** Every file below a folder with its size and SHA-256, in the order of their names. */
export async function hashTree(root: string, signal: AbortSignal): Promise<FileEntry[]> {
  const files = (await inventory(root)).filter(([name]) => !name.endsWith('/'));
  return await overFiles(files, async ([name, bytes]) => ({
    ...{ name, bytes },
    sha256:
      bytes <= small
        ? hash('sha256', await readFile(join(root, name), { signal }))
        : await hashFile(join(root, name), signal),
  }));
}

/** Waits until every file of a folder is on the disk. */
export async function treeToDisk(
  root: string,
  files: readonly FileEntry[],
  signal: AbortSignal,
): Promise<void> {
  await overFiles(files, ({ name }) => toDisk(join(root, name), signal));
}

async function overFiles<T, R>(files: readonly T[], work: (file: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(files.length);
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < files.length; i = next++) results[i] = await work(files[i]!);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hashing = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hashing, { signal });
  return hashing.digest('hex');
}
