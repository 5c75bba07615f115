import type { Session } from '../../infra/topology/session.ts';
import { sqlFile } from './version-query.ts';

const tickQuery = await sqlFile('tick');
const waitsQuery = await sqlFile('waits');

/** A replica as the primary sees it: bytes of WAL it was not sent, has not replayed; ms as it reported last. */
export interface ReplicaSample {
  readonly name: string;
  readonly state: string;
  readonly sentBytes: number | null;
  readonly replayBytes: number | null;
  readonly replayLagMs: number | null;
}

/** PgBouncer over all pools of the database: connections by state, and how long the first client in line waits. */
export interface PoolSample {
  readonly clientsActive: number;
  readonly clientsWaiting: number;
  readonly serversActive: number;
  readonly serversIdle: number;
  readonly longestWaitMs: number;
}

/** The server's state at one moment, and its rates since the moment before. */
export interface Sample {
  readonly s: number;
  readonly walBytesPerSecond: number;
  readonly commitsPerSecond: number;
  readonly rollbacksPerSecond: number;
  readonly blocksHitPerSecond: number;
  readonly blocksReadPerSecond: number;
  readonly tempBytesPerSecond: number;
  readonly deadlocks: number;
  readonly connections: number;
  readonly active: number;
  readonly idleInTransaction: number;
  readonly oldestTransactionSeconds: number;
  readonly locksHeld: number;
  readonly locksWaiting: number;
  /** Tables that are being vacuumed. */
  readonly vacuums: number;
  /** A checkpoint ended since the look before. */
  readonly checkpointed: boolean;
  /** Working sessions by what they wait for: "IO:DataFileRead", "Lock:tuple"; "CPU" for nothing known. */
  readonly waits: Readonly<Record<string, number>>;
  readonly replicas: readonly ReplicaSample[];
  readonly pool: PoolSample | null;
}

export interface Look {
  readonly at: number;
  readonly row: Readonly<TickRow>;
  readonly waits: Readonly<Record<string, number>>;
  readonly pool: PoolSample | null;
}

interface TickRow {
  wal_bytes: number;
  commits: number;
  rollbacks: number;
  blocks_hit: number;
  blocks_read: number;
  temp_bytes: number;
  deadlocks: number;
  vacuums: number;
  checkpoint_redo: number;
  connections: number;
  active: number;
  idle_in_transaction: number;
  oldest_transaction_seconds: number;
  locks_held: number;
  locks_waiting: number;
  replicas: ReplicaSample[];
}

/** `pooler` is a session on PgBouncer's console, `database` the one whose pools are meant. */
export async function look(
  primary: Session,
  pooler: Session | undefined,
  database: string,
  now: () => number,
): Promise<Look> {
  const { rows } = await primary.query<TickRow>(tickQuery);
  const at = now();
  const waits = await primary.query<{ event: string; sessions: number }>(waitsQuery);
  return {
    at,
    row: rows[0]!,
    waits: Object.fromEntries(waits.rows.map(({ event, sessions }) => [event, sessions])),
    pool: pooler ? await poolSample(pooler, database) : null,
  };
}

async function poolSample(pooler: Session, database: string): Promise<PoolSample> {
  const { rows } = await pooler.query<Record<string, string | number>>('SHOW POOLS');
  const ours = rows.filter((row) => row.database === database);
  const sum = (column: string) => ours.reduce((total, row) => total + Number(row[column]), 0);
  return {
    clientsActive: sum('cl_active'),
    clientsWaiting: sum('cl_waiting'),
    serversActive: sum('sv_active'),
    serversIdle: sum('sv_idle'),
    longestWaitMs: Math.max(
      0,
      ...ours.map(({ maxwait, maxwait_us }) => Number(maxwait) * 1000 + Number(maxwait_us) / 1000),
    ),
  };
}

/** Pure: the later of two looks, with the rates between them. `start` is second 0 of the series. */
export function sample(before: Look, after: Look, start: number): Sample {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const { row } = after;
  const rate = (
    column: 'wal_bytes' | 'commits' | 'rollbacks' | 'blocks_hit' | 'blocks_read' | 'temp_bytes',
  ) => Math.max(0, row[column] - before.row[column]) / seconds;
  return {
    s: (after.at - start) / 1000,
    walBytesPerSecond: rate('wal_bytes'),
    commitsPerSecond: rate('commits'),
    rollbacksPerSecond: rate('rollbacks'),
    blocksHitPerSecond: rate('blocks_hit'),
    blocksReadPerSecond: rate('blocks_read'),
    tempBytesPerSecond: rate('temp_bytes'),
    deadlocks: Math.max(0, row.deadlocks - before.row.deadlocks),
    connections: row.connections,
    active: row.active,
    idleInTransaction: row.idle_in_transaction,
    oldestTransactionSeconds: row.oldest_transaction_seconds,
    locksHeld: row.locks_held,
    locksWaiting: row.locks_waiting,
    vacuums: row.vacuums,
    checkpointed: row.checkpoint_redo !== before.row.checkpoint_redo,
    waits: after.waits,
    replicas: row.replicas,
    pool: after.pool,
  };
}
