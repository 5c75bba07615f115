import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../config/progress.ts';
import { lock } from '../process/lock.ts';

export interface Fetching {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Makes a folder of the cache once, under a lock, and gives it its name when it is whole. */
export async function installCached(
  folder: string,
  { progress, signal }: Fetching,
  make: (partial: string) => Promise<void>,
): Promise<string> {
  if (existsSync(folder)) return folder;
  await mkdir(join(folder, '..'), { recursive: true });
  using _one = await lock(`${folder}.lock`, signal, () =>
    progress.note('waiting for another process that is fetching the same'),
  );
  if (existsSync(folder)) return folder;
  const partial = await mkdtemp(`${folder}-`);
  try {
    await make(partial);
    await chmod(partial, 0o755); // servers of another account run from here
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}
