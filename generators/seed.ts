import { missing, usage } from '../config/fault.ts';
import { type Progress, silent } from '../config/progress.ts';
import { type Connection, transaction } from '../infra/topology/session.ts';
import type { DatasetResult } from '../result/result.ts';
import { windowEnd, windowStart } from './calendar.ts';
import { checkSame, createMarks, generatorVersion, readMark, resultOf } from './load/dataset.ts';
import { combine, digestTable, type TableDigest } from './load/digest.ts';
import { checkColumns, checkEmpty, quoted, tableSizes } from './load/preflight.ts';
import { dropSecondary, rebuildSecondary } from './load/secondary.ts';
import { loadUnits } from './load/streams.ts';
import { allWork, filledTables } from './load/work.ts';
import { resolveScale, type Scale } from './scales.ts';
import type { Table } from './tables/table.ts';
import { World } from './world.ts';

export { readDataset } from './load/dataset.ts';

export interface SeedOptions {
  readonly scale: string | Scale;
  /** Whole number >= 0: the same seed, scale and generator version make the same rows. */
  readonly seed: number;
  /** COPY streams at once, each a connection. Default 2. */
  readonly streams?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Any fixed number: one seeding of a database at a time. */
const lockKey = 7_203_511;
const buildMemory = '256MB';

/**
 * Fills a migrated, empty database: indexes and foreign keys are dropped, rows copied by `streams` connections,
 * indexes and keys built again, tables vacuumed and analysed, and all rows hashed by the server. Interrupted, it goes
 * on where it stopped when it is called again; called on a complete data set of the same kind, it returns that.
 *
 * @param connectAdmin opens a superuser's connection to the database
 * @throws Fault (usage) for a database that holds other rows or another data set; (component) for a schema that does not fit
 */
export async function seed(
  connectAdmin: () => Promise<Connection>,
  options: SeedOptions,
): Promise<DatasetResult> {
  const { seed: number, streams = 2, progress = silent, signal = new AbortController().signal } = options;
  if (!Number.isSafeInteger(number) || number < 0)
    throw usage(`The seed ${number} is not a whole number from 0 to 2^53.`, 'For example: --seed 42.');
  if (!Number.isInteger(streams) || streams < 1 || streams > 16)
    throw usage(`${streams} streams: from 1 to 16 are possible.`, 'Two streams keep two cores busy.');
  const scale = typeof options.scale === 'string' ? resolveScale(options.scale) : options.scale;
  const started = performance.now();

  await using control = await connectAdmin();
  await lock(control);
  const found = await readMark(control);
  if (found) checkSame(found, scale, number);
  if (found?.state === 'ready') {
    progress.note(
      `The data set of scale ${scale.name}, seed ${number} is already there (digest ${found.digest}).`,
    );
    return resultOf(found);
  }
  const world = new World(number, scale);
  const work = allWork(world);
  const tables = filledTables;
  const names = tables.map(({ name }) => name);

  await checkColumns(control, tables);
  if (!found) await prepare(control, scale, number, tables, progress);
  else progress.note(`Going on with the load of scale ${scale.name}, seed ${number} that was interrupted.`);
  if (found?.state !== 'rebuilding') {
    progress.stage('rows');
    await withConnections(connectAdmin, streams, (connections) =>
      loadUnits(connections, work, { progress, signal }),
    );
    await control.query(`UPDATE bench.dataset SET state = 'rebuilding'`);
    await noteRates(control, streams, progress);
  }
  progress.stage('indexes');
  const digests = await withConnections(connectAdmin, 2, async (connections) => {
    await rebuildSecondary(connections, progress, signal);
    progress.stage('vacuum and digest');
    return eachTable(connections, tables, async (connection, table) => {
      signal.throwIfAborted();
      await connection.query(`VACUUM (FREEZE, ANALYZE) ${quoted(table.name)}`);
      return digestTable(connection, table);
    });
  });
  const sizes = await tableSizes(control, names);
  return await finish(control, digests, sizes, streams, (performance.now() - started) / 1000);
}

async function lock(control: Connection): Promise<void> {
  const { rows } = await control.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lockKey]);
  if (!rows[0]!.got)
    throw missing(
      'Another process is seeding this database.',
      'Wait until it has ended, then run this again.',
    );
}

