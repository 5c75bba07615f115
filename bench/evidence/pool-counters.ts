import type { Session } from '../../infra/topology/session.ts';

/** SHOW STATS of PgBouncer for one database: totals, times in milliseconds. */
export interface PoolCounters {
  readonly transactions: number;
  readonly queries: number;
  readonly received_bytes: number;
  readonly sent_bytes: number;
  readonly transaction_ms: number;
  readonly query_ms: number;
  /** Time that clients waited for a server connection. */
  readonly wait_ms: number;
}

export async function poolCounters(console: Session, database: string): Promise<PoolCounters> {
  const { rows } = await console.query<Record<string, string>>('SHOW STATS');
  const row = rows.find((each) => each.database === database) ?? {};
  const total = (column: string) => Number(row[column] ?? 0);
  return {
    transactions: total('total_xact_count'),
    queries: total('total_query_count'),
    received_bytes: total('total_received'),
    sent_bytes: total('total_sent'),
    transaction_ms: total('total_xact_time') / 1000,
    query_ms: total('total_query_time') / 1000,
    wait_ms: total('total_wait_time') / 1000,
  };
}
