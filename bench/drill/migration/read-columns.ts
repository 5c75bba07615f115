import type { Session } from '../../../infra/topology/session.ts';

/** The columns of a table, in order. */
export async function readColumns(session: Session, table: string): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}
