import {
  listBackups,
  listPoints,
  listWal,
  type Repository,
  repositoriesIn,
} from '../../infra/backup/repository.ts';
import { retain } from '../../infra/backup/retention.ts';
import { formatLsn, nextWalFile, startOf } from '../../infra/backup/wal.ts';
import { walChain } from '../../infra/backup/wal-chain.ts';
import type { Context } from '../command.ts';
import { backupRow } from './create.ts';
import type { BackupOptions } from './options.ts';
import { backupsFolder } from './source.ts';

export async function listVerb(context: Context, options: BackupOptions): Promise<number | undefined> {
  const folder = backupsFolder(context, options);
  const clusters = repositoriesIn(folder).map(describe);
  context.answer(
    { folder, clusters },
    clusters.length > 0 ? clusters.map(textOf).join('\n') : `No backup in ${folder}.`,
  );
  return undefined;
}

type Cluster = ReturnType<typeof describe>;

function describe(repository: Repository) {
  const { backups, broken } = listBackups(repository);
  const wal = listWal(repository);
  const { keep } = retain(
    backups.map(({ name, stoppedAt, startWal, stopWal }) => ({
      name,
      at: new Date(stoppedAt),
      startWal,
      stopWal,
    })),
    wal,
    new Date(),
  );
  const newest = backups.at(-1);
  const chain =
    newest &&
    walChain(
      nextWalFile(newest.stopWal, newest.walSegmentBytes),
      wal.map(({ name }) => name),
      newest.walSegmentBytes,
    );
  const reached = newest && nextWalFile(chain?.last ?? newest.stopWal, newest.walSegmentBytes);
  return {
    system: repository.system,
    backups: backups.map((backup) => ({
      ...backupRow(backup),
      keptAs: keep.find(({ name }) => name === backup.name)?.reasons ?? [],
    })),
    broken,
    points: listPoints(repository),
    wal: {
      files: wal.length,
      bytes: wal.reduce((sum, { bytes }) => sum + bytes, 0),
      first: wal[0]?.name ?? null,
      last: wal.at(-1)?.name ?? null,
      /** How far a recovery from the newest backup comes. */
      reachesLsn: newest ? formatLsn(startOf(reached!, newest.walSegmentBytes)) : null,
      missing: chain?.missing ?? [],
    },
  };
}

function textOf({ system, backups, broken, points, wal }: Cluster): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  return [
    `cluster ${system}`,
    ...backups.map(
      ({ name, bytes, version, stopLsn, digest, digestWhy, keptAs }) =>
        `  ${name}  ${megabytes(bytes).padStart(9)}  PostgreSQL ${version}  from ${stopLsn} on  ${digest ? `digest ${digest}` : `no digest: ${digestWhy}`}  ${keptAs.length > 0 ? `kept: ${keptAs.join(', ')}` : 'not kept by retention'}`,
    ),
    ...broken.map(({ name, why }) => `  ${name}  cannot be used: ${why}`),
    ...points.map(({ name, lsn, at }) => `  restore point ${name}  ${lsn}  ${at}`),
    `  WAL: ${wal.files} files, ${megabytes(wal.bytes)}${wal.reachesLsn ? `, the newest backup can be recovered up to ${wal.reachesLsn}` : ''}`,
    ...wal.missing.map(
      (file) => `  WAL file ${file} is missing: nothing after it can be restored from the newest backup`,
    ),
  ].join('\n');
}
