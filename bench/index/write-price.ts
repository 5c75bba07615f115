import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../config/fault.ts';
import { type Connection, identifier, type Session } from '../../infra/topology/session.ts';
import type { WritePrice } from '../../result/result.ts';

/** What is written, the same on both sides. */
export interface WriteTask {
  /** Quoted, of a table or a partitioned one. */
  readonly table: string;
  /** A column that every update changes; null: there is none to be had. */
  readonly common: string | null;
  /** A column that the changed index contains. */
  readonly indexed: string | null;
}

/** Rows of the scratch table: filled first, then inserted and updated under measurement. */
const rows = { all: 4500, inserted: 500, updated: 200, fewest: 40 };
/** Beyond this a sample of pages is drawn, because all rows would have to be sorted. */
const sampledFrom = 200_000;
/** So often a part of the rows is updated and vacuumed before anything is measured, as autovacuum leaves a table. */
const ages = 3;
/** Copying a database is a checkpoint too, and others may be at it. */
const attempts = 20;

/**
 * What writing one row costs: WAL by EXPLAIN's WAL option, which counts this session's alone, so that other sessions
 * do not matter; HOT by the session's counters. A scratch table with the definition and all indexes of the table's
 * largest partition is filled with a sample of its rows to the table's own fillfactor, updated and vacuumed as
 * autovacuum would (so its pages have the room that they have in life), then written. It has no triggers, foreign keys and
 * checks: they cost the same on both sides. Pages were made since the last checkpoint, so none is written as a whole; when a
 * checkpoint intervenes, it is measured again.
 */
export async function measureWritePrice(session: Connection, task: WriteTask): Promise<WritePrice> {
  await drawSample(session, task.table);
  for (let attempt = 1; ; attempt++) {
    const { price, wholePages } = await writeOnce(session, task);
    if (wholePages === 0) return price;
    if (attempt === attempts)
      throw new Fault(
        'component',
        `Checkpoints intervened in ${attempts} measurements of WAL in a row.`,
        'Raise max_wal_size or checkpoint_timeout, or stop the other load on this server.',
      );
  }
}

async function drawSample(session: Session, table: string): Promise<void> {
  const { rows: sizes } = await session.query<{ rows: number }>(
    `SELECT coalesce(sum(reltuples) FILTER (WHERE reltuples > 0), 0)::float8 AS rows
     FROM pg_class WHERE oid = $1::regclass AND relkind = 'r' OR oid IN (SELECT relid FROM pg_partition_tree($1::regclass) WHERE isleaf)`,
    [table],
  );
  const share = (100 * 10 * rows.all) / Math.max(1, sizes[0]!.rows);
  const sampling = sizes[0]!.rows > sampledFrom ? `TABLESAMPLE SYSTEM (${share}) REPEATABLE (1)` : '';
  const text = await readFile(join(import.meta.dirname, 'sample.sql'), 'utf8');
  await session.query('DROP TABLE IF EXISTS pg_temp.sample');
  await session.query(
    text.replace(':table', table).replace(':sampling', sampling).replace(':rows', String(rows.all)),
  );
}

