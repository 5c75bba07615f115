import { isDenied } from '../topology/denied.ts';
import type { Session } from '../topology/session.ts';
import { pageBytes } from './btree-pages.ts';

/** Access methods whose first page holds figures that the planner reads; a B-tree's is made anew. */
export const copiedFirstPage: ReadonlySet<string> = new Set(['gin', 'brin', 'hnsw', 'ivfflat']);

/** The first page of each index, by its oid; without those that the login may not read, or that are not on disk yet. */
export async function firstPages(
  session: Session,
  oids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  await session.query('BEGIN');
  try {
    const { rows } = await session.query<{ oid: string; page: Buffer | null }>(
      `SELECT oid::int8 AS oid, pg_read_binary_file(pg_relation_filepath(oid::regclass), 0, $2, true) AS page
       FROM unnest($1::oid[]) AS oid`,
      [oids, pageBytes],
    );
    return new Map(
      rows.flatMap(({ oid, page }) => (page?.some((byte) => byte !== 0) ? [[oid, page] as const] : [])),
    );
  } catch (error) {
    if (isDenied(error)) return new Map();
    throw error;
  } finally {
    await session.query('ROLLBACK');
  }
}
