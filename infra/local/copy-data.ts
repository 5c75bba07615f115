import { constants } from 'node:fs';
import { chown, copyFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makePrivateFolder, type Site } from './local-topology.ts';

/** What a copy leaves out: names relative to the data directory. */
export interface LeftOut {
  readonly files: RegExp;
  /** Folders that are made and left empty. */
  readonly contents: RegExp;
}

/** Of a running primary: files that belong to it, not to its data, and folders that a server fills itself. */
export const ofRunning: LeftOut = {
  files: /^(postmaster\.(pid|opts)|olympus\.conf|backup_label|tablespace_map|.*\/pg_internal\.init)$/,
  contents:
    /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans|(.*\/)?pgsql_tmp)$/,
};
/** Of a server that was shut down: nothing. */
export const ofStopped: LeftOut = { files: /^$/, contents: /^$/ };

/** Copies a data directory for the servers' account, by reflink where the file system has it. */
export async function copyData(
  site: Site,
  from: string,
  to: string,
  leftOut: LeftOut,
  within = from,
): Promise<void> {
  await makePrivateFolder(site, to);
  const entries = await readdir(within, { withFileTypes: true });
  const copies = entries.map(async (entry) => {
    const source = join(within, entry.name);
    const name = relative(from, source);
    if (entry.isDirectory()) return;
    if (!entry.isFile() || leftOut.files.test(name)) return;
    site.signal.throwIfAborted();
    await copyOne(site, source, join(to, name));
  });
  await Promise.all(copies);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const name = relative(from, join(within, entry.name));
    await makePrivateFolder(site, join(to, name));
    if (!leftOut.contents.test(name)) await copyData(site, from, to, leftOut, join(within, entry.name));
  }
}

/** A relation may be dropped between a look and a copy; replay of the WAL drops it in the copy, too. */
export async function copyOne(site: Site, source: string, target: string): Promise<void> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    if (site.account) await chown(target, site.account.uid, site.account.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
