import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import type { TableState } from '../../result/result.ts';

/** Rows that are dead and still lie in the pages, by the server's own counters; tables without any are left out. */
export async function readDeadRows(session: Session): Promise<ReadonlyMap<string, number>> {
  const { rows } = await session.query<{ name: string; dead: number }>(
    `SELECT format('%I.%I', schemaname, relname) AS name, n_dead_tup::float8 AS dead
     FROM pg_stat_user_tables WHERE n_dead_tup > 0 AND schemaname !~ '^pg_'`,
  );
  return new Map(rows.map(({ name, dead }) => [name, dead]));
}

/**
 * What lies in the pages beside the rows and is read with them.
 * @param copy a copy of the database, page for page: an extension reads there what is pending
 */
export async function tableState(
  dead: ReadonlyMap<string, number>,
  copy: Session | null,
): Promise<TableState[]> {
  const pending = copy ? await pendingPages(copy) : null;
  const names = [...new Set([...dead.keys(), ...(pending?.keys() ?? [])])].sort();
  return names.map((table) => ({
    table,
    deadRows: dead.get(table) ?? 0,
    pendingPages: pending === null ? null : (pending.get(table) ?? 0),
  }));
}

/** null: the server has no pgstattuple. */
async function pendingPages(copy: Session): Promise<ReadonlyMap<string, number> | null> {
  try {
    await copy.query('CREATE EXTENSION IF NOT EXISTS pgstattuple WITH SCHEMA public');
    const sql = await readFile(join(import.meta.dirname, 'pending-pages.sql'), 'utf8');
    const { rows } = await copy.query<{ name: string; pages: number }>(sql);
    return new Map(rows.filter(({ pages }) => pages > 0).map(({ name, pages }) => [name, pages]));
  } catch {
    return null; // neither installed nor ours to install: it is stored as unknown
  }
}
