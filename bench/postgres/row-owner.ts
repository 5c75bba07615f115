import { identifier, type Session } from '../../infra/topology/session.ts';

/** A row that a statement returned. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The tenant of each row: its organization_id, or else that of the row with its `id` in any table of the schema core,
 * looked up by a session that sees every row. Null where neither tells.
 */
export async function rowOwners(everything: Session, rows: readonly Row[]): Promise<(string | null)[]> {
  const ids = rows.filter((row) => !('organization_id' in row)).map(({ id }) => id);
  const known = await ownersOfIds(
    everything,
    ids.filter((id) => typeof id === 'string'),
  );
  return rows.map((row) => {
    const owner = 'organization_id' in row ? row.organization_id : known.get(String(row.id));
    return owner ? String(owner) : null;
  });
}

/** The tenant of each id that a row of any table of the schema core has. */
export async function ownersOfIds(session: Session, ids: readonly string[]): Promise<Map<string, string>> {
  const uuids = [...new Set(ids)].filter((id) => /^[0-9a-f-]{36}$/i.test(id));
  if (uuids.length === 0) return new Map();
  const { rows: tables } = await session.query<{ name: string }>(tenantTables);
  if (tables.length === 0) return new Map();
  const parts = tables.map(
    ({ name }) => `SELECT id, organization_id FROM core.${identifier(name)} WHERE id = ANY ($1)`,
  );
  const { rows } = await session.query<{ id: string; organization_id: string }>(parts.join(' UNION ALL '), [
    uuids,
  ]);
  return new Map(rows.map(({ id, organization_id }) => [id, organization_id]));
}

/** Tables whose rows carry an id and a tenant. */
const tenantTables = `
  SELECT c.relname AS name
  FROM pg_class AS c
  WHERE c.relnamespace = to_regnamespace('core') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND 2 = (SELECT count(*) FROM pg_attribute
             WHERE attrelid = c.oid AND attname IN ('id', 'organization_id') AND atttypid = 'uuid'::regtype)`;