async function writeOnce(
  session: Session,
  task: WriteTask,
): Promise<{ price: WritePrice; wholePages: number }> {
  const scratch = 'bench.write_price';
  const count = Number((await session.query<{ n: string }>('SELECT count(*) AS n FROM sample')).rows[0]!.n);
  const nothing = { walBytesPerInsert: null, walBytesPerUpdate: null, hotPct: null };
  const part = await largestPart(session, task.table);
  if (count < rows.fewest) return { price: nothing, wholePages: 0 };
  const inserted = Math.min(rows.inserted, Math.floor(count / 4));
  const columns = await writtenColumns(session, task.table);
  await session.query('CREATE SCHEMA IF NOT EXISTS bench');
  await session.query(`DROP TABLE IF EXISTS ${scratch}`);
  const { fillfactor, vacuumedAt, unlogged } = await storageOf(session, part);
  await session.query(
    `CREATE ${unlogged ? 'UNLOGGED ' : ''}TABLE ${scratch} (LIKE ${part} INCLUDING ALL EXCLUDING CONSTRAINTS)`,
  );
  await session.query(`ALTER TABLE ${scratch} SET (fillfactor = ${fillfactor}, autovacuum_enabled = off)`);
  const insert = (where: string) =>
    `INSERT INTO ${scratch} (${columns}) OVERRIDING SYSTEM VALUE SELECT ${columns} FROM sample WHERE ${where} ORDER BY "#"`;
  try {
    await session.query(insert(`"#" <= ${count - inserted}`));
    if (task.common !== null) await age(session, scratch, task.common, Math.ceil(count * vacuumedAt));
    const common = task.common === null ? null : await update(session, scratch, task.common, 0, rows.updated);
    const indexed =
      task.indexed === null ? null : await update(session, scratch, task.indexed, 1, rows.updated);
    // Last: what is inserted takes the room that updates left.
    const inserts = await walOf(session, insert(`"#" > ${count - inserted}`));
    return {
      wholePages: inserts.wholePages + (common?.wholePages ?? 0) + (indexed?.wholePages ?? 0),
      price: {
        walBytesPerInsert: inserts.bytes / inserted,
        walBytesPerUpdate: common?.bytesPerRow ?? null,
        hotPct: common?.hotPct ?? null,
        walBytesPerIndexedUpdate: indexed?.bytesPerRow ?? null,
        hotPctIndexed: indexed?.hotPct ?? null,
        pagesPerInsert: inserts.pages / inserted,
        pagesPerUpdate: common?.pagesPerRow ?? null,
        pagesPerIndexedUpdate: indexed?.pagesPerRow ?? null,
      },
    };
  } finally {
    await session.query(`DROP TABLE IF EXISTS ${scratch}`);
  }
}

/**
 * Gives rows the value of another one that differs from theirs: values of the column's own kind and size. Even and odd
 * rows belong to different updates, so that no row is updated twice.
 * @returns null when the rows do not differ, or values must be unique
 */
async function update(session: Session, scratch: string, name: string, parity: 0 | 1, most: number) {
  const column = identifier(name);
  const counters = `SELECT pg_stat_get_xact_tuples_updated('${scratch}'::regclass)::int AS all, pg_stat_get_xact_tuples_hot_updated('${scratch}'::regclass)::int AS hot`;
  const sql = `
    UPDATE ${scratch} AS target SET ${column} = source.value
    FROM (SELECT at, value FROM (
            SELECT ctid AS at, ${column} AS own, row_number() OVER (ORDER BY hashtext(ctid::text), ctid) AS n,
                   lag(${column}, (SELECT count(*)::int / 2 FROM ${scratch})) OVER (ORDER BY ${column}, ctid) AS value
            FROM ${scratch}) AS shifted
          WHERE own::text IS DISTINCT FROM value::text AND value IS NOT NULL AND n % 2 = ${parity}
          ORDER BY n LIMIT ${most}) AS source
    WHERE target.ctid = source.at`;
  await session.query('BEGIN');
  try {
    const before = (await session.query<{ all: number; hot: number }>(counters)).rows[0]!;
    const { bytes, wholePages, pages } = await walOf(session, sql);
    const after = (await session.query<{ all: number; hot: number }>(counters)).rows[0]!;
    await session.query('COMMIT');
    const updated = after.all - before.all;
    if (updated === 0) return null;
    return {
      bytesPerRow: bytes / updated,
      pagesPerRow: pages / updated,
      hotPct: (100 * (after.hot - before.hot)) / updated,
      wholePages,
    };
  } catch (error) {
    await session.query('ROLLBACK');
    if ((error as { code?: string }).code?.startsWith('23')) return null; // integrity constraint violation
    throw error;
  }
}

interface WrittenWal {
  readonly bytes: number;
  readonly wholePages: number;
  /** Buffers that the writing itself touched, without what found the rows. */
  readonly pages: number;
}

