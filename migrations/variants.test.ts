import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Session } from '../infra/topology/session.ts';
import { become, id, twoTenants, twoTenantsRolledBack } from '../test/two-tenants.ts';
import { catalogueSnapshot } from './catalogue-snapshot.ts';

const directory = join(import.meta.dirname, 'variants');
const apply = async (session: Session, name: string) =>
  session.query(await readFile(join(directory, `${name}.sql`), 'utf8'));

/** What each table shows to a member, a stranger and nobody. */
async function visible(session: Session): Promise<string[]> {
  const seen: string[] = [];
  for (const [user, tenant] of [
    ['15', 'a'],
    ['21', 'b'],
    ['16', 'a'],
    ['', ''],
  ] as const)
    for (const table of [
      'core.organizations',
      'core.users',
      'core.products',
      'core.orders',
      'core.order_items',
      'core.inventory_levels',
      'archive.orders',
    ]) {
      await session.query('BEGIN');
      await become(session, 'olympus_app', user, tenant);
      const { rows } = await session.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      await session.query('ROLLBACK');
      seen.push(`${user} in ${tenant}: ${rows[0]!.n} of ${table}`);
    }
  return seen;
}

test('every variant applies to a fresh schema, and changes it, but for rls-wrapped', async () => {
  const names = (await readdir(directory)).map((file) => file.replace('.sql', ''));
  assert.ok(names.length >= 6);
  for (const name of names) {
    await using database = await twoTenantsRolledBack();
    const before = await catalogueSnapshot(database.admin);
    await apply(database.admin, name);
    const after = await catalogueSnapshot(database.admin);
    if (name === 'rls-wrapped') assert.deepEqual(after, before);
    else assert.notDeepEqual(after, before, name);
  }
});

test('with the bare policy, members of one organization read exactly what they read under the base', async () => {
  await using database = await twoTenants();
  const before = await visible(database.admin);
  await apply(database.admin, 'rls-bare');
  assert.deepEqual(await visible(database.admin), before);
  const { rows } = await database.admin.query(
    "SELECT count(*)::int AS n FROM pg_policies WHERE policyname = 'tenant_select' AND qual ~ 'ANY \\(auth\\.user_organizations\\(\\)\\)'",
  );
  assert.deepEqual(rows, [{ n: 10 }]);
});

test('with the plain setting, members read the same, but the setting is believed: a stranger who claims a tenant reads it', async () => {
  await using database = await twoTenants();
  const products = async () => {
    await database.admin.query('BEGIN');
    await become(database.admin, 'olympus_app', '21', 'a');
    const { rows } = await database.admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM core.products',
    );
    await database.admin.query('ROLLBACK');
    return rows[0]!.n;
  };
  assert.equal(await products(), 0);
  await apply(database.admin, 'rls-setting');
  assert.equal(await products(), 1);
});

test("the specification's order numbers repeat (D6)", async () => {
  await using database = await twoTenantsRolledBack();
  await apply(database.admin, 'spec-order-number');
  for (let i = 0; i < 3; i++)
    await database.admin.query(
      "INSERT INTO core.orders (organization_id, customer_email, created_at) VALUES ($1, 'x@example.com', $2)",
      [id('a001'), `2026-02-0${i + 1} 00:00+00`],
    );
  const { rows } = await database.admin.query<{ numbers: number; orders: number }>(
    "SELECT count(*)::int AS orders, count(DISTINCT order_number)::int AS numbers FROM core.orders WHERE organization_id = $1 AND created_at >= '2026-02-01'",
    [id('a001')],
  );
  assert.equal(rows[0]!.orders, 3);
  assert.ok(rows[0]!.numbers < 3, 'numbers are not unique');
});

test("the specification's audit writes the whole row, the partition's name and no tenant (D13)", async () => {
  await using database = await twoTenantsRolledBack();
  await apply(database.admin, 'spec-audit');
  await database.admin.query('DELETE FROM audit.logs');
  await database.admin.query("UPDATE core.orders SET customer_name = 'New' WHERE id = $1", [id('a007')]);
  const { rows } = await database.admin.query(
    'SELECT table_name, organization_id, (SELECT count(*)::int FROM jsonb_object_keys(old_values)) > 30 AS whole FROM audit.logs',
  );
  assert.deepEqual(rows, [{ table_name: 'orders_2026_01', organization_id: null, whole: true }]);
});

test('without statistics of tenants EXPLAIN estimates the same for a large one and for one that is not there', async () => {
  await using database = await twoTenants();
  await database.admin.query(`
    INSERT INTO core.categories (organization_id, name, slug) SELECT '${id('a001')}', 'C', 'c-' || n FROM generate_series(1, 300) n;
    INSERT INTO core.categories (organization_id, name, slug) SELECT '${id('b001')}', 'C', 'c-' || n FROM generate_series(1, 20) n;
    ANALYZE core.categories`);
  const estimate = async (organization: string) => {
    const { rows } = await database.admin.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      `EXPLAIN (FORMAT JSON) SELECT FROM core.categories WHERE organization_id = '${organization}'`,
    );
    return rows[0]!['QUERY PLAN'][0].Plan['Plan Rows'];
  };
  assert.ok((await estimate(id('a001'))) > 10 * (await estimate(id('fff'))), 'the statistics tell');
  await apply(database.admin, 'blind-statistics');
  await database.admin.query('ANALYZE core.categories');
  assert.equal(await estimate(id('a001')), await estimate(id('fff')));
});
