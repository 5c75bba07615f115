import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { lock, tryLock } from '../process/lock.ts';
import { unmountBelow } from './small-disk.ts';
import { stopParts } from './stop-parts.ts';

/** The folder of all local topologies in a cache. */
export function localFolder(cache: string): string {
  const folder = join(cache, 'local');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The folder of the topology that `up` holds under this name. */
export function heldFolder(cache: string, name: string): string {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name))
    throw usage(`"${name}" is no name for a topology.`, 'Use lower-case letters, digits and underscores.');
  return join(localFolder(cache), name);
}

const tiedName = /^[a-z][a-z0-9_]*-\d+-[0-9a-f]{8}$/;
const lockOf = (folder: string) => `${folder}.lock`;

export interface OwnFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * A folder for a topology that ends with us; disposing it removes it. Before that, what dead owners left is removed.
 * Its lock is held as long as we live; both are made under the lock of all, so that nobody takes a folder whose lock
 * is about to be taken for a dead owner's.
 */
export async function tiedFolder(
  cache: string,
  name: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<OwnFolder> {
  const parent = localFolder(cache);
  using _all = await lock(join(parent, '.lock'), signal);
  await removeLeftovers(parent, progress);
  const path = `${heldFolder(cache, name)}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const own = tryLock(lockOf(path))!; // the name is ours alone
  mkdirSync(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await removeFolder(path);
      await rm(lockOf(path), { force: true });
      own[Symbol.dispose]();
    },
  };
}

/** Stops what still runs in the folders of dead owners, and removes them. */
async function removeLeftovers(parent: string, progress: Progress): Promise<void> {
  const names = new Set(readdirSync(parent).map((entry) => entry.replace(/\.lock$/, '')));
  for (const entry of names) {
    const folder = join(parent, entry);
    if (!tiedName.test(entry)) continue;
    using dead = tryLock(lockOf(folder));
    if (!dead) continue;
    if (existsSync(folder)) progress.note(`removing ${folder}, which a process left that was killed`);
    await stopParts(folder, 'immediate');
    await removeFolder(folder);
    await rm(lockOf(folder), { force: true });
  }
}

/** A server that was just killed may write for a moment longer. */
export async function removeFolder(path: string): Promise<void> {
  unmountBelow(path);
  if (existsSync(path)) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
