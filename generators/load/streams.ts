import type { Progress } from '../../config/progress.ts';
import type { Connection } from '../../infra/topology/session.ts';
import { copyBinary } from '../copy/copy.ts';
import type { Work } from './work.ts';

interface Task {
  readonly work: Work;
  readonly unit: number;
}

/**
 * Loads every unit that is not loaded yet; each connection takes the next one when it is free. A unit and the record
 * of it are one transaction: after a kill at any moment, what is recorded is what is there.
 */
export async function loadUnits(
  connections: readonly Connection[],
  work: readonly Work[],
  options: {
    readonly progress: Progress;
    readonly signal: AbortSignal;
    readonly order?: (tasks: Task[]) => Task[];
  },
): Promise<void> {
  const { progress, signal } = options;
  const { rows } = await connections[0]!.query<{ work: string; unit: number }>(
    'SELECT work, unit FROM bench.chunk',
  );
  const loaded = new Set(rows.map(({ work, unit }) => `${work} ${unit}`));
  const tasks = work
    .flatMap((one) => Array.from({ length: one.units }, (_, unit) => ({ work: one, unit })))
    .filter(({ work, unit }) => !loaded.has(`${work.name} ${unit}`));
  const waiting = options.order ? options.order(tasks) : tasks;
  const expected = Math.round(work.reduce((sum, one) => sum + one.expectedRows, 0));
  let done = 0;
  const stream = async (connection: Connection) => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      signal.throwIfAborted();
      done += await loadUnit(connection, next, signal);
      progress.count(done, Math.max(done, expected), 'rows');
    }
  };
  // One stream's failure stops the others at their next unit, and is what the caller sees.
  const failed = new AbortController();
  const guarded = (connection: Connection) =>
    stream(connection).catch((error) => {
      waiting.length = 0;
      failed.abort(error);
    });
  await Promise.all(connections.map(guarded));
  failed.signal.throwIfAborted();
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
