import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../infra/topology/session.ts';
import type { Wanted } from './statements.ts';

const schema = readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8');

/** Makes the tables, one statement at a time (VACUUM takes no part in a transaction). Returns the server's version. */
export async function makeTables(connection: Connection): Promise<number> {
  for (const sql of schema.replaceAll(/^--.*$/gm, '').split(/;\n/))
    if (sql.trim() !== '') await connection.query(sql);
  await connection.query(
    'CREATE TEMP TABLE scratch AS SELECT i AS a, i % 97 AS b FROM generate_series(1, 5000) AS i',
  );
  await connection.query('ANALYZE scratch');
  const { rows } = await connection.query<{ version: string }>(
    "SELECT current_setting('server_version_num') AS version",
  );
  return Math.floor(Number(rows[0]!.version) / 10_000);
}

type Format = 'TEXT' | 'JSON' | 'YAML' | 'XML';

/** One statement's plan in several formats, each of its own execution, that is undone. */
export async function explainIn(
  connection: Connection,
  { sql, settings }: Wanted,
  options: string,
  formats: readonly Format[],
): Promise<string[]> {
  const texts: string[] = [];
  // the first fills caches and sets hint bits, so that the others do the same work
  for (const format of ['TEXT' as const, ...formats]) {
    await connection.query('BEGIN');
    try {
      for (const setting of settings) await connection.query(`SET LOCAL ${setting}`);
      const { rows } = await connection.query<{ 'QUERY PLAN': unknown }>(
        `EXPLAIN (${options}${options ? ', ' : ''}FORMAT ${format}) ${sql}`,
      );
      const lines = rows.map((row) => row['QUERY PLAN']);
      texts.push(format === 'JSON' ? JSON.stringify(lines[0], null, 2) : lines.join('\n'));
    } finally {
      await connection.query('ROLLBACK');
    }
  }
  return texts.slice(1);
}
