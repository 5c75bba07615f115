import { missing } from '../config/fault.ts';
import type { Session } from '../infra/topology/session.ts';
import { type LoadTenant, zipfWeights } from './load-plan.ts';
import type { Tenant, TenantClass } from './statement.ts';

/** How a database's tenants are found, and what a transaction says to act for one. */
export interface TenantQuery {
  readonly file: string;
  /** One row a tenant, with the columns `id` and `size`; `label`, `user_id` and those of `identity` where they are used. */
  readonly sql: string;
  /** The settings that a transaction makes for a tenant, and the column with each value. */
  readonly identity: Readonly<Record<string, string>>;
}

/** One row of a query of tenants, with every column as text. */
interface Row {
  readonly class: string;
  readonly row: Readonly<Record<string, string | null>>;
}

/** Stands for a database without tenants. */
const everything: Tenant = { class: 'all', id: '', label: 'all rows', userId: '', size: 0, identity: {} };

const ranked = (sql: string): string => `
WITH listed AS (${sql}
), placed AS (
  SELECT to_jsonb(listed) AS tenant, row_number() OVER (ORDER BY listed.size DESC, listed.id) AS place,
         count(*) OVER () AS tenants
  FROM listed
)`;

const asText = `(SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(tenant))`;

/**
 * The largest tenant, the one in the middle and the smallest. The same data gives the same three. Without a query there
 * is one for the whole database.
 * @throws Fault (component) when the query fails or finds none.
 */
export async function findTenants(session: Session, query: TenantQuery | null): Promise<Tenant[]> {
  if (query === null) return [everything];
  const rows = await ask(
    session,
    query,
    `${ranked(query.sql)}
     SELECT class, ${asText} AS row
     FROM (VALUES (1, 'whale'), (2, 'median'), (3, 'minnow')) AS wanted (n, class)
     JOIN placed AS p ON p.place = CASE n WHEN 1 THEN 1 WHEN 2 THEN (tenants + 1) / 2 ELSE tenants END
     ORDER BY n`,
  );
  return rows.map(({ class: tenantClass, row }) => ({
    class: tenantClass as TenantClass,
    id: row.id!,
    label: row.label ?? row.id!,
    userId: row.user_id ?? '',
    size: Number(row.size),
    identity: identityIn(row, query),
  }));
}

/**
 * Tenants for a load: the largest and a spread over the rest, at most `count`, largest first, asked by Zipf's law.
 * The largest 5 % are whales, the smaller half minnows.
 * @throws Fault (component) when the query fails or finds none.
 */
export async function findLoadTenants(
  session: Session,
  query: TenantQuery | null,
  count: number,
): Promise<LoadTenant[]> {
  if (query === null) return [{ class: 'all', id: '', userId: '', identity: {}, weight: 1 }];
  const rows = await ask(
    session,
    query,
    `${ranked(query.sql)}
     SELECT CASE WHEN place <= ceil(tenants * 0.05) THEN 'whale' WHEN place <= ceil(tenants * 0.5) THEN 'median'
                 ELSE 'minnow' END AS class, ${asText} AS row
     FROM placed
     WHERE tenants <= $1 OR place <= $1 / 4 OR (place * $1) % tenants < $1
     ORDER BY place
     LIMIT $1`,
    [count],
  );
  const weights = zipfWeights(rows.length);
  return rows.map(({ class: tenantClass, row }, i) => ({
    class: tenantClass,
    id: row.id!,
    userId: row.user_id ?? '',
    identity: identityIn(row, query),
    weight: weights[i]!,
  }));
}

async function ask(
  session: Session,
  query: TenantQuery,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const { rows } = await session.query<Row>(sql, values).catch((error: Error) => {
    throw missing(
      `The tenants cannot be read (${query.file}): ${error.message}`,
      'Run the query in psql: it returns one row a tenant with the columns id and size, without a semicolon.',
      error,
    );
  });
  if (rows.length === 0)
    throw missing(
      `The database has no tenant that can be measured: the query of ${query.file} returns no row.`,
      'Fill it; the shop is filled by `./olympus seed`.',
    );
  return rows;
}

function identityIn(row: Row['row'], { identity, file }: TenantQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(identity).map(([setting, column]) => {
      const value = row[column];
      if (value === undefined || value === null)
        throw missing(
          `The tenants have no column "${column}" (or it is NULL), which the identity needs for ${setting} (${file}).`,
          `The query returns: ${Object.keys(row).join(', ')}.`,
        );
      return [setting, value];
    }),
  );
}
