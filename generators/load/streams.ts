import type { Progress } from '../../config/progress.ts';
import type { Connection, Session } from '../../infra/topology/session.ts';
import { copyBinary } from '../copy/copy.ts';
import type { Work } from './work.ts';

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
 * the record of it are one transaction: after a kill at any moment, what is recorded is what is there.
 */
export async function loadUnits(
  connections: readonly Connection[],
  tasks: readonly Task[],
  options: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<void> {
  const { progress, signal } = options;
  const waiting = await pending(connections[0]!, tasks);
  const expected = Math.round(waiting.reduce((sum, { work }) => sum + work.expectedRows / work.units, 0));
  let done = 0;
  const stream = async (connection: Connection) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal.throwIfAborted();
      done += await loadUnit(connection, next, signal);
      progress.count(done, Math.max(done, expected), 'rows');
    }
  };
  // One stream's failure stops the others at their next unit, and is what the caller sees.
  const failures: unknown[] = [];
  const guarded = (connection: Connection) =>
    stream(connection).catch((error) => {
      waiting.length = 0;
      failures.push(error);
    });
  await Promise.all(connections.map(guarded));
  if (failures.length) throw failures[0];
}

async function loadUnit(connection: Connection, { work, unit }: Task, signal: AbortSignal): Promise<number> {
  await connection.query('BEGIN');
  try {
    const claimed = await connection.query(
      'INSERT INTO bench.chunk (work, unit) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [work.name, unit],
    );
    if (!claimed.rowCount) {
      await connection.query('ROLLBACK');
      return 0;
    }
    const counts: Record<string, { rows: number; bytes: number; ms: number }> = {};
    let total = 0;
    const { parts, release } = work.open(unit);
    try {
      for (const { table, chunks } of parts) {
        const started = performance.now();
        const measured = measure(chunks(), signal);
        const rows = await copyBinary(connection, table.name, Object.keys(table.columns), measured);
        counts[table.name] = { rows, bytes: measured.bytes, ms: performance.now() - started };
        total += rows;
      }
    } finally {
      release();
    }
    await connection.query('UPDATE bench.chunk SET rows = $3 WHERE work = $1 AND unit = $2', [
      work.name,
      unit,
      JSON.stringify(counts),
    ]);
    await connection.query('COMMIT');
    return total;
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => {});
    throw signal.aborted ? signal.reason : error;
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
