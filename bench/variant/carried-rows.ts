import { usage } from '../../config/fault.ts';
import { identifier, type Session } from '../../infra/topology/session.ts';

/** What a table held before its migration was taken back. */
interface Carried {
  /** Qualified and quoted. */
  readonly table: string;
  readonly copy: string;
  readonly columns: ReadonlySet<string>;
}

/** Roots of the schema's tables that have rows; what keeps account of migrations and data sets is none of them. */
const filledTables = `
  SELECT format('%I.%I', nspname, relname) AS "table",
         array_agg(attname::text ORDER BY attnum) AS columns
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = relnamespace
    JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
   WHERE relkind IN ('r', 'p') AND NOT relispartition AND relpersistence = 'p'
     AND nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'ops', 'bench')
   GROUP BY nspname, relname, c.oid
   ORDER BY c.oid`;

/**
 * Runs `work`, which may drop and make tables again, and then fills those that it left empty with the rows that they
 * had, in their order and without triggers; indexes are built anew, as after a load. Columns that are no longer there
 * are left out. `session` is a superuser's.
 * @throws Fault (usage) when a table does not take its rows
 */
export async function carryRows(session: Session, work: () => Promise<unknown>): Promise<void> {
  const carried = await putAside(session);
  await work();
  await session.query('SET session_replication_role = replica');
  for (const each of carried) if (await isEmpty(session, each)) await bringBack(session, each, carried);
  await session.query('RESET session_replication_role');
  for (const { copy } of carried) await session.query(`DROP TABLE ${copy}`);
  await refreshViews(session);
  await session.query('ANALYZE');
}

/** As text, because types of the schema's own go with their migration. */
async function putAside(session: Session): Promise<Carried[]> {
  const { rows } = await session.query<{ table: string; columns: string[] }>(filledTables);
  const carried: Carried[] = [];
  for (const [i, { table, columns }] of rows.entries()) {
    const { rows: some } = await session.query(`SELECT FROM ${table} LIMIT 1`);
    if (some.length === 0) continue;
    const copy = `pg_temp.carried_${i}`;
    const texts = columns.map((name) => `${identifier(name)}::text`).join(', ');
    await session.query(`CREATE TEMPORARY TABLE carried_${i} AS SELECT ${texts} FROM ${table}`);
    carried.push({ table, copy, columns: new Set(columns) });
  }
  return carried;
}

async function isEmpty(session: Session, { table }: Carried): Promise<boolean> {
  const { rows } = await session.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  return rows[0]!.there && (await session.query(`SELECT FROM ${table} LIMIT 1`)).rows.length === 0;
}

async function bringBack(session: Session, { table, copy, columns }: Carried, all: readonly Carried[]) {
  const { rows } = await session.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
    [table],
  );
  const common = rows.filter(({ name }) => columns.has(name));
  const names = common.map(({ name }) => identifier(name)).join(', ');
  const values = common.map(({ name, type }) => `${identifier(name)}::${type}`).join(', ');
  try {
    await makeMonths(session, all);
    await session.query(`INSERT INTO ${table} (${names}) SELECT ${values} FROM ${copy}`);
    await session.query(`REINDEX TABLE ${table}`);
  } catch (error) {
    throw usage(
      `The migrations take ${table} back and make it again, and it does not take the rows that it had: ${(error as Error).message}`,
      'Name migrations that go on from those that are applied, or whose table takes the same rows.',
      error,
    );
  }
}

/** The loader made them for its data; the migration that makes them again knows of the current months only. */
async function makeMonths(session: Session, carried: readonly Carried[]): Promise<void> {
  const orders = carried.find(({ table }) => table === 'core.orders');
  const { rows } = await session.query<{ there: boolean }>(
    `SELECT to_regprocedure('ops.ensure_partitions(date, date)') IS NOT NULL AS there`,
  );
  if (orders && rows[0]!.there)
    await session.query(
      `SELECT ops.ensure_partitions(min(created_at::timestamptz)::date, max(created_at::timestamptz)::date) FROM ${orders.copy}`,
    );
}

async function refreshViews(session: Session): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, matviewname) AS name FROM pg_matviews`,
  );
  for (const { name } of rows) await session.query(`REFRESH MATERIALIZED VIEW ${name}`);
}
