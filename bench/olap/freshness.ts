import type { Connection, Session } from '../../infra/topology/session.ts';
import { pause } from '../pause.ts';

/** The place of a commit of ours, which changes no row: a message in the log (pg_logical_emit_message). */
export async function commitMessage(session: Session): Promise<string> {
  const { rows } = await session.query<{ lsn: string }>(
    `SELECT pg_logical_emit_message(true, 'olympus-bench', 'fresh')::text AS lsn`,
  );
  return rows[0]!.lsn;
}

/** Waits until the replica has replayed up to `lsn`; undefined after ten seconds. */
export async function untilReplayed(
  replica: Connection,
  lsn: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const began = performance.now();
  while (performance.now() < began + 10_000) {
    const { rows } = await replica.query<{ there: boolean }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there',
      [lsn],
    );
    if (rows[0]!.there) return performance.now() - began;
    await pause(1, signal);
  }
  return undefined;
}
