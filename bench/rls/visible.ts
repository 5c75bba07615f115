import { identifier, type Session } from '../../infra/topology/session.ts';
import { underIdentity } from '../../scenarios/identity.ts';
import type { Claim } from './claims.ts';

/** Every row that a claim sees of one relation, without any filter: what the policies alone let through. */
export interface Visible {
  readonly relation: string;
  readonly rows: number;
  readonly foreignRows: number;
}

/**
 * Every table, partition and view with an organization_id that the application may read anything of. A partition is no
 * exception: its parent's policies do not hold for those who name it.
 */
const readable = `
  SELECT n.nspname AS schema, c.relname AS name
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')
    AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'organization_id' AND NOT attisdropped)
  ORDER BY 1, 2`;

/** Reads all that the claim sees. `everything` is a session that sees every row, to ask who a user belongs to. */
export async function readVisible(app: Session, everything: Session, claim: Claim): Promise<Visible[]> {
  const { rows: relations } = await app.query<{ schema: string; name: string }>(readable);
  const visible: Visible[] = [];
  for (const { schema, name } of relations) {
    const relation = `${schema}.${name}`;
    const { rows } = await underIdentity(app, claim.identity, () =>
      app.query<{ tenant: string | null; own: boolean; n: string }>(tenantsIn(schema, name), [
        claim.identity?.userId ?? null,
      ]),
    );
    const count = (of: typeof rows) => of.reduce((sum, { n }) => sum + Number(n), 0);
    const foreign = rows.filter(({ tenant, own }) => tenant !== claim.tenant && !own);
    visible.push({ relation, rows: count(rows), foreignRows: count(foreign) });
  }
  return [...visible, await visibleUsers(app, everything, claim)];
}

/** A user's memberships are his own in every tenant. */
const tenantsIn = (schema: string, name: string) => {
  const own =
    `${schema}.${name}` === 'core.organization_members' ? 'user_id = $1::uuid' : 'false AND $1::uuid IS NULL';
  return `SELECT organization_id AS tenant, coalesce(${own}, false) AS own, count(*) AS n
          FROM ${identifier(schema)}.${identifier(name)} GROUP BY 1, 2`;
};

/** Users carry no tenant: one may see himself and those who are members of his tenant by their own consent. */
async function visibleUsers(app: Session, everything: Session, claim: Claim): Promise<Visible> {
  const { rows } = await underIdentity(app, claim.identity, () =>
    app.query<{ ids: string[] | null }>('SELECT array_agg(id) AS ids FROM core.users'),
  );
  const ids = rows[0]?.ids ?? [];
  const { rows: foreign } = await everything.query<{ n: string }>(
    `SELECT count(*) AS n
     FROM unnest($1::uuid[]) AS seen (id)
     WHERE id IS DISTINCT FROM $2::uuid
       AND NOT EXISTS (SELECT FROM core.organization_members AS m WHERE m.organization_id = $3 AND m.user_id = seen.id
                         AND m.status = 'active' AND m.accepted_at IS NOT NULL)`,
    [ids, claim.identity?.userId ?? null, claim.tenant],
  );
  return { relation: 'core.users', rows: ids.length, foreignRows: Number(foreign[0]?.n ?? 0) };
}
