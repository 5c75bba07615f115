import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { type BaseBackup, copyBaseBackup } from '../local/base-backup.ts';
import { makePrivateFolder } from '../local/local-topology.ts';
import { dataFolder, type OwnPrimary } from '../local/own-primary.ts';
import { lock } from '../process/lock.ts';
import { requireTraversable } from '../setup/cache-folder.ts';
import { connect, type Session } from '../topology/session.ts';
import { type DatabaseDigest, databaseDigest } from './database-digest.ts';
import { hashTree, treeToDisk } from './hash-tree.ts';
import { type Manifest, manifestFormat } from './manifest.ts';
import { runPgBasebackup } from './pg-basebackup.ts';
import { baseFolder, finishBackup, type Repository, removeUnfinished, walFolder } from './repository.ts';

/** The identifier of a server's cluster. */
export async function systemOf(session: Session): Promise<string> {
  const { rows } = await session.query<{ id: string }>(
    'SELECT system_identifier::text AS id FROM pg_control_system()',
  );
  return rows[0]!.id;
}

export const repositoryLock = ({ folder }: Repository): string => `${folder}.lock`;

/**
 * Takes a base backup of a running primary of ours: by pg_basebackup where its build has it, else by copying its files
 * between pg_backup_start and pg_backup_stop.
 * @param url an administrator's, of the database whose rows are hashed before and after
 */
export async function createBackup(
  own: OwnPrimary,
  repository: Repository,
  { url, hashRows }: { url: string; hashRows: boolean },
): Promise<Manifest> {
  const { site } = own;
  const { progress, signal } = site;
  await makeRepository(own, repository);
  using _alone = await lock(repositoryLock(repository), signal, () =>
    progress.note('waiting for another backup command'),
  );
  for (const left of await removeUnfinished(repository))
    progress.note(`removed ${left}, which was not whole`);
  await using admin = await connect(url);
  const about = await describe(admin);
  const before = hashRows ? await databaseDigest(admin) : undefined;
  const started = performance.now();
  const name = nameOf(about.now);
  if (existsSync(baseFolder(repository, name)))
    throw missing(`There is a backup ${name} already.`, 'Take another one in a second.');
  const partial = baseFolder(repository, `.${name}.partial`);
  await makePrivateFolder(site, partial);
  try {
    const data = join(partial, 'data');
    const tool = join(site.build.bin, 'pg_basebackup');
    const method = existsSync(tool) ? 'pg_basebackup' : 'file copy';
    progress.note(`copying the data directory (${method})`);
    const base: BaseBackup =
      method === 'pg_basebackup'
        ? await runPgBasebackup(own, admin, { tool, to: data, label: name })
        : await copyBaseBackup(site, admin, { from: dataFolder(own), to: data, label: name });
    progress.note('hashing the copy');
    const files = await hashTree(data, signal);
    await treeToDisk(data, files, signal);
    const tookMs = performance.now() - started;
    const after = before && (await databaseDigest(admin));
    const manifest: Manifest = {
      format: manifestFormat,
      name,
      system: repository.system,
      version: site.build.version,
      method,
      timeline: Number.parseInt(base.wal[0]!.slice(0, 8), 16),
      startLsn: base.startLsn,
      stopLsn: base.stopLsn,
      startWal: base.wal[0]!,
      stopWal: base.wal.at(-1)!,
      walSegmentBytes: about.walSegmentBytes,
      startedAt: base.startedAt.toISOString(),
      stoppedAt: base.stoppedAt.toISOString(),
      archived: own.state.archive !== undefined,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      tookMs,
      ...digestAt(before, after),
      dataset: await datasetIn(admin),
      migration: about.migration,
      files,
    };
    await finishBackup(repository, partial, manifest);
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Makes the folders of a repository, for the account that the servers run as.
 * @throws Fault (component) when that account may not enter them
 */
export async function makeRepository({ site }: OwnPrimary, repository: Repository): Promise<void> {
  await mkdir(dirname(repository.folder), { recursive: true, mode: 0o755 });
  for (const folder of [repository.folder, join(repository.folder, 'base'), walFolder(repository)])
    await makePrivateFolder(site, folder);
  requireTraversable(walFolder(repository), site.account);
}

/** Known only where nothing was written meanwhile: then the backup holds what was there before and after. */
function digestAt(
  before: DatabaseDigest | undefined,
  after: DatabaseDigest | undefined,
): Pick<Manifest, 'digest' | 'digestWhy'> {
  if (!before || !after) return { digest: null, digestWhy: 'the rows were not hashed (--no-digest)' };
  if (before.value !== after.value)
    return { digest: null, digestWhy: 'rows were written while the backup was taken' };
  return { digest: after, digestWhy: '' };
}

const nameOf = (now: Date): string => now.toISOString().replaceAll(/[-:]|\.\d+/g, '');

async function describe(
  admin: Session,
): Promise<{ now: Date; walSegmentBytes: number; migration: number | null }> {
  const { rows } = await admin.query<{ now: Date; bytes: number; ledger: boolean }>(
    `SELECT clock_timestamp() AS now, to_regclass('ops.schema_migrations') IS NOT NULL AS ledger,
            (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size') AS bytes`,
  );
  const { now, bytes, ledger } = rows[0]!;
  const newest = ledger
    ? await admin.query<{ version: number | null }>(
        'SELECT max(version) AS version FROM ops.schema_migrations',
      )
    : undefined;
  return { now, walSegmentBytes: bytes, migration: newest?.rows[0]?.version ?? null };
}

async function datasetIn(admin: Session): Promise<Manifest['dataset']> {
  const { rows: there } = await admin.query<{ yes: boolean }>(
    "SELECT to_regclass('bench.dataset') IS NOT NULL AS yes",
  );
  if (!there[0]!.yes) return null;
  const { rows } = await admin.query<{ scale: string; seed: string; digest: string }>(
    "SELECT scale, seed, digest FROM bench.dataset WHERE state = 'ready'",
  );
  const [row] = rows;
  return row ? { scale: row.scale, seed: Number(row.seed), digest: row.digest } : null;
}
