import { rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from '../process/lock.ts';
import { connect } from '../topology/session.ts';
import { copyBaseBackup } from './base-backup.ts';
import {
  entryFolder,
  format,
  inventory,
  keptFolder,
  keptLimit,
  lockFile,
  type Manifest,
  manifestFile,
  partialFolder,
  pruneKept,
  removeEntry,
} from './kept.ts';
import { makePrivateFolder, partFolder, type Server, type Site } from './local-topology.ts';
import { accounts, localUrl } from './login.ts';
import { runSingleUser } from './single-user.ts';
import type { LocalState } from './state.ts';
import { toDisk } from './to-disk.ts';

/** What is to be known of a data set that is kept. */
export type Facts = Pick<Manifest, 'label' | 'digest'>;

/**
 * Copies the data directory of the running primary under a key, for later starts: a base backup, replayed and shut
 * down at once so that a start from it replays nothing. It gets its name when it is whole and on the disk. Then the
 * entries used longest ago make room.
 */
export async function keepData(
  site: Site,
  state: LocalState,
  primary: Server,
  cache: string,
  key: string,
  facts: Facts,
): Promise<void> {
  using _own = await lock(lockFile(cache, key), site.signal);
  const target = entryFolder(cache, key);
  const partial = partialFolder(cache, key);
  await removeEntry(partial);
  const bytes = (await inventory(partFolder(site, 'primary'))).reduce((sum, [, size]) => sum + size, 0);
  const why = await noRoom(cache, bytes);
  if (why) return site.progress.note(`the data set is not kept for the next run: ${why}`);
  site.progress.note(`keeping the data set for the next run (${(bytes / 1e6).toFixed(0)} MB with its log)`);
  try {
    await makePrivateFolder(site, partial);
    const data = join(partial, 'data');
    {
      await using admin = await connect(
        localUrl(accounts.admin, state.passwords.admin, primary.port, 'postgres'),
      );
      await copyBaseBackup(site, admin, {
        from: partFolder(site, 'primary'),
        to: data,
        label: 'olympus-bench kept',
      });
    }
    await runSingleUser(site, data, []);
    await rm(join(data, 'backup_label.old'), { force: true });
    const files = await inventory(data);
    for (const [name] of files) if (!name.endsWith('/')) await toDisk(join(data, name), site.signal);
    const manifest: Manifest = {
      format,
      ...facts,
      version: site.build.version,
      bytes: files.reduce((sum, [, size]) => sum + size, 0),
      files,
    };
    await writeFile(manifestFile(partial), JSON.stringify(manifest), { mode: 0o600 });
    await toDisk(manifestFile(partial), site.signal);
    await removeEntry(target);
    await rename(partial, target);
  } catch (error) {
    await removeEntry(partial);
    throw error;
  }
  for (const old of await pruneKept(cache, keptLimit, site.progress))
    site.progress.note(`removed the kept data set of ${old.label}, which was used longest ago`);
}

async function noRoom(cache: string, bytes: number): Promise<string | undefined> {
  if (bytes > keptLimit) return `it takes ${(bytes / 1e9).toFixed(1)} GB of at most ${keptLimit / 1e9}`;
  const disk = await statfs(keptFolder(cache));
  const free = disk.bavail * disk.bsize;
  return free < bytes * 1.1 + 1e9 ? `the disk has only ${(free / 1e9).toFixed(1)} GB left` : undefined;
}
