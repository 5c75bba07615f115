import { usage } from '../config/fault.ts';
import { identifier, type Session } from '../infra/topology/session.ts';

// Indexes of partitioned tables (relkind I) are rightly invalid until every leaf's index is attached.
const findInvalid = `
  SELECT n.nspname AS schema, c.relname AS name, c.relname ~ '_cc(new|old)[0-9]*$' AS leftover
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT i.indisvalid AND c.relkind = 'i'
     AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
   ORDER BY leftover DESC, 1, 2`;

/**
 * A concurrent build that fails leaves an index that costs writes and serves nothing. Rebuilds each one, and drops
 * what an interrupted rebuild left behind. Returns the names of the rebuilt.
 * @throws Fault (usage) when one cannot be rebuilt, e.g. for duplicates under a unique index.
 */
export async function rebuildInvalidIndexes(session: Session): Promise<string[]> {
  const { rows } = await session.query<{ schema: string; name: string; leftover: boolean }>(findInvalid);
  const rebuilt: string[] = [];
  for (const { schema, name, leftover } of rows) {
    const index = `${identifier(schema)}.${identifier(name)}`;
    if (leftover) {
      await session.query(`DROP INDEX CONCURRENTLY ${index}`);
      continue;
    }
    try {
      await session.query(`REINDEX INDEX CONCURRENTLY ${index}`);
    } catch (error) {
      const { message, detail } = error as { message: string; detail?: string };
      throw usage(
        `The index ${schema}.${name} is invalid (its concurrent build failed) and cannot be rebuilt: ${message}${detail ? `. ${detail}` : ''}`,
        `Correct the rows and run migrate again, or give it up with DROP INDEX CONCURRENTLY ${index}.`,
        error,
      );
    }
    rebuilt.push(`${schema}.${name}`);
  }
  return rebuilt;
}
