import { open, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from '../process/lock.ts';
import { connect } from '../topology/session.ts';
import { copyData, copyOne, ofRunning } from './copy-data.ts';
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
import { giveTo, makePrivateFolder, partFolder, type Server, type Site } from './local-topology.ts';
import { accounts, localUrl } from './login.ts';
import { runSingleUser } from './single-user.ts';
import type { LocalState } from './state.ts';

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
    await backUp(site, state, primary, data);
    await runSingleUser(site, data, []);
    await rm(join(data, 'backup_label.old'), { force: true });
    const files = await inventory(data);
    for (const [name] of files) if (!name.endsWith('/')) await toDisk(join(data, name), site);
    const manifest: Manifest = {
      format,
      ...facts,
      version: site.build.version,
      bytes: files.reduce((sum, [, size]) => sum + size, 0),
      files,
    };
    await writeFile(manifestFile(partial), JSON.stringify(manifest), { mode: 0o600 });
    await toDisk(manifestFile(partial), site);
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

/** https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function backUp(site: Site, state: LocalState, primary: Server, to: string): Promise<void> {
  const from = partFolder(site, 'primary');
  await using admin = await connect(
    localUrl(accounts.admin, state.passwords.admin, primary.port, 'postgres'),
  );
  const { rows: started } = await admin.query<{ file: string }>(
    "SELECT pg_walfile_name(pg_backup_start('olympus-bench kept', fast => true)) AS file",
  );
  await copyData(site, from, to, ofRunning);
  const { rows: stopped } = await admin.query<{ file: string; label: string }>(
    'SELECT pg_walfile_name(lsn) AS file, labelfile AS label FROM pg_backup_stop(wait_for_archive => false)',
  );
  const { file: last, label } = stopped[0]!;
  // Files with later names are old ones that wait to be written again.
  const log = (await readdir(join(from, 'pg_wal'))).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= started[0]!.file && name <= last,
  );
  for (const name of log) await copyOne(site, join(from, 'pg_wal', name), join(to, 'pg_wal', name));
  await makePrivateFolder(site, join(to, 'pg_wal', 'archive_status'));
  const labelFile = join(to, 'backup_label');
  await writeFile(labelFile, label, { mode: 0o600 });
  await giveTo(site, labelFile);
}

async function toDisk(path: string, site: Site): Promise<void> {
  site.signal.throwIfAborted();
  await using file = await open(path);
  await file.datasync();
}
