import { createHash } from 'node:crypto';
import { identifier, type Session } from '../../infra/topology/session.ts';
import type { Table } from '../tables/table.ts';
import { quoted } from './preflight.ts';

export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** Sum of the hashes of all rows, modulo 2^64: the same whatever the order of the rows. */
  readonly sum: string;
}

/**
 * Hashes the rows of a table as the server stores them, over the columns that the generator fills.
 * `hash_record_extended` uses each type's own hash, so nothing is turned into text. After a load into live tables a
 * column that a trigger has overwritten counts as what the generator wrote, and rows that triggers wrote do not count, so
 * that the digest is the same.
 * @param sample a TABLESAMPLE clause, where not all rows are hashed
 */
export async function digestTable(
  session: Session,
  table: Table,
  live = false,
  sample = '',
): Promise<TableDigest> {
  const columns = Object.keys(table.columns)
    .map((name) => identifier((live && table.overwritten[name]) || name))
    .join(', ');
  const { rows } = await session.query<{ rows: string; sum: string }>(
    `SELECT count(*) AS rows, coalesce(mod(sum(hash_record_extended(ROW(${columns}), 0)), 18446744073709551616), 0) AS sum
     FROM ${quoted(table.name)} ${sample} ${live && table.own !== null ? `WHERE ${table.own}` : ''}`,
  );
  return { table: table.name, rows: Number(rows[0]!.rows), sum: rows[0]!.sum };
}

/** One name for the whole data set: 16 hex digits over the tables' counts and sums, in the order of their names. */
export function combine(digests: readonly TableDigest[]): string {
  const lines = digests.map(({ table, rows, sum }) => `${table} ${rows} ${sum}`).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** What differs between a table as it was generated and as it is, as a sentence; undefined when nothing does. */
export function differenceOf(before: TableDigest | undefined, now: TableDigest): string | undefined {
  if (!before) return `${now.table}: it was not part of the data set.`;
  const count = (rows: number) => `${rows.toLocaleString('en')} rows`;
  if (before.rows !== now.rows)
    return `${now.table}: ${count(now.rows)}, ${before.rows.toLocaleString('en')} were generated.`;
  return before.sum === now.sum ? undefined : `${now.table}: rows were changed (their digest differs).`;
}
