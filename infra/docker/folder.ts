import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { lock, tryLock } from '../process/lock.ts';

/** The folder of all topologies in Docker of a cache. */
function dockerFolder(cache: string): string {
  const folder = join(cache, 'docker');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The folder of the topology that `up` holds under this name. */
export function heldFolder(cache: string, name: string): string {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(name))
    throw usage(`"${name}" is no name for a topology.`, 'Use lower-case letters, digits and underscores.');
  return join(dockerFolder(cache), name);
}

export const lockOf = (folder: string) => `${folder}.lock`;
const tiedName = /^[a-z][a-z0-9_]*-\d+-[0-9a-f]{8}$/;

export interface OwnFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * A folder for a topology that ends with us; its lock is held as long as we live. Before that, `remove` is given the
 * folder of every dead owner.
 */
export async function tiedFolder(
  cache: string,
  name: string,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
  remove: (folder: string) => Promise<void>,
): Promise<OwnFolder> {
  const parent = dockerFolder(cache);
  using _all = await lock(join(parent, '.lock'), signal);
  const names = new Set(readdirSync(parent).map((entry) => entry.replace(/\.lock$/, '')));
  for (const entry of [...names].filter((entry) => tiedName.test(entry))) {
    const folder = join(parent, entry);
    using dead = tryLock(lockOf(folder));
    if (!dead) continue;
    if (existsSync(folder)) {
      progress.note(`removing ${folder}, which a process left that was killed`);
      await remove(folder);
    }
    await rm(lockOf(folder), { force: true });
  }
  const path = `${heldFolder(cache, name)}-${process.pid}-${randomBytes(4).toString('hex')}`;
  const own = tryLock(lockOf(path))!; // the name is ours alone
  mkdirSync(path, { mode: 0o700 });
  return {
    path,
    async [Symbol.asyncDispose]() {
      await rm(path, { recursive: true, force: true });
      await rm(lockOf(path), { force: true });
      own[Symbol.dispose]();
    },
  };
}
