import { identifier, type Session } from '../../../infra/topology/session.ts';
import type { Tenant } from '../../../scenarios/statement.ts';
import { literal } from '../../postgres/prepared.ts';
import { type Policy, quotedTable } from './policy.ts';

/** One thing to try on a table. */
export interface Attempt {
  readonly kind: 'read' | 'write';
  /** "insert a row of another tenant". */
  readonly what: string;
  /** A read returns one row: how many rows, and a hash of which. */
  readonly sql: string;
}

interface Shape {
  readonly key: string[];
  readonly columns: string[];
  readonly tenant: string;
}

/**
 * What to try on a table, made from its columns, rows and policies: read all; insert a copy of an own and of a foreign
 * row; claim every row for oneself, give one's rows away, set a column to a value that a policy names; delete all.
 * Writes name no column in a WHERE, so that the policies for reading do not stand in for those for writing.
 */
export async function attemptsOn(
  session: Session,
  policies: readonly Policy[],
  own: Tenant,
  other: Tenant,
): Promise<Attempt[]> {
  const [policy] = policies;
  const table = quotedTable(policy!);
  const shape = await shapeOf(session, table);
  const keyOf = (tenant: Tenant) =>
    shape.tenant === 'organization_id' || `${policy!.schema}.${policy!.table}` === 'core.organizations'
      ? tenant.id
      : tenant.userId;
  const set = (value: string) => `UPDATE ${table} SET ${identifier(shape.tenant)} = ${literal(value)}`;
  const samples = [
    ...(await samplesOf(session, policies, shape, keyOf(own))).map((row) => ({ of: 'its own tenant', row })),
    ...(await samplesOf(session, policies, shape, keyOf(other))).map((row) => ({
      of: 'another tenant',
      row,
    })),
  ];
  const hash = shape.key.map((column) => `t.${identifier(column)}::text`).join(` || ' ' || `);
  return [
    {
      kind: 'read',
      what: 'read every row',
      sql: `SELECT count(*) AS n, coalesce(sum(hashtext(${hash})), 0) AS which FROM ${table} AS t`,
    },
    ...samples.map(
      ({ of, row }): Attempt => ({
        kind: 'write',
        what: `insert a row of ${of}`,
        sql: insertion(table, shape, row),
      }),
    ),
    { kind: 'write', what: 'claim every row for its tenant', sql: set(keyOf(own)) },
    { kind: 'write', what: 'give its rows to another tenant', sql: set(keyOf(other)) },
    ...namedValues(policies, shape).map(
      ([column, value]): Attempt => ({
        kind: 'write',
        what: `set ${column} to ${value}`,
        sql: `UPDATE ${table} SET ${identifier(column)} = ${literal(value)}`,
      }),
    ),
    { kind: 'write', what: 'delete every row', sql: `DELETE FROM ${table}` },
  ];
}

async function shapeOf(session: Session, table: string): Promise<Shape> {
  const { rows } = await session.query<Pick<Shape, 'key' | 'columns'>>(
    `SELECT array_agg(attname::text ORDER BY attnum) FILTER (WHERE attgenerated = '') AS columns,
            array_agg(attname::text ORDER BY attnum) FILTER (WHERE attnum = ANY (
              SELECT unnest(indkey) FROM pg_index WHERE indrelid = $1::regclass AND indisprimary)) AS key
     FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [table],
  );
  const { columns, key } = rows[0]!;
  return { columns, key, tenant: columns.includes('organization_id') ? 'organization_id' : 'id' };
}

/** One row of the tenant for each value of what the policies compare beside the tenant: a role, a status. */
async function samplesOf(session: Session, policies: readonly Policy[], shape: Shape, value: string) {
  const { tenant, key, columns } = shape;
  const words = new Set(policies.flatMap(({ check }) => (check ?? '').match(/\b[a-z_]+\b/g) ?? []));
  const compared = columns.filter((column) => words.has(column) && column !== tenant);
  const { rows } = await session.query<{ row: string }>(
    `SELECT DISTINCT ON (${(compared.length > 0 ? compared : [tenant]).map(identifier).join(', ')}) to_jsonb(t)::text AS row
     FROM ${quotedTable(policies[0]!)} AS t WHERE ${identifier(tenant)} = $1
     ORDER BY ${[...(compared.length > 0 ? compared : [tenant]), ...key].map(identifier).join(', ')} LIMIT ${maxSamples}`,
    [value],
  );
  return rows.map(({ row }) => row);
}

const maxSamples = 6;

const insertion = (table: string, { columns }: Shape, row: string) => {
  const list = columns.map(identifier).join(', ');
  return `INSERT INTO ${table} (${list}) OVERRIDING SYSTEM VALUE
          SELECT ${list} FROM jsonb_populate_record(NULL::${table}, ${literal(row)})`;
};

/** Values that a policy compares a text column with: what it guards beside the tenant. */
function namedValues(policies: readonly Policy[], { columns }: Shape): [string, string][] {
  const texts = policies.flatMap(({ using, check }) => [using ?? '', check ?? '']);
  const found = new Map<string, [string, string]>();
  for (const [, column, list] of texts.flatMap((text) => [
    ...text.matchAll(/\((\w+)\)?(?:::text)? (?:=|<>)(?: ALL| ANY)? ?\(?(ARRAY\[[^\]]*\]|'[^']*'::text)/g),
  ]))
    for (const [, value] of list!.matchAll(/'([^']*)'/g))
      if (columns.includes(column!)) found.set(`${column} ${value}`, [column!, value!]);
  return [...found.values()];
}
