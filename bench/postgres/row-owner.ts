import { identifier, type Session } from '../../infra/topology/session.ts';

/** A row that a statement returned. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * The tenant of each row: its organization_id, or else that of the row with its `id` in any table of the schema core,
 * looked up by a session that sees every row. Null where neither tells. Where no index finds an id, tables are read.
 */
export async function rowOwners(everything: Session, rows: readonly Row[]): Promise<(string | null)[]> {
  const { owners, rest } = await ownersByIndex(everything, idsWithoutTenant(rows));
  const read = await ownersByReading(everything, [...rest]);
  return rows.map((row) => ownTenant(row) ?? owners.get(String(row.id)) ?? read.get(String(row.id)) ?? null);
}

/** The ids of rows that do not say whose they are. */
export const idsWithoutTenant = (rows: readonly Row[]): string[] =>
  rows
    .filter((row) => !('organization_id' in row))
    .map(({ id }) => id)
    .filter((id) => typeof id === 'string');

/** What the row itself says. */
export const ownTenant = ({ organization_id: tenant }: Row): string | null =>
  tenant ? String(tenant) : null;

export interface Indexed {
  /** The tenant of each id that a row with a tenant has. */
  readonly owners: ReadonlyMap<string, string>;
  /** Ids that no index finds: of a table without one by id, or of none. */
  readonly rest: ReadonlySet<string>;
}

/**
 * Looks ids up where an index finds them, which takes as long in a large table as in a small one. An id is of one row
 * only, so what is found here is not looked for elsewhere; a user has an id and no tenant.
 */
export async function ownersByIndex(session: Session, ids: readonly string[]): Promise<Indexed> {
  const uuids = new Set(ids.filter((id) => uuid.test(id)));
  const owners = new Map<string, string>();
  for (const row of await inTables(session, [...uuids], ({ indexed }) => indexed)) {
    uuids.delete(row.id);
    if (row.tenant) owners.set(row.id, row.tenant);
  }
  return { owners, rest: uuids };
}

/**
 * The tenants of ids that no index finds (`ownersByIndex`), as orders and their items have them. Reads those tables
 * whole, however few the ids: to be asked once for all.
 */
export async function ownersByReading(
  session: Session,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await inTables(session, ids, ({ indexed, owned }) => owned && !indexed);
  return new Map(rows.map(({ id, tenant }) => [id, tenant!]));
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface IdTable {
  readonly name: string;
  /** Its rows carry a tenant. */
  readonly owned: boolean;
  readonly indexed: boolean;
}

async function inTables(session: Session, ids: readonly string[], asked: (table: IdTable) => boolean) {
  if (ids.length === 0) return [];
  const tables = (await session.query<IdTable>(idTables)).rows.filter(asked);
  if (tables.length === 0) return [];
  const parts = tables.map(
    ({ name, owned }) =>
      `SELECT t.id, ${owned ? 't.organization_id' : 'NULL::uuid'} AS tenant
       FROM unnest($1::uuid[]) AS seen (id) JOIN core.${identifier(name)} AS t ON t.id = seen.id`,
  );
  const { rows } = await session.query<{ id: string; tenant: string | null }>(parts.join(' UNION ALL '), [
    ids,
  ]);
  return rows;
}

/** Tables whose rows carry an id; indexed: a whole index leads with it, on all partitions. */
const idTables = `
  SELECT c.relname AS name,
         EXISTS (SELECT FROM pg_attribute
                 WHERE attrelid = c.oid AND attname = 'organization_id' AND atttypid = 'uuid'::regtype) AS owned,
         EXISTS (SELECT FROM pg_index AS i
                 JOIN pg_class AS x ON x.oid = i.indexrelid
                 JOIN pg_am AS m ON m.oid = x.relam
                 WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisvalid AND i.indpred IS NULL
                   AND m.amname IN ('btree', 'hash')) AS indexed
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'id' AND a.atttypid = 'uuid'::regtype
  WHERE c.relnamespace = to_regnamespace('core') AND c.relkind IN ('r', 'p') AND NOT c.relispartition`;
