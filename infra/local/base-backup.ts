import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Session } from '../topology/session.ts';
import { copyData, copyOne, ofRunning } from './copy-data.ts';
import { giveTo, makePrivateFolder, type Site } from './local-topology.ts';

/** Where in the WAL a base backup lies. A copy is consistent from `stopLsn` on. */
export interface BaseBackup {
  readonly startLsn: string;
  readonly stopLsn: string;
  /** The WAL files that it needs, the first and the last included; all are in it. */
  readonly wal: readonly string[];
  /** Of the server's clock. */
  readonly startedAt: Date;
  readonly stoppedAt: Date;
}

/**
 * Copies the data directory of a running server together with the WAL that makes the copy whole. A slot of this session
 * keeps that WAL meanwhile, whatever is written.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 * @param admin a superuser's session on that server, which must last until the end
 */
export async function copyBaseBackup(
  site: Site,
  admin: Session,
  { from, to, label }: { from: string; to: string; label: string },
): Promise<BaseBackup> {
  const slot = `olympus_backup_${randomBytes(4).toString('hex')}`;
  await admin.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot]);
  try {
    const { rows: begun } = await admin.query<{ lsn: string; at: Date }>(
      'SELECT pg_backup_start($1, fast => true)::text AS lsn, clock_timestamp() AS at',
      [label],
    );
    const { lsn: startLsn, at: startedAt } = begun[0]!;
    await copyData(site, from, to, ofRunning);
    const { rows: ended } = await admin.query<{ lsn: string; label: string; spaces: string; at: Date }>(
      `SELECT lsn::text, labelfile AS label, spcmapfile AS spaces, clock_timestamp() AS at
         FROM pg_backup_stop(wait_for_archive => false)`,
    );
    const { lsn: stopLsn, label: labelText, spaces, at: stoppedAt } = ended[0]!;
    if (spaces.trim() !== '')
      throw missing(
        'The server keeps data in tablespaces outside its data directory, and those are not copied.',
        'Take the backup with pg_basebackup or pgBackRest.',
      );
    const { rows: wal } = await admin.query<{ file: string }>(walOfBackup, [startLsn, stopLsn]);
    for (const { file } of wal) await copyOne(site, join(from, 'pg_wal', file), join(to, 'pg_wal', file));
    await makePrivateFolder(site, join(to, 'pg_wal', 'archive_status'));
    await writeFile(join(to, 'backup_label'), labelText, { mode: 0o600 });
    await giveTo(site, join(to, 'backup_label'));
    return { startLsn, stopLsn, startedAt, stoppedAt, wal: wal.map(({ file }) => file) };
  } finally {
    await admin.query('SELECT pg_drop_replication_slot($1)', [slot]).catch(() => {}); // it ends with the session too
  }
}

/** Every file from the one of the start to the one that holds the last byte before the stop. */
const walOfBackup = `
  WITH segment AS (SELECT setting::bigint AS bytes FROM pg_settings WHERE name = 'wal_segment_size')
  SELECT pg_walfile_name('0/0'::pg_lsn + n * bytes + 1) AS file
    FROM segment, generate_series(div($1::pg_lsn - '0/0', bytes), div($2::pg_lsn - '0/0' - 1, bytes)) AS n
   ORDER BY n`;
