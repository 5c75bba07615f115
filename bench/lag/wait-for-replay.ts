import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import { pause } from '../pause.ts';

/** Whether the replica has replayed everything that the primary has flushed by now, within `patienceMs`. */
export async function waitForReplay(
  primary: Endpoint,
  replica: Endpoint,
  database: string,
  { patienceMs, signal }: { patienceMs: number; signal: AbortSignal },
): Promise<boolean> {
  await using ahead = await connect(primary.url('admin', database), 'olympus-lag');
  await using behind = await connect(replica.url('admin', database), 'olympus-lag');
  const { rows } = await ahead.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  for (const until = performance.now() + patienceMs; ; await pause(25, signal)) {
    const { rows: looked } = await behind.query<{ there: boolean }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there',
      [rows[0]!.lsn],
    );
    if (looked[0]!.there) return true;
    if (performance.now() > until) return false;
  }
}
