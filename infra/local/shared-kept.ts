import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { lock } from '../process/lock.ts';
import { runChild } from '../process/run-child.ts';
import type { Account } from '../process/unprivileged.ts';
import type { ObjectStore } from '../services/object-store.ts';
import { getFolder, hasFolder, putFolder } from '../services/stored-folder.ts';
import { entryFolder, keptFolder, lockFile } from './kept.ts';
import type { Site } from './local-topology.ts';

const nameOf = (key: string) => `datasets/${key}`;
const archive = 'entry.tar.gz';

/**
 * Brings the kept data set of a key from the store that machines share, where this machine has none. Whatever stands
 * in the way is a warning: the data can be made here. What is in the store is configuration of a server too: only who
 * is trusted with this machine may write there.
 */
export async function fetchEntry(site: Site, cache: string, key: string, store: ObjectStore): Promise<void> {
  if (existsSync(entryFolder(cache, key))) return;
  using _own = await lock(lockFile(cache, key), site.signal);
  await using folder = await scratch(cache);
  try {
    if (existsSync(entryFolder(cache, key)) || !(await hasFolder(store, nameOf(key)))) return;
    site.progress.note(`fetching the data set from ${store.url}`);
    await getFolder(store, nameOf(key), join(folder.path, 'fetched'));
    const entry = join(folder.path, 'entry');
    await mkdir(entry);
    await tar(site, ['-xzf', join(folder.path, 'fetched', archive), '-C', entry, '--no-same-owner', '-p']);
    await giveAll(entry, site.account);
    await rename(entry, entryFolder(cache, key));
  } catch (error) {
    site.signal.throwIfAborted();
    site.progress.warn(`The data set could not be fetched and is made here: ${(error as Error).message}`);
  }
}

/** Stores the kept data set of a key for other machines, unless the store has one. A failure is a warning. */
export async function shareEntry(site: Site, cache: string, key: string, store: ObjectStore): Promise<void> {
  if (!existsSync(entryFolder(cache, key))) return; // there was no room for it
  using _own = await lock(lockFile(cache, key), site.signal);
  await using folder = await scratch(cache);
  try {
    if (await hasFolder(store, nameOf(key))) return;
    site.progress.note(`storing the data set in ${store.url}`);
    const packed = join(folder.path, 'packed');
    await mkdir(packed);
    await tar(site, ['-czf', join(packed, archive), '-C', entryFolder(cache, key), '.']);
    await putFolder(store, nameOf(key), packed);
  } catch (error) {
    site.signal.throwIfAborted();
    site.progress.warn(`The data set could not be stored for other machines: ${(error as Error).message}`);
  }
}

/** Beside the entries, so that a rename suffices; its name has a dot, so that it is no entry. */
async function scratch(cache: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(keptFolder(cache), 'shared.partial-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  };
}

async function tar({ signal }: Site, args: readonly string[]): Promise<void> {
  const { code, last } = await runChild('tar', args, { signal });
  if (code !== 0) throw missing(`tar ended with ${code}: ${last.at(-1) ?? ''}`, 'Is there room on the disk?');
}

async function giveAll(root: string, account: Account | undefined): Promise<void> {
  await chmod(root, 0o700);
  if (!account) return;
  await chown(root, account.uid, account.gid);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), account.uid, account.gid);
}
