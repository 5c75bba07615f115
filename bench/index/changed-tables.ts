import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import type { Index } from './indexes.ts';

export interface TableFacts {
  readonly name: string;
  /** A materialised view: REFRESH alone writes it. */
  readonly view: boolean;
  readonly rows: number;
  readonly pages: number;
  /** Of the largest partition; of a table that has none the same as `pages`. */
  readonly largestPart: number;
}

/** Rows of each table that the server's own counters saw updated. A copy has none: they are the base's. */
export async function readUpdates(session: Session): Promise<ReadonlyMap<string, number>> {
  const { rows } = await session.query<{ name: string; updated: number }>(
    `SELECT format('%I.%I', n.nspname, t.relname) AS name, sum(pg_stat_get_tuples_updated(c.oid))::float8 AS updated
     FROM pg_class AS c
     JOIN pg_class AS t ON t.oid = coalesce(pg_partition_root(c.oid), c.oid)
     JOIN pg_namespace AS n ON n.oid = t.relnamespace
     WHERE c.relkind = 'r' AND n.nspname !~ '^pg_'
     GROUP BY 1`,
  );
  return new Map(rows.map(({ name, updated }) => [name, updated]));
}

export async function readTables(session: Session, names: readonly string[]): Promise<TableFacts[]> {
  const text = await readFile(join(import.meta.dirname, 'changed-tables.sql'), 'utf8');
  return (await session.query<TableFacts>(text, [names])).rows;
}

/** Of partitions their whole: that is what statements name. */
export async function rootsOf(session: Session, names: readonly string[]): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT DISTINCT format('%I.%I', n.nspname, t.relname) AS name
     FROM unnest($1::text[]) AS wanted (name)
     JOIN pg_class AS t ON t.oid = coalesce(pg_partition_root(wanted.name::regclass), wanted.name::regclass)
     JOIN pg_namespace AS n ON n.oid = t.relnamespace`,
    [names],
  );
  return rows.map(({ name }) => name);
}

/** Partial indexes whose condition no row fulfils; a view that was never filled has no row at all, which its size says. */
export async function emptyIndexes(session: Session, indexes: readonly Index[]): Promise<string[]> {
  const empty: string[] = [];
  for (const { table, predicate, short } of indexes) {
    if (predicate === null || !(await isFilled(session, table))) continue;
    const { rows } = await session.query<{ any: boolean }>(
      `SELECT EXISTS (SELECT FROM ${table} WHERE ${predicate}) AS any`,
    );
    if (!rows[0]!.any) empty.push(short);
  }
  return empty;
}

/** A materialised view WITH NO DATA cannot be read. */
async function isFilled(session: Session, table: string): Promise<boolean> {
  const { rows } = await session.query<{ filled: boolean }>(
    'SELECT relispopulated AS filled FROM pg_class WHERE oid = $1::regclass',
    [table],
  );
  return rows[0]!.filled;
}
