import { createHash } from 'node:crypto';
import { identifier, type Session, transaction } from '../topology/session.ts';

/** Every row of a database: the same rows give the same digest, on any server of any version. */
export interface DatabaseDigest {
  /** 16 hex digits. */
  readonly value: string;
  readonly tables: readonly { readonly table: string; readonly rows: number; readonly sum: string }[];
}

/**
 * Hashes every column of every row of every ordinary table, partition and materialised view, at one moment. Left out:
 * what no backup holds (temporary and unlogged tables), and sequences, which a recovery may set ahead.
 */
export function databaseDigest(session: Session): Promise<DatabaseDigest> {
  return transaction(session, async () => {
    await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // A row is hashed as text: its form must not depend on who asks.
    await session.query(
      "SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true), set_config('statement_timeout', '0', true), set_config('search_path', '', true), set_config('jit', 'off', true)",
    );
    const { rows: names } = await session.query<{ schema: string; name: string }>(tablesOf);
    const tables: DatabaseDigest['tables'][number][] = [];
    for (const { schema, name } of names) {
      const { rows } = await session.query<{ rows: string; sum: string }>(
        `SELECT count(*) AS rows, coalesce(mod(sum(hashtextextended(t::text, 0)), 18446744073709551616), 0) AS sum
           FROM ONLY ${identifier(schema)}.${identifier(name)} t`,
      );
      tables.push({ table: `${schema}.${name}`, rows: Number(rows[0]!.rows), sum: rows[0]!.sum });
    }
    return { value: combined(tables), tables };
  });
}

const tablesOf = `
  SELECT nspname AS schema, relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE relkind IN ('r', 'm') AND relpersistence = 'p' AND relispopulated
     AND nspname <> 'information_schema' AND nspname !~ '^pg_'
   ORDER BY nspname COLLATE "C", relname COLLATE "C"`;

function combined(tables: DatabaseDigest['tables']): string {
  const lines = tables.map(({ table, rows, sum }) => `${table} ${rows} ${sum}`);
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** What differs between two digests, one sentence a table. */
export function digestDifferences(wanted: DatabaseDigest, found: DatabaseDigest): string[] {
  const names = [...new Set([...wanted.tables, ...found.tables].map(({ table }) => table))].sort();
  return names.flatMap((name) => {
    const [before, now] = [wanted, found].map(({ tables }) => tables.find(({ table }) => table === name));
    if (!before) return [`${name} is there, and was not.`];
    if (!now) return [`${name} is missing: it held ${before.rows} rows.`];
    if (before.rows !== now.rows) return [`${name} has ${now.rows} rows, not ${before.rows}.`];
    return before.sum === now.sum ? [] : [`${name}: its ${now.rows} rows are not the same.`];
  });
}