async function prepare(
  control: Connection,
  scale: Scale,
  seed: number,
  tables: readonly Table[],
  progress: Progress,
): Promise<void> {
  await checkEmpty(control, tables);
  const { name, ...counts } = scale;
  await transaction(control, async () => {
    await createMarks(control);
    await control.query('SELECT ops.ensure_partitions($1::date, $2::date)', [
      new Date(windowStart).toISOString(),
      new Date(windowEnd).toISOString(),
    ]);
    const dropped = await dropSecondary(
      control,
      tables.map((table) => table.name),
    );
    await control.query(
      `INSERT INTO bench.dataset (scale, counts, seed, generator, state) VALUES ($1, $2, $3, $4, 'loading')`,
      [name, JSON.stringify(counts), seed, generatorVersion],
    );
    progress.note(`${dropped} indexes and foreign keys dropped; they are built again after the load.`);
  });
}

/** Opens `count` connections for loading: triggers and foreign keys do not fire on them, builds get more memory. */
async function withConnections<T>(
  connectAdmin: () => Promise<Connection>,
  count: number,
  use: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const connections: Connection[] = [];
  for (let n = 0; n < count; n++) {
    const connection = opened.use(await connectAdmin());
    await connection.query(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET jit = off;
       SET maintenance_work_mem = '${buildMemory}'; SET statement_timeout = 0`,
    );
    connections.push(connection);
  }
  return await use(connections); // not before: the connections close when this returns
}

/** Lets the connections take tables, largest last in the list first. Results come in the tables' order. */
async function eachTable<T>(
  connections: readonly Connection[],
  tables: readonly Table[],
  act: (connection: Connection, table: Table) => Promise<T>,
): Promise<T[]> {
  const results = new Map<Table, T>();
  const waiting = tables.toReversed();
  await Promise.all(
    connections.map(async (connection) => {
      for (let table = waiting.shift(); table; table = waiting.shift())
        results.set(table, await act(connection, table));
    }),
  );
  return tables.map((table) => results.get(table)!);
}

interface Rate {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly ms: number;
}

async function rates(control: Connection): Promise<Rate[]> {
  const { rows } = await control.query<Rate>(
    `SELECT r.key AS "table", sum((r.value ->> 'rows')::float8) AS rows, sum((r.value ->> 'bytes')::float8) AS bytes,
            sum((r.value ->> 'ms')::float8) AS ms
     FROM bench.chunk, jsonb_each(rows) AS r GROUP BY r.key ORDER BY r.key`,
  );
  return rows;
}

async function noteRates(control: Connection, streams: number, progress: Progress): Promise<void> {
  for (const { table, rows, bytes, ms } of await rates(control)) {
    const seconds = ms / 1000 / streams;
    progress.note(
      `${table}: ${rows} rows, ${Math.round(rows / seconds)} rows/s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s`,
    );
  }
}

async function finish(
  control: Connection,
  digests: readonly TableDigest[],
  sizes: ReadonlyMap<string, number>,
  streams: number,
  seconds: number,
): Promise<DatasetResult> {
  const measured = new Map((await rates(control)).map((rate) => [rate.table, rate]));
  const tables = digests.map(({ table, rows }) => {
    const rate = measured.get(table);
    return {
      name: table,
      rows,
      bytes: sizes.get(table)!,
      rowsPerSecond: rate?.ms ? (rate.rows / rate.ms) * 1000 * streams : null,
    };
  });
  await transaction(control, async () => {
    await control.query(
      `UPDATE bench.dataset SET state = 'ready', digest = $1, seconds = $2, tables = $3, digests = $4`,
      [combine(digests), seconds, JSON.stringify(tables), JSON.stringify(digests)],
    );
    await control.query('TRUNCATE bench.secondary');
  });
  return resultOf((await readMark(control))!);
}
