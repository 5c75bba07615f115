/** For tests: which indexes the statements of a catalogue use, asked of the planner. */

import { nodesOf } from '../analysis/explain/plan.ts';
import { estimate } from '../bench/postgres/explain.ts';
import { identifier, type Session } from '../infra/topology/session.ts';
import { identityOf, underIdentity } from '../scenarios/identity.ts';
import { drawParameters } from '../scenarios/sources.ts';
import type { Draw, Statement, Tenant } from '../scenarios/statement.ts';

/** An index of the schema; one of a partitioned table counts once. */
export interface Index {
  /** With its schema. Of those that each month has for itself, one: "core.orders_YYYY_MM_id_key". */
  readonly name: string;
  readonly unique: boolean;
  readonly comment: string;
  /** Foreign keys whose columns it begins with: it serves cascades and the checks of what they refer to. */
  readonly foreignKeys: readonly string[];
}

/** What the plans of one statement read. Partitions and their indexes count as their parents. */
export interface Access {
  readonly statement: Statement;
  readonly indexes: ReadonlySet<string>;
  /** Tables that a plan reads without an index. */
  readonly whole: ReadonlySet<string>;
}

/** Every statement with what it is asked: parameters of each tenant. */
export type Asked = readonly {
  readonly statement: Statement;
  readonly tenant: Tenant;
  readonly draw: Draw;
}[];

/** Enough that rare values, such as the status of few orders, are among them. */
const drawsPerTenant = 4;

export async function askAll(
  admin: Session,
  catalogue: readonly Statement[],
  tenants: readonly Tenant[],
): Promise<Asked> {
  const asked: Asked[number][] = [];
  for (const statement of catalogue)
    for (const tenant of tenants)
      for (const draw of await drawParameters(admin, statement, tenant, drawsPerTenant, 1))
        asked.push({ statement, tenant, draw });
  return asked;
}

/**
 * Plans every statement as its role, under the tenant's identity. With enable_seqscan off: to read a small table whole
 * is cheapest, and the question is not whether an index pays in a small database. What is read whole even then has no
 * index that serves it. Between indexes the planner chooses as it always does.
 *
 * @param only hides all other indexes of this one's table, as if they were dropped: can it serve alone?
 */
export async function accessOf(admin: Session, asked: Asked, only?: string): Promise<Access[]> {
  const parents = await parentsOf(admin);
  const accesses = new Map<string, Access & { indexes: Set<string>; whole: Set<string> }>();
  for (const one of asked) {
    const { statement } = one;
    const access = accesses.get(statement.name) ?? { statement, indexes: new Set(), whole: new Set() };
    accesses.set(statement.name, access);
    const plan = await planOf(admin, one, async () => {
      if (only) await admin.query(hideOthers, [only]);
    });
    for (const { type, index, relation } of nodesOf(plan.root)) {
      if (index) access.indexes.add(parents.get(index) ?? index);
      if (type === 'Seq Scan') access.whole.add(parents.get(relation!) ?? relation!);
    }
  }
  return [...accesses.values()];
}

/** As its role, under the tenant's identity, without sequential scans. */
async function planOf(
  admin: Session,
  { statement, tenant, draw }: Asked[number],
  hide: () => Promise<unknown>,
) {
  const { plan } = await underIdentity(admin, identityOf(tenant), async () => {
    await hide();
    await admin.query(`SET LOCAL ROLE ${identifier(`olympus_${statement.role}`)}`);
    await admin.query('SET LOCAL enable_seqscan = off');
    return estimate(admin, statement.sql, draw);
  });
  return plan;
}

/**
 * Of the indexes that plans use and that guard nothing, those without which no statement costs more: another one costs
 * the same, and the planner took this one by chance.
 */
export async function replaceableOf(
  admin: Session,
  indexes: readonly Index[],
  accesses: readonly Access[],
  asked: Asked,
): Promise<string[]> {
  const found: string[] = [];
  for (const index of indexes) {
    if (index.unique || keysNamed(index).some((key) => index.foreignKeys.includes(key))) continue;
    const users = accesses
      .filter((access) => access.indexes.has(index.name))
      .map(({ statement }) => statement.name);
    if (users.length === 0) continue; // unusedOf tells it
    if (
      !(await isNeeded(
        admin,
        index.name,
        asked.filter(({ statement }) => users.includes(statement.name)),
      ))
    )
      found.push(index.name);
  }
  return found;
}

