import type { Progress } from '../../config/progress.ts';
import { type Connection, transaction } from '../../infra/topology/session.ts';
import { windowEnd, windowStart } from '../calendar.ts';
import type { Scale } from '../scales.ts';
import { createMarks, generatorVersion, type Mark, readMark } from './dataset.ts';
import { checkColumns, checkEmpty } from './preflight.ts';
import { checkRoom } from './room.ts';
import { dropSecondary } from './secondary.ts';
import { filledTables } from './work.ts';

const lockKey = 7_203_511;

/** Runs `work` while no other process prepares, finishes or appends; waits for it. */
export async function alone<T>(control: Connection, work: () => Promise<T>): Promise<T> {
  await control.query('SELECT pg_advisory_lock($1)', [lockKey]);
  try {
    return await work();
  } finally {
    await control.query('SELECT pg_advisory_unlock($1)', [lockKey]).catch(() => {});
  }
}

/**
 * Makes an empty, migrated database ready for rows, in one transaction: partitions of the window, the marks, and unless
 * the tables are to be live no index or foreign key left on them. Returns the mark, also when it was there before.
 * @throws Fault when the schema does not fit, tables have rows or the disk has no room
 */
export async function prepare(
  control: Connection,
  wanted: {
    readonly scale: Scale;
    readonly seed: number;
    readonly shards: number;
    readonly servers: number;
    readonly live: boolean;
  },
  progress: Progress,
): Promise<Mark> {
  const { scale, seed, shards, servers, live } = wanted;
  const found = await readMark(control);
  if (found) return found;
  await checkColumns(control, filledTables);
  await checkEmpty(control, filledTables);
  await checkRoom(control, scale, servers);
  const { name, ...counts } = scale;
  await transaction(control, async () => {
    await createMarks(control);
    await control.query('SELECT ops.ensure_partitions($1::date, $2::date)', [
      new Date(windowStart).toISOString(),
      new Date(windowEnd).toISOString(),
    ]);
    if (live)
      await control.query('SELECT ops.ensure_partitions(now()::date, (now() + interval $$1 month$$)::date)');
    const tables = filledTables.map((table) => table.name);
    const dropped = live ? 0 : await dropSecondary(control, tables);
    await control.query(
      `INSERT INTO bench.dataset (scale, counts, seed, generator, shards, live, state)
       VALUES ($1, $2, $3, $4, $5, $6, 'loading')`,
      [name, JSON.stringify(counts), seed, generatorVersion, shards, live],
    );
    progress.note(
      live
        ? 'Indexes, keys and triggers stay on.'
        : `${dropped} indexes and foreign keys dropped; they are built again after the load.`,
    );
  });
  return (await readMark(control))!;
}
