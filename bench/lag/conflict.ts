import type { Connection, Session } from '../../infra/topology/session.ts';
import type { ReplicaConflict } from '../../result/result.ts';
import { pause, within } from '../pause.ts';
import { lagOf } from './lag-of.ts';
import type { Replica } from './replica.ts';
import { override, settingInForce, type TemporarySetting } from './temporary-setting.ts';

/** What replay waits for a read before it cancels it, in milliseconds: short enough to be seen in seconds. */
const shortDelay: TemporarySetting = { name: 'max_standby_streaming_delay', value: '743' };
/** As many rows die, in one transaction: a vacuum then removes all of them or none. */
const rows = 4000;
const vacuumEvery = 150;
/** How long the replica may take to show the table or its counters, and the primary to remove the rows afterwards. */
const patienceMs = 10_000;

export interface ConflictOptions {
  readonly primary: Connection;
  readonly replica: Replica;
  /** A session on the replica that does nothing but the long read. */
  readonly reader: Connection;
  readonly readMs: number;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * One long read of bench.lag_conflict on the replica, while the primary changes all of its rows and vacuums until they
 * are gone: replay then removes what the read still needs. Either it is cancelled, or the primary has kept the rows.
 * What cannot be had is null, and `why`.
 */
export async function conflict(options: ConflictOptions): Promise<ReplicaConflict> {
  const { primary, replica, signal } = options;
  try {
    const usual = await settingInForce(replica.admin, shortDelay);
    await using _ = await shortened(options, usual);
    try {
      for (const sql of table) await primary.query(sql);
      await untilReplayed(options);
      return await observe(options, Number(usual.setting));
    } finally {
      await primary.query('DROP TABLE IF EXISTS bench.lag_conflict').catch(() => {});
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TypeError || error instanceof ReferenceError) throw error; // ours, not the servers'
    return { ...nothing, replica: replica.endpoint.name, why: (error as Error).message };
  }
}

/** Nobody but us vacuums it. Each statement is a message of its own, as VACUUM has to be. */
const table = [
  'DROP TABLE IF EXISTS bench.lag_conflict',
  `CREATE TABLE bench.lag_conflict (id int PRIMARY KEY, changes int NOT NULL DEFAULT 0, filler text NOT NULL)
   WITH (autovacuum_enabled = false)`,
  `INSERT INTO bench.lag_conflict (id, filler) SELECT n, repeat('x', 300) FROM generate_series(1, ${rows}) AS n`,
  'VACUUM bench.lag_conflict',
];

/**
 * A replica without feedback is made to cancel within the read; one with feedback keeps its delay, because there the
 * primary keeps the rows. Servers of others are left alone.
 */
async function shortened(
  { replica, readMs }: ConflictOptions,
  { setting, altered }: { setting: string; altered: boolean },
): Promise<AsyncDisposable> {
  const short = Number(setting) >= 0 && Number(setting) <= readMs / 3;
  if (short || altered || replica.endpoint.provider === 'external' || (await feedback(replica.admin)))
    return { [Symbol.asyncDispose]: async () => {} };
  const shorter = await override(replica.admin, shortDelay);
  await settled(replica.admin);
  return shorter;
}

/** The startup process reads its settings between records: a session's look at them does not tell when it has. */
const settled = (admin: Session) => admin.query('SELECT pg_sleep(0.1)');

const feedback = async (admin: Session): Promise<boolean> =>
  (await admin.query<{ on: boolean }>(`SELECT current_setting('hot_standby_feedback')::bool AS on`)).rows[0]!
    .on;

async function observe(options: ConflictOptions, usualDelay: number): Promise<ReplicaConflict> {
  const { primary, replica, now, signal } = options;
  const [counted, delay] = [await conflicts(replica.admin), await delayOf(replica.admin)];
  const { bytes } = await state(primary);
  const told = await feedback(replica.admin);
  const read = await longRead(options);
  const changed = await changeUnder(options, read);
  const ended = await read.ended;
  const last = await state(primary);
  const after = await vacuumUntil(primary, now() + patienceMs, now, signal);
  return {
    replica: replica.endpoint.name,
    hotStandbyFeedback: told,
    maxDelayMs: delay < 0 ? null : delay,
    ...(delay !== usualDelay && { usualDelayMs: usualDelay }),
    readMs: ended.ms,
    cancelled: ended.unexpected === undefined ? ended.sqlState !== null : null,
    sqlState: ended.sqlState,
    vacuumedMs: changed.vacuumedMs,
    conflicts: await conflictsSince(options, counted, ended.sqlState !== null),
    replayHeldMs: changed.replayHeldMs,
    deadRowsMade: rows,
    deadRowsKept: changed.kept,
    deadRowsAfter: after.dead,
    tableBytesBefore: bytes,
    tableBytesAfter: last.bytes,
    ...(ended.sqlState === null && !told && { why: changed.kept > 0 ? heldByOthers : tooShort }),
    ...(ended.unexpected !== undefined && { why: ended.unexpected }),
  };
}

const heldByOthers =
  'the primary could not remove the rows although this replica tells it of no reader: something else held them for the whole read';

const tooShort =
  'the read was over before replay had waited max_standby_streaming_delay for it, so that nothing had to be cancelled';

interface LongRead {
  readonly started: number;
  over: boolean;
  readonly ended: Promise<{ ms: number; sqlState: string | null; unexpected?: string }>;
}

/** Begins the read and waits until it has its snapshot: from then on it needs the rows as they are. */
async function longRead({ reader, replica, readMs, now, signal }: ConflictOptions): Promise<LongRead> {
  const { rows: mine } = await reader.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const started = now();
  const read: LongRead = { started, over: false, ended: run() };
  async function run() {
    try {
      await reader.query('SELECT count(*), pg_sleep($1) FROM bench.lag_conflict', [readMs / 1000]);
      return { ms: now() - started, sqlState: null };
    } catch (error) {
      const { code = 'connection', message } = error as { code?: string; message: string };
      const ended = { ms: now() - started, sqlState: code };
      return code === conflictWithRecovery ? ended : { ...ended, unexpected: message };
    } finally {
      read.over = true;
    }
  }
  for (const until = now() + patienceMs; now() < until && !read.over; await pause(10, signal)) {
    const { rows: seen } = await replica.admin.query(
      `SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`,
      [mine[0]!.pid],
    );
    if (seen.length > 0) break;
  }
  return read;
}

/** "canceling statement due to conflict with recovery" has the code of a serialization failure. */
const conflictWithRecovery = '40001';

/** Changes every row, and vacuums until none is dead or the read is over; then sees when the replica has replayed that. */
async function changeUnder({ primary, replica, now, signal }: ConflictOptions, read: LongRead) {
  await primary.query('UPDATE bench.lag_conflict SET changes = changes + 1');
  let kept = rows;
  let first: { vacuumedMs: number; replay: ReturnType<Replica['replayed']['expect']> } | undefined;
  while (!read.over) {
    const { dead } = await vacuum(primary);
    // The first may leave them because of an idle replica's last feedback: the first that removes them counts, or the
    // first of all where none does.
    if (!first || (dead === 0 && !read.over))
      first = { vacuumedMs: now() - read.started, replay: replica.replayed.expect(await flushed(primary)) };
    if (!read.over) kept = dead;
    if (kept === 0) break;
    await pause(vacuumEvery, signal);
  }
  const seen = first && (await within(first.replay, patienceMs, signal));
  return {
    kept,
    vacuumedMs: first?.vacuumedMs ?? null,
    replayHeldMs: seen?.kind === 'seen' ? lagOf(seen) : null,
  };
}

async function vacuumUntil(primary: Session, until: number, now: () => number, signal: AbortSignal) {
  for (;;) {
    const left = await vacuum(primary);
    if (left.dead === 0 || now() > until) return left;
    await pause(vacuumEvery, signal);
  }
}

/** The updates' counts reach the statistics first, or they would be added to what the vacuum found. */
async function vacuum(primary: Session) {
  await primary.query('SELECT pg_stat_force_next_flush()');
  await primary.query('VACUUM bench.lag_conflict');
  return state(primary);
}

async function state(primary: Session): Promise<{ dead: number; bytes: number }> {
  const { rows: found } = await primary.query<{ dead: number; bytes: number }>(
    `SELECT n_dead_tup::int AS dead, pg_relation_size(relid)::float8 AS bytes
     FROM pg_stat_all_tables WHERE relid = 'bench.lag_conflict'::regclass`,
  );
  return found[0]!;
}

/**
 * Where the WAL ends that was written until now. A vacuum of a table commits nothing and so flushes nothing: without a
 * commit after it the flush position lies before what it has removed, and every replica seems to have replayed that.
 */
async function flushed(primary: Session): Promise<number> {
  await primary.query(`SELECT pg_logical_emit_message(true, 'olympus-bench', '')`);
  const { rows: found } = await primary.query<{ lsn: string }>(
    `SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn AS lsn`,
  );
  return Number(found[0]!.lsn);
}

async function untilReplayed({ primary, replica, signal }: ConflictOptions): Promise<void> {
  const seen = await within(replica.replayed.expect(await flushed(primary)), patienceMs, signal);
  if (seen?.kind !== 'seen') throw new Error('the replica did not replay the table within 10 s');
}

const delayOf = async (admin: Session): Promise<number> =>
  Number(
    (
      await admin.query<{ setting: string }>(`SELECT setting FROM pg_settings WHERE name = $1`, [
        shortDelay.name,
      ])
    ).rows[0]!.setting,
  );

const conflicts = async (admin: Session): Promise<number> =>
  (
    await admin.query<{ n: number }>(
      `SELECT (confl_tablespace + confl_lock + confl_snapshot + confl_bufferpin + confl_deadlock)::int AS n
       FROM pg_stat_database_conflicts WHERE datname = current_database()`,
    )
  ).rows[0]!.n;

/** A cancelled session tells its count a moment later. */
async function conflictsSince(
  { replica: { admin }, now, signal }: ConflictOptions,
  before: number,
  expected: boolean,
): Promise<number> {
  for (const until = now() + 2000; ; await pause(50, signal)) {
    const counted = (await conflicts(admin)) - before;
    if (counted > 0 || !expected || now() > until) return counted;
  }
}

const nothing = {
  hotStandbyFeedback: null,
  maxDelayMs: null,
  readMs: null,
  cancelled: null,
  sqlState: null,
  vacuumedMs: null,
  conflicts: null,
  replayHeldMs: null,
  deadRowsMade: null,
  deadRowsKept: null,
  deadRowsAfter: null,
  tableBytesBefore: null,
  tableBytesAfter: null,
};
