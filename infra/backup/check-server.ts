import type { Session } from '../topology/session.ts';
import { type DatabaseDigest, databaseDigest, digestDifferences } from './database-digest.ts';

export interface ServerCheck {
  readonly digest: DatabaseDigest;
  /** What is wrong, one sentence each. */
  readonly findings: readonly string[];
  /** Indexes and tables that amcheck read whole; null where this server has no amcheck. */
  readonly amchecked: { readonly indexes: number; readonly tables: number } | null;
}

/**
 * Reads a restored database whole: every row is hashed and compared with what is known of it, and amcheck looks at
 * every heap and every btree, each of its rows included.
 * @param wanted the rows as they were; undefined where that is not known
 */
export async function checkServer(
  session: Session,
  wanted: DatabaseDigest | undefined,
): Promise<ServerCheck> {
  const findings: string[] = [];
  const digest = await databaseDigest(session);
  if (wanted) findings.push(...digestDifferences(wanted, digest));
  const { rows } = await session.query<{ there: boolean }>(
    "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'amcheck') AS there",
  );
  if (!rows[0]!.there) return { digest, findings, amchecked: null };
  await session.query('CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA public');
  const indexes = await session.query<{ name: string }>(btrees);
  for (const { name } of indexes.rows)
    await noting(
      findings,
      name,
      session,
      `SELECT public.bt_index_check(index => $1::regclass, heapallindexed => true)`,
    );
  const tables = await session.query<{ name: string }>(heaps);
  for (const { name } of tables.rows) {
    const { rows: corrupt } = await session.query<{ msg: string }>(
      'SELECT msg FROM public.verify_heapam($1::regclass) LIMIT 3',
      [name],
    );
    findings.push(...corrupt.map(({ msg }) => `${name}: ${msg}`));
  }
  return { digest, findings, amchecked: { indexes: indexes.rows.length, tables: tables.rows.length } };
}

async function noting(findings: string[], name: string, session: Session, check: string): Promise<void> {
  try {
    await session.query(check, [name]);
  } catch (error) {
    findings.push(`${name}: ${(error as Error).message}`);
  }
}

const btrees = `
  SELECT i.indexrelid::regclass::text AS name
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
   WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready`;
const heaps = `
  SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_am a ON a.oid = c.relam
   WHERE c.relkind IN ('r', 'm', 't') AND a.amname = 'heap' AND c.relpersistence = 'p'`;
