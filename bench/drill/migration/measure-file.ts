import { basename } from 'node:path';
import type { LockOn } from '../../../analysis/migration/compare-locks.ts';
import { stopsOthers } from '../../../analysis/migration/judge.ts';
import { judgeMeasured, type SeenStatement } from '../../../analysis/migration/judge-measured.ts';
import { strength } from '../../../analysis/migration/lock-mode.ts';
import { predictScripts, type StatementPrediction } from '../../../analysis/migration/predict-migration.ts';
import { usage } from '../../../config/fault.ts';
import { type ServerLog, serverLog } from '../../../infra/local/server-log.ts';
import { type Connection, connect } from '../../../infra/topology/session.ts';
import { place } from '../../../migrations/statements.ts';
import type { MigrationResult } from '../../../result/measures/migration.ts';
import { pause } from '../../pause.ts';
import { percentilesOf } from '../../percentiles.ts';
import { errorsOf } from '../course.ts';
import type { LedgerLoad } from '../ledger-load.ts';
import { type DrillRequest, succeeded } from '../request.ts';
import { until } from '../until.ts';
import { behindTransaction } from './behind-transaction.ts';
import { holdBefore } from './hold-before.ts';
import { lockWaits, notLogged } from './lock-waits.ts';
import type { MigrationFile } from './migration-file.ts';
import {
  type RelationFile,
  readFiles,
  readLocks,
  readScans,
  rewrittenSince,
  scannedSince,
} from './observe-statement.ts';
import { readCatalogue } from './read-catalogue.ts';
import { startTouchingLoad, statementsOn, type TouchingStatements } from './touching-load.ts';
import { type Watch, type Watched, watchSession } from './watch-session.ts';

export interface FileSetting {
  /** Of the copy that it runs on, as admin. */
  readonly url: string;
  readonly rate: number;
  /** ms of load before the file, and after each statement. */
  readonly aroundMs: number;
  /** ms that a transaction stays in front of a statement, to see the queue; 800 when absent. */
  readonly frontMs?: number;
  readonly signal: AbortSignal;
  readonly label: Pick<MigrationResult, 'pattern' | 'way' | 'direction'>;
}

/** Runs one file statement by statement under load, and says of each what it locked and what the load met. */
export async function measureFile(file: MigrationFile, setting: FileSetting): Promise<MigrationResult[]> {
  await using observer = await connect(setting.url, 'olympus-migration-observer');
  const catalogue = await readCatalogue(observer);
  const [predicted = []] = predictScripts([{ sql: file.text, whole: file.whole }], catalogue);
  const load = await loadFor(file, predicted, observer);
  const running = startTouchingLoad(setting.url, load, setting.rate);
  // what was due while connections were opened tells nothing of the application before the migration
  let settled = performance.now();
  try {
    if (load.reads.length + load.writes.length > 0) {
      await until(async () => running.requests.length >= firstRequests, loadWithin, setting.signal);
      settled = performance.now();
      await pause(setting.aroundMs, setting.signal);
      requireWorkingLoad(file, running);
    }
    await using session = await connect(setting.url, 'olympus-migration');
    const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid } = rows[0]!;
    await using watch = await watchSession(setting.url, pid);
    const log = await serverLog(observer);
    const fileRun = new FileRun(file, setting, { session, observer, pid, watch, log });
    const ran = await fileRun.run(predicted);
    await pause(setting.aroundMs, setting.signal);
    await running.stop();
    const requests = running.requests.filter(
      ({ due, ended }) =>
        due >= settled && !fileRun.experiments.some(({ from, to }) => due <= to && ended >= from),
    );
    return ran.map((one) => rowOf(file, setting, one, requests));
  } finally {
    await running.stop();
  }
}

const namedLoad = /^--[ \t]*load:[ \t]*(\S.*)$/m;

