import type { Session } from '../../../infra/topology/session.ts';

/** Counts of the whole server since its statistics began. */
export interface WalCounters {
  readonly timed: number;
  readonly requested: number;
  readonly walBytes: number;
  readonly fullPageImages: number;
  /** When the statistics began: another time means that the counts started anew. */
  readonly since: string;
}

/** The checkpointer has a view of its own since PostgreSQL 17. */
const checkpointer = (version: number) =>
  version >= 170_000
    ? 'SELECT num_timed AS timed, num_requested AS requested, stats_reset FROM pg_stat_checkpointer'
    : 'SELECT checkpoints_timed AS timed, checkpoints_req AS requested, stats_reset FROM pg_stat_bgwriter';

export async function walCounters(admin: Session): Promise<WalCounters> {
  const { rows: versions } = await admin.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  const { rows } = await admin.query<WalCounters>(
    `SELECT c.timed::float8, c.requested::float8, w.wal_bytes::float8 AS "walBytes",
            w.wal_fpi::float8 AS "fullPageImages", concat(c.stats_reset, ' ', w.stats_reset) AS since
       FROM (${checkpointer(versions[0]!.version)}) AS c, pg_stat_wal AS w`,
  );
  return rows[0]!;
}

/** What was counted between two looks; null where the counts started anew meanwhile. */
export function countedBetween(from: WalCounters, to: WalCounters): Omit<WalCounters, 'since'> | null {
  if (from.since !== to.since) return null;
  return {
    timed: to.timed - from.timed,
    requested: to.requested - from.requested,
    walBytes: to.walBytes - from.walBytes,
    fullPageImages: to.fullPageImages - from.fullPageImages,
  };
}