async function walOf(session: Session, sql: string): Promise<WrittenWal> {
  const { rows: found } = await session.query<{ 'QUERY PLAN': [{ Plan: WalNode }] }>(
    `EXPLAIN (ANALYZE, WAL, BUFFERS, TIMING OFF, COSTS OFF, FORMAT JSON) ${sql}`,
  );
  const plan = found[0]!['QUERY PLAN'][0].Plan;
  const below = (plan.Plans ?? []).reduce((sum, node) => sum + buffersOf(node), 0);
  return {
    bytes: plan['WAL Bytes'] ?? 0,
    wholePages: plan['WAL FPI'] ?? 0,
    pages: Math.max(0, buffersOf(plan) - below),
  };
}

interface WalNode {
  readonly 'WAL Bytes'?: number;
  readonly 'WAL FPI'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly WalNode[];
}

const buffersOf = (node: WalNode) => (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);

/** How full the table's pages are made, and after which share of dead rows autovacuum comes. */
async function storageOf(
  session: Session,
  part: string,
): Promise<{ fillfactor: number; vacuumedAt: number; unlogged: boolean }> {
  const { rows: found } = await session.query<{ fillfactor: number; share: number; unlogged: boolean }>(
    `SELECT coalesce((SELECT option_value::int FROM pg_options_to_table(reloptions)
                      WHERE option_name = 'fillfactor'), 100) AS fillfactor,
            coalesce((SELECT option_value::float8 FROM pg_options_to_table(reloptions)
                      WHERE option_name = 'autovacuum_vacuum_scale_factor'),
                     current_setting('autovacuum_vacuum_scale_factor')::float8) AS share,
            relpersistence = 'u' AS unlogged
     FROM pg_class WHERE oid = $1::regclass`,
    [part],
  );
  const { fillfactor, share, unlogged } = found[0]!;
  return { fillfactor, unlogged, vacuumedAt: Math.min(0.5, Math.max(0.02, share)) };
}

/** Updates and vacuums as life does: dead rows leave the room in which later updates are HOT. */
async function age(session: Session, scratch: string, column: string, updated: number): Promise<void> {
  for (let round = 0; round < ages; round++) {
    await update(session, scratch, column, (round % 2) as 0 | 1, updated);
    await session.query(`VACUUM ${scratch}`);
  }
}

/** Generated columns are computed, not written. */
async function writtenColumns(session: Session, table: string): Promise<string> {
  const { rows: found } = await session.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  );
  return found[0]!.columns;
}

async function largestPart(session: Session, table: string): Promise<string> {
  const { rows: found } = await session.query<{ part: string }>(
    `SELECT relid::text AS part FROM pg_partition_tree($1::regclass) WHERE isleaf
     ORDER BY pg_relation_size(relid) DESC, relid LIMIT 1`,
    [table],
  );
  return found[0]?.part ?? table;
}

/**
 * Which columns to update: one that every update changes (updated_at), or that most of the catalogue's do; and of the
 * changed index one that the catalogue's updates change, or any.
 * @param changed rows that the catalogue updates, by column
 */
export async function columnsToUpdate(
  session: Session,
  table: string,
  indexColumns: readonly string[],
  changed: ReadonlyMap<string, number> = new Map(),
): Promise<Pick<WriteTask, 'common' | 'indexed'>> {
  const { rows: found } = await session.query<{ name: string; generated: boolean; key: boolean }>(
    `SELECT attname AS name, attgenerated <> '' AS generated,
            EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisprimary AND attnum = ANY ((indkey::int2[])[0:indnkeyatts - 1])) AS key
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  const free = found.filter(({ generated, key, name }) => !generated && !key && name !== 'organization_id');
  const often = (x: { name: string }, y: { name: string }) =>
    (changed.get(y.name) ?? 0) - (changed.get(x.name) ?? 0);
  const common =
    free.find(({ name }) => name === 'updated_at') ??
    free.filter(({ name }) => !indexColumns.includes(name)).toSorted(often)[0];
  const indexed = indexColumns
    .map((name) => ({ name }))
    .toSorted(often)
    .find(({ name }) => free.some((column) => column.name === name));
  return { common: common?.name ?? null, indexed: indexed?.name ?? null };
}
