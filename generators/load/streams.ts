import type { Progress } from '../../config/progress.ts';
import type { Connection, Session } from '../../infra/topology/session.ts';
import { copyBinary } from '../copy/copy.ts';
import { type Copied, Pace } from './pace.ts';
import type { Work } from './work.ts';

/** How often a load without a terminal says how far it is, in milliseconds. */
const noteEvery = 10_000;

/** A unit that is to be loaded. */
export interface Task {
  readonly work: Work;
  readonly unit: number;
}

export const tasksOf = (work: readonly Work[]): Task[] =>
  work.flatMap((one) => Array.from({ length: one.units }, (_, unit) => ({ work: one, unit })));

/** Those of the tasks that are not recorded as loaded. */
export async function pending(session: Session, tasks: readonly Task[]): Promise<Task[]> {
  const { rows } = await session.query<{ work: string; unit: number }>('SELECT work, unit FROM bench.chunk');
  const loaded = new Set(rows.map(({ work, unit }) => `${work} ${unit}`));
  return tasks.filter(({ work, unit }) => !loaded.has(`${work.name} ${unit}`));
}

/**
 * Loads every one of the units that is not loaded yet; each connection takes the next one when it is free. A unit and
 * the record of it are one transaction: after a kill at any moment, what is recorded is what is there. With `inTurn` no
 * work begins before the one before it is committed: foreign keys are checked.
 */
export async function loadUnits(
  connections: readonly Connection[],
  tasks: readonly Task[],
  options: { readonly progress: Progress; readonly signal: AbortSignal; readonly inTurn?: boolean },
): Promise<void> {
  const { progress, signal, inTurn = false } = options;
  const waiting = await pending(connections[0]!, tasks);
  const loaded = follow(waiting, connections.length, progress);
  const stream = async (connection: Connection, queue: Task[]) => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      signal.throwIfAborted();
      const started = performance.now();
      const copied = await loadUnit(connection, next, signal);
      if (copied) loaded(next, performance.now() - started, copied);
    }
  };
  // One stream's failure stops the others at their next unit, and is what the caller sees.
  const failures: unknown[] = [];
  const guarded = (connection: Connection, queue: Task[]) =>
    stream(connection, queue).catch((error) => {
      queue.length = 0;
      failures.push(error);
    });
  const queues = inTurn ? [...Map.groupBy(waiting, ({ work }) => work).values()] : [waiting];
  for (const queue of queues) {
    await Promise.all(connections.map((connection) => guarded(connection, queue)));
    if (failures.length) throw failures[0];
  }
}

/** Tells the progress of every unit that is loaded. */
function follow(tasks: readonly Task[], streams: number, progress: Progress) {
  const expected = Math.round(tasks.reduce((sum, { work }) => sum + work.expectedRows / work.units, 0));
  const pace = new Pace(tasks, streams);
  let noted = performance.now();
  let done = 0;
  return ({ work }: Task, ms: number, copied: Readonly<Record<string, Copied>>) => {
    pace.loaded(work, ms, copied);
    for (const { rows } of Object.values(copied)) done += rows;
    const lines = pace.lines();
    progress.count(done, Math.max(done, expected), 'rows', lines.join('; '));
    if (performance.now() - noted < noteEvery) return;
    noted = performance.now();
    for (const line of lines) progress.note(line);
  };
}

/** What was copied into each table; undefined when another process has loaded the unit. */
async function loadUnit(
  connection: Connection,
  { work, unit }: Task,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Copied>> | undefined> {
  await connection.query('BEGIN');
  try {
    const claimed = await connection.query(
      'INSERT INTO bench.chunk (work, unit) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [work.name, unit],
    );
    if (!claimed.rowCount) {
      await connection.query('ROLLBACK');
      return undefined;
    }
    const copied: Record<string, Copied> = {};
    const { parts, release } = work.open(unit);
    try {
      for (const { table, chunks } of parts) {
        if (table.guarded) await connection.query('SET LOCAL ROLE NONE');
        const started = performance.now();
        const measured = measure(chunks(), signal);
        const rows = await copyBinary(connection, table.path, table.fields, measured);
        copied[table.name] = { rows, bytes: measured.bytes, ms: performance.now() - started };
      }
    } finally {
      release();
    }
    await connection.query('UPDATE bench.chunk SET rows = $3 WHERE work = $1 AND unit = $2', [
      work.name,
      unit,
      JSON.stringify(copied),
    ]);
    await connection.query('COMMIT');
    return copied;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {});
    throw signal.aborted
      ? signal.reason
      : Object.assign(error as Error, { failedUnit: { work: work.name, unit } });
  }
}

/** Counts bytes on the way, and stops when asked to. */
function measure(chunks: Iterable<Buffer>, signal: AbortSignal): Iterable<Buffer> & { bytes: number } {
  return {
    bytes: 0,
    *[Symbol.iterator]() {
      for (const chunk of chunks) {
        signal.throwIfAborted();
        this.bytes += chunk.length;
        yield chunk;
      }
    },
  };
}