/** Statements of the application that the file names (`-- load: SELECT ...`), and what any application does to the tables. */
async function loadFor(
  { text }: MigrationFile,
  predicted: readonly StatementPrediction[],
  observer: Connection,
): Promise<TouchingStatements> {
  const dropped = new Set(predicted.flatMap((one) => one.dropped));
  const names = predicted.flatMap(({ locks }) =>
    locks.filter(({ kind }) => kind === 'table' || kind === 'partitioned').map(({ oid }) => oid),
  );
  const { rows } = await observer.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.oid = ANY ($1::oid[]) AND NOT c.relispartition ORDER BY 1, 2`,
    [[...new Set(names)]],
  );
  const tables = rows.filter(({ schema, name }) => !dropped.has(`${schema}.${name}`));
  const own = await statementsOn(observer, tables, dropped);
  const named = [...text.matchAll(new RegExp(namedLoad, 'gm'))].map(([, sql]) => sql!.replace(/;\s*$/, ''));
  return named.length > 0 ? { reads: named, writes: own.writes } : own;
}

/** Then its connections are open, and what was due meanwhile is served. */
const firstRequests = 20;
/** ms; a busy machine opens connections slowly. */
const loadWithin = 30_000;

/** A load that fails by itself would be the migration's fault in every figure. */
function requireWorkingLoad({ file }: MigrationFile, { requests }: LedgerLoad): void {
  const failed = requests.filter((one) => !succeeded(one));
  if (failed.length === 0 && requests.length > 0) return;
  const states = Object.keys(errorsOf(failed)).join(', ');
  throw usage(
    failed.length > 0
      ? `${file}: the load fails before the migration begins: ${failed.length} of ${requests.length} requests (${states}).`
      : `${file}: no request of the load was answered before the migration begins.`,
    'Correct its `-- load:` statements: they run on the schema as it is before the file, and must not fail.',
  );
}

interface RanStatement {
  readonly predicted: StatementPrediction;
  readonly seen: Omit<SeenStatement, 'errors' | 'locks' | 'ownLoad'> & {
    readonly locks: readonly (LockOn & { readonly oid: number })[];
  };
  readonly began: number;
  readonly ended: number;
  /** When its transaction ended, and with it its locks. */
  released: number;
  /** Where the server's log was when it began. */
  readonly loggedFrom: number | undefined;
  /** What the server logged from then until its locks were given back. */
  logged: ReturnType<typeof lockWaits>;
  readonly walBytes: number | null;
  readonly replicaLagBytes: number | null;
  readonly watched: Watched;
  /** ms that our own looks took while its locks were held. */
  lookedMs: number;
  readonly behind: MigrationResult['behindTransaction'];
}

class FileRun {
  readonly file: MigrationFile;
  readonly setting: FileSetting;
  readonly session: Connection;
  readonly observer: Connection;
  readonly pid: number;
  readonly watch: Watch;
  readonly log: ServerLog | undefined;
  /** The relations before the transaction. */
  #known: ReadonlyMap<number, RelationFile> = new Map();
  /** Their files after the last statement. */
  #files: ReadonlyMap<number, RelationFile> = new Map();
  /** When a transaction stood in front on purpose: what the load met then is not the migration's. */
  readonly experiments: { readonly from: number; readonly to: number }[] = [];
  readonly #ran: RanStatement[] = [];
  #open: RanStatement[] = [];

  constructor(
    file: MigrationFile,
    setting: FileSetting,
    {
      session,
      observer,
      pid,
      watch,
      log,
    }: { session: Connection; observer: Connection; pid: number; watch: Watch; log: ServerLog | undefined },
  ) {
    this.log = log;
    this.watch = watch;
    this.file = file;
    this.setting = setting;
    this.session = session;
    this.observer = observer;
    this.pid = pid;
  }

  async run(predicted: readonly StatementPrediction[]): Promise<RanStatement[]> {
    try {
      if (this.file.whole) await this.session.query('BEGIN');
      for (const one of predicted) {
        this.setting.signal.throwIfAborted();
        await this.#one(one);
      }
      if (this.file.whole) await this.#release('COMMIT');
    } catch (error) {
      await this.session.query('ROLLBACK').catch(() => {}); // the error before it is the one that counts
      throw error;
    }
    return this.#ran;
  }

  async #one(predicted: StatementPrediction): Promise<void> {
    if (predicted.control) {
      await this.#execute(predicted);
      if (/^(commit|end|rollback)\b(?!\s+to\b)/i.test(predicted.text)) await this.#released();
      return;
    }
    const behind = await this.#behind(predicted);
    const own = predicted.transaction === null && !predicted.outsideTransaction;
    if (this.#open.length === 0) this.#known = await readFiles(this.observer);
    this.#files = this.#open.length === 0 ? this.#known : this.#files;
    if (own) await this.session.query('BEGIN');
    await this.#measured(predicted, behind);
    if (own) await this.#release('COMMIT');
    else if (predicted.transaction === null) await this.#released();
    // never within a transaction: its locks would be held for our sake
    if (this.#open.length === 0) await pause(this.setting.aroundMs / 2, this.setting.signal);
  }

  async #measured(predicted: StatementPrediction, behind: RanStatement['behind']): Promise<void> {
    const known = this.#known;
    const exact = !predicted.outsideTransaction;
    const lookedFrom = performance.now();
    const wal = await walPosition(this.observer);
    const scans = exact ? await readScans(this.session) : new Map<number, number>();
    const loggedFrom = await this.log?.end();
    this.watch.reset();
    const began = performance.now();
    await this.#executeSeen(predicted);
    const ended = performance.now();
    const held = exact ? await readLocks(this.observer, this.pid, known) : [];
    const watched = await this.watch.read();
    const after = await readFiles(exact ? this.session : this.observer);
    const scanned = exact ? scannedSince(scans, await readScans(this.session), known) : null;
    const ran: RanStatement = {
      ...{ predicted, began, ended, watched, behind },
      seen: {
        how: exact ? 'exact' : 'sampled',
        locks: exact ? strongest(held) : sampled(watched, known),
        rewritten: rewrittenSince(this.#files, after),
        scanned,
        queuedMax: watched.queuedMax,
      },
      released: Number.NaN,
      loggedFrom,
      logged: notLogged('the log of this server cannot be read from here'),
      walBytes: await walSince(this.observer, wal),
      replicaLagBytes: await replicaLag(this.observer),
      lookedMs: 0,
    };
    this.#files = after;
    this.#ran.push(ran);
    const looked = performance.now() - ended;
    for (const one of this.#open) one.lookedMs += looked + began - lookedFrom;
    ran.lookedMs = looked;
    this.#open.push(ran);
  }

  /** In a transaction of its own in front of it; not where the file's own transaction is already open. */
  async #behind(predicted: StatementPrediction): Promise<RanStatement['behind']> {
    if (
      predicted.transaction !== null ||
      predicted.outsideTransaction ||
      this.#ran.some(({ behind }) => behind)
    )
      return null;
    const lock = predicted.locks.find(
      ({ kind, mode }) => (kind === 'table' || kind === 'partitioned') && stopsOthers(kind, mode),
    );
    if (!lock) return null;
    const table = await this.#tableOf(lock.oid);
    if (!table) return null;
    const from = performance.now();
    try {
      return await behindTransaction(this.setting.url, table, predicted.text, this.setting.frontMs);
    } finally {
      this.experiments.push({ from, to: performance.now() });
    }
  }

  async #tableOf(oid: number): Promise<{ schema: string; name: string } | undefined> {
    const { rows } = await this.observer.query<{ schema: string; name: string }>(
      'SELECT n.nspname AS schema, c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = $1',
      [oid],
    );
    return rows[0];
  }

  /** What cannot be held open afterwards is held up where its lock bears writers, until a look has seen it. */
  async #executeSeen(predicted: StatementPrediction): Promise<void> {
    const lock = predicted.locks.find(
      ({ kind, mode }) => (kind === 'table' || kind === 'partitioned') && mode === 'SHARE UPDATE EXCLUSIVE',
    );
    const table = predicted.outsideTransaction && lock ? await this.#tableOf(lock.oid) : undefined;
    if (!table) return await this.#execute(predicted);
    const { url, signal } = this.setting;
    const seen = async () => (await this.watch.read()).locks.has(lock!.oid);
    await holdBefore(url, table, { seen, signal }, () => this.#execute(predicted));
  }

  async #execute({ text, offset }: StatementPrediction): Promise<void> {
    try {
      await this.session.query(text);
    } catch (error) {
      const { line, column } = place(this.file.text, offset);
      const { message, code } = error as { message: string; code?: string };
      throw usage(
        `${this.file.file}:${line}:${column}: the server refused it: ${message}${code ? ` (SQLSTATE ${code})` : ''}.`,
        'Correct the statement; it ran on a copy of the database, which is dropped.',
        error,
      );
    }
  }

  async #release(how: string): Promise<void> {
    await this.session.query(how);
    await this.#released();
  }

  async #released(): Promise<void> {
    for (const one of this.#open) one.released = performance.now();
    const to = await this.log?.end();
    for (const one of this.#open)
      if (this.log && to !== undefined && one.loggedFrom !== undefined)
        one.logged = lockWaits(await this.log.read(one.loggedFrom, to), this.pid);
    this.#open = [];
  }
}

const strongest = (locks: Awaited<ReturnType<typeof readLocks>>) => {
  const best = new Map<number, (typeof locks)[number]>();
  for (const one of locks) {
    const other = best.get(one.oid);
    if (!other || strength(one.mode) > strength(other.mode)) best.set(one.oid, one);
  }
  return [...best.values()];
};

const sampled = ({ locks }: Watched, known: ReadonlyMap<number, RelationFile>) =>
  [...locks].flatMap(([oid, mode]) => {
    const relation = known.get(oid);
    return relation ? [{ oid, relation: relation.name, kind: relation.kind, mode }] : [];
  });

async function walPosition(observer: Connection): Promise<string> {
  const { rows } = await observer.query<{ at: string }>('SELECT pg_current_wal_insert_lsn()::text AS at');
  return rows[0]!.at;
}

async function walSince(observer: Connection, before: string): Promise<number> {
  const { rows } = await observer.query<{ bytes: string }>(
    'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn)::text AS bytes',
    [before],
  );
  return Number(rows[0]!.bytes);
}

async function replicaLag(observer: Connection): Promise<number | null> {
  const { rows } = await observer.query<{ bytes: string | null }>(
    'SELECT max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn))::text AS bytes FROM pg_stat_replication',
  );
  return rows[0]?.bytes == null ? null : Number(rows[0].bytes);
}

function rowOf(
  { file, text }: MigrationFile,
  { aroundMs, label }: FileSetting,
  {
    predicted,
    seen,
    began,
    ended,
    released,
    walBytes,
    replicaLagBytes,
    watched,
    lookedMs,
    behind,
    logged,
  }: RanStatement,
  requests: readonly DrillRequest[],
): MigrationResult {
  const met = requests.filter((one) => one.due <= released && one.ended >= began);
  const times = (of: readonly DrillRequest[]) =>
    percentilesOf(of.filter(succeeded).map((one) => one.ended - one.due));
  const responseMs = {
    before: times(requests.filter((one) => one.ended < began)),
    during: times(met),
    after: times(requests.filter((one) => one.due > released)),
  };
  const near = requests.filter((one) => one.ended >= began && one.due <= released + aroundMs / 2);
  const errors = errorsOf(near);
  const locks = seen.locks.map((one) => ({
    ...one,
    heldMs: Math.max(0, released - lookedMs - heldFrom(watched, began, ended, one.oid)),
  }));
  const judged = judgeMeasured(predicted, { ...seen, locks, errors, ownLoad: namedLoad.test(text) });
  return {
    ...label,
    file: basename(file),
    line: place(text, predicted.offset).line,
    statement: predicted.text,
    verdict: judged.verdict,
    why: judged.why,
    rewritten: seen.rewritten.length > 0,
    locks: locks.map(({ relation, mode, heldMs }) => ({ relation, mode, heldMs })),
    seen: seen.how,
    queuedMax: seen.queuedMax,
    ...logged,
    durationMs: ended - began,
    p99Ms: { before: responseMs.before.p99, during: responseMs.during.p99, after: responseMs.after.p99 },
    responseMs,
    slowestMs: met.length === 0 ? null : Math.max(...met.map((one) => one.ended - one.due)),
    requests: met.length,
    errors,
    walBytes,
    replicaLagBytes,
    predicted: {
      verdict: predicted.verdict,
      rewritten: predicted.rewritten.length > 0,
      locks: predicted.held.map(({ relation, mode }) => ({ relation, mode })),
    },
    agrees: judged.agrees,
    disagreements: [...judged.disagreements],
    behindTransaction: behind,
  };
}

/** Since the lock was seen first; one that was never seen between two looks, since the statement began. */
const heldFrom = ({ since }: Watched, began: number, ended: number, oid: number): number =>
  Math.min(since.get(oid) ?? began, ended);
