import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import { type FilePlan, makeFiles } from '../../infra/knowledge/relation-files.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { IndexDdl } from '../index/ddl.ts';
import { placeOf } from '../variant/failed-sql.ts';
import type { EstimatesCopy, Estimating } from './estimates-copy.ts';
import { indexSize } from './index-size.ts';

interface Added {
  readonly schema: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly table: string;
  readonly unique: boolean;
  readonly including: boolean;
  readonly predicate: string | null;
  readonly fillfactor: number;
  readonly keyBytes: number;
  readonly distincts: readonly (number | null)[];
}

/** The copy with a change of its indexes, in a transaction that disposing takes back. */
export interface Tried extends Estimating {
  /** Bytes of what was added, estimated from statistics. */
  readonly addedBytes: number;
}

/**
 * Makes the change on the copy and gives every added index the size and the rows that it would have by the statistics.
 * @throws Fault (usage) where the server refuses it, or an index's size cannot be known without its rows
 */
export async function tryIndexes(copy: EstimatesCopy, ddl: readonly IndexDdl[]): Promise<Tried> {
  await using made = new AsyncDisposableStack();
  const saved = await copy.begin();
  const tables = await tableStatistics(saved.session);
  await saved[Symbol.asyncDispose]();
  // after the transaction was taken back: building an index writes into its table's entry past it, "empty" as it was
  made.defer(async () => {
    await using after = await copy.begin();
    await restoreTables(after.session, tables);
    await after.session.query('COMMIT');
  });
  const estimating = made.use(await copy.begin());
  const { session } = estimating;
  const before = await indexOids(session);
  if (ddl.length > 0) {
    await copy.whileEmpty(async () => {
      for (const one of ddl) await apply(session, one);
    });
    await restoreTables(session, tables);
  }
  const addedBytes = await giveSizes(copy, session, before);
  const all = made.move();
  return { ...estimating, addedBytes, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function apply(session: Session, { sql }: IndexDdl): Promise<void> {
  try {
    // nobody else uses the copy, and CONCURRENTLY cannot be taken back
    await session.query(sql.replace(/^(\w+\s+(?:unique\s+)?index)\s+concurrently\b/i, '$1'));
  } catch (error) {
    throw usage(
      `The change cannot be made: "${sql}"${placeOf(sql, error)}: ${(error as Error).message}`,
      'Correct it; it was tried on a copy of the schema only.',
      error,
    );
  }
}

async function indexOids(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ oid: string }>(
    `SELECT oid::int8 AS oid FROM pg_class WHERE relkind = 'i'`,
  );
  return rows.map(({ oid }) => oid);
}

async function giveSizes(
  { server }: EstimatesCopy,
  session: Session,
  before: readonly string[],
): Promise<number> {
  const text = await readFile(join(import.meta.dirname, 'added-indexes.sql'), 'utf8');
  const { rows: added } = await session.query<Added>(text, [before]);
  const other = added.find(({ method }) => method !== 'btree');
  if (other)
    throw usage(
      `The size of a ${other.method} index (${other.name}) cannot be known from statistics, and its cost depends on it.`,
      'Try it on a copy with rows: leave --estimates out, with --allow-writes. B-trees can be estimated.',
    );
  const plans: FilePlan[] = [];
  for (const one of added) {
    const rows = await rowsOf(session, one);
    const { pages, level } = indexSize({
      ...{ rows, keyBytes: one.keyBytes, distinct: distinctOf(one, rows), fillfactor: one.fillfactor },
      deduplicates:
        !one.unique && !one.including && (await keysAllowIt(join(server.dataDirectory, one.path))),
    });
    await session.query(
      `SELECT pg_restore_relation_stats('schemaname', $1::text, 'relname', $2::text, 'relpages', $3::int, 'reltuples', $4::real)`,
      [one.schema, one.name, pages, rows],
    );
    const { path, method, keyBytes } = one;
    plans.push({ path, method, keyBytes, pages, level, kind: 'i', firstPage: null });
  }
  await makeFiles(server, plans);
  return plans.reduce((sum, { pages }) => sum + pages * 8192, 0);
}

/**
 * As the planner estimates them, the condition of a partial index included. It must not look at the new index for that: the
 * first page, which has no height yet, would stay in the server's memory.
 */
async function rowsOf(session: Session, { table, predicate }: Added): Promise<number> {
  await session.query('SAVEPOINT unindexed');
  await session.query('UPDATE pg_class SET relhasindex = false WHERE oid = $1::regclass', [table]);
  const { rows } = await session.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT FROM ONLY ${table}${predicate === null ? '' : ` WHERE ${predicate}`}`,
  );
  await session.query('ROLLBACK TO SAVEPOINT unindexed');
  return rows[0]!['QUERY PLAN'][0]!.Plan['Plan Rows'];
}

/** Of all keys together at most the product; null where one is an expression, which has no statistics yet. */
function distinctOf({ distincts }: Added, rows: number): number | null {
  let product = 1;
  for (const distinct of distincts) {
    if (distinct === null || distinct === 0) return null;
    product *= distinct < 0 ? -distinct * rows : distinct;
  }
  return Math.min(product, rows);
}

const allEqualImageAt = 64;

/** CREATE INDEX notes in the first page whether equal keys of these types may share a tuple. */
async function keysAllowIt(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, allEqualImageAt);
  return buffer[0] === 1;
}

interface TableStatistics {
  readonly schema: string;
  readonly name: string;
  readonly pages: number;
  readonly rows: number;
  readonly visible: number;
}

async function tableStatistics(session: Session): Promise<TableStatistics[]> {
  const { rows } = await session.query<TableStatistics>(
    `SELECT n.nspname AS schema, c.relname AS name, relpages AS pages, reltuples::float8 AS rows, relallvisible AS visible
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
  );
  return rows;
}

async function restoreTables(session: Session, tables: readonly TableStatistics[]): Promise<void> {
  await session.query(
    `SELECT pg_restore_relation_stats('schemaname', t.schema, 'relname', t.name, 'relpages', t.pages,
                                      'reltuples', t.rows, 'relallvisible', t.visible)
     FROM jsonb_to_recordset($1) AS t (schema text, name text, pages int, rows real, visible int)`,
    [JSON.stringify(tables)],
  );
}
