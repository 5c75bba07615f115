import { open } from 'node:fs/promises';

/** Waits until what is in a file is on the disk. */
export async function toDisk(path: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await using file = await open(path);
  await file.datasync();
}
