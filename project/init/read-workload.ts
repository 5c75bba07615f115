import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import { identifier, type Session } from '../../infra/topology/session.ts';

/** A statement as the server normalised it: literals are $1, $2, ... */
export interface Called {
  readonly query: string;
  readonly calls: number;
  /** All calls together; null where nobody knows. */
  readonly ms: number | null;
}

const query = join(import.meta.dirname, 'workload.sql');

/**
 * The statements that took most of this database's time, as pg_stat_statements has counted them.
 * @throws Fault (component) when the extension is not there, or may not be read
 */
export async function readWorkload(session: Session, most: number): Promise<Called[]> {
  const { rows: there } = await session
    .query<{ loaded: boolean; made: boolean }>(
      `SELECT current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' AS loaded,
            EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') AS made`,
    )
    .catch(() => ({ rows: [{ loaded: true, made: true }] })); // shared_preload_libraries is hidden from some logins
  const { loaded, made } = there[0]!;
  if (!made)
    throw missing(
      `The database has no pg_stat_statements${loaded ? '' : ', and the server does not load it'}, so it does not know what was asked of it.`,
      `${loaded ? '' : 'Add it to shared_preload_libraries and restart the server; then '}CREATE EXTENSION pg_stat_statements; and let your application run for a while.`,
    );
  const text = await readFile(query, 'utf8');
  const { rows } = await session.query<{ query: string; calls: string; ms: number }>(
    text.replace('statements_of_extension', `${identifier(await schemaOf(session))}.pg_stat_statements`),
    [most],
  );
  if (rows.length === 0)
    throw missing(
      'pg_stat_statements knows no statement of this database that could be measured.',
      'Let your application run for a while, then run this again; or read its log: see docs/own-database.md.',
    );
  const hidden = rows.filter((row) => row.query === '<insufficient privilege>').length;
  if (hidden === rows.length)
    throw missing(
      'pg_stat_statements shows no statement to this login ("<insufficient privilege>").',
      'GRANT pg_read_all_stats TO the login, then run this again.',
    );
  return rows
    .filter((row) => row.query !== '<insufficient privilege>')
    .map((row) => ({ query: row.query, calls: Number(row.calls), ms: row.ms }));
}

/** Providers put extensions into a schema of their own, which need not be in the search_path. */
async function schemaOf(session: Session): Promise<string> {
  const { rows } = await session.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace
     WHERE extname = 'pg_stat_statements'`,
  );
  return rows[0]!.schema;
}