async function isNeeded(admin: Session, name: string, asked: Asked): Promise<boolean> {
  for (const one of asked) {
    const having = await planOf(admin, one, async () => {});
    const without = await planOf(admin, one, () => admin.query(hideThis, [name]));
    if (without.root.estimatedCost! > having.root.estimatedCost!) return true;
  }
  return false;
}

// Of the indexes that each month has for itself, the months' names differ: YYYY_MM stands for all of them.
const nameOf = (schema: string, relation: string) =>
  `regexp_replace(format('%s.%s', ${schema}, ${relation}), '_[0-9]{4}_[0-9]{2}(?=_|$)', '_YYYY_MM')`;

/** The planner passes over what is marked as invalid; rolled back with the transaction. */
const hideOthers = `
  WITH named AS (
    SELECT i.indexrelid, i.indrelid, ${nameOf('n.nspname', 'root.relname')} AS name
      FROM pg_index i
      JOIN pg_class root ON root.oid = coalesce(pg_partition_root(i.indexrelid), i.indexrelid)
      JOIN pg_namespace n ON n.oid = root.relnamespace
  )
  UPDATE pg_index SET indisvalid = false FROM named
   WHERE named.indexrelid = pg_index.indexrelid AND named.name <> $1
     AND named.indrelid IN (SELECT indrelid FROM named WHERE name = $1)`;

const hideThis = hideOthers
  .replace('AND named.name <> $1', 'AND named.name = $1')
  .replace(/\n\s+AND named\.indrelid IN .*$/, '');

/** EXPLAIN names relations without their schema; no two of ours have one name. */
async function parentsOf(session: Session): Promise<Map<string, string>> {
  const { rows } = await session.query<{ relation: string; parent: string }>(`
    SELECT c.relname AS relation, ${nameOf('n.nspname', 'root.relname')} AS parent
      FROM pg_class c
      JOIN pg_class root ON root.oid = coalesce(pg_partition_root(c.oid), c.oid)
      JOIN pg_namespace n ON n.oid = root.relnamespace
     WHERE n.nspname IN ('core', 'audit', 'archive', 'cache') AND c.relkind IN ('r', 'p', 'm', 'i', 'I')`);
  return new Map(rows.map(({ relation, parent }) => [relation, parent]));
}

const indexQuery = `
  SELECT DISTINCT ON (name) *
    FROM (
      SELECT ${nameOf('n.nspname', 'c.relname')} AS name, i.indisunique AS unique,
             coalesce(obj_description(c.oid, 'pg_class'), '') AS comment,
             ARRAY(SELECT DISTINCT regexp_replace(k.conname, '_[0-9]{4}_[0-9]{2}(?=_|$)', '_YYYY_MM')
                     FROM pg_constraint k
                    WHERE k.contype = 'f'
                      AND (k.conrelid = i.indrelid OR k.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = i.indrelid))
                      AND (SELECT array_agg(key ORDER BY key) FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) key)
                        = (SELECT array_agg(key ORDER BY key) FROM unnest(k.conkey) key)) AS "foreignKeys"
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname IN ('core', 'audit', 'archive', 'cache') AND NOT c.relispartition
    ) AS index
   ORDER BY name`;

export const indexesOf = async (session: Session): Promise<Index[]> =>
  (await session.query<Index>(indexQuery)).rows;

/** Names of statements in a comment: "guards one level; serves inventory/level" says ["inventory/level"]. */
export const claimsOf = ({ comment }: Index): string[] => comment.match(/\b[a-z]+\/[a-z-]+/g) ?? [];

/** Foreign keys that a comment names, as the reason why the index is there. */
export const keysNamed = ({ comment }: Index): string[] =>
  [...comment.matchAll(/foreign key (\w+)/g)].map(([, name]) => name!);

/** Indexes that no statement uses, that guard nothing, and whose comment names no foreign key which they serve. */
export function unusedOf(indexes: readonly Index[], accesses: readonly Access[]): string[] {
  const used = new Set(accesses.flatMap((access) => [...access.indexes]));
  return indexes
    .filter((index) => !index.unique && !used.has(index.name))
    .filter((index) => !keysNamed(index).some((key) => index.foreignKeys.includes(key)))
    .map(({ name }) => name);
}

/** Reads with a table that no index serves, or that show no index at all. */
export const unservedOf = (accesses: readonly Access[]): string[] =>
  accesses
    .filter(({ statement }) => statement.kind === 'read')
    .filter(({ whole, indexes }) => whole.size > 0 || indexes.size === 0)
    .map(({ statement }) => statement.name);
