import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shop } from '../../project/shop.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { testDatabase } from '../../test/server.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

test('the three tenants are the largest, the middle and the smallest, and their users are members', async () => {
  const { admin } = setting.scratch;
  const tenants = await findTenants(admin, shop.tenants);
  assert.deepEqual(tenants, setting.tenants);
  assert.deepEqual(
    tenants.map((tenant) => tenant.class),
    ['whale', 'median', 'minnow'],
  );
  const [whale, median, minnow] = tenants.map(({ size }) => size);
  assert.ok(whale! > median! && median! > minnow! && minnow! > 0);
  for (const { id, userId, size: orders } of tenants) {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS orders,
              (SELECT count(*)::int FROM core.organization_members
               WHERE organization_id = $1 AND user_id = $2 AND status = 'active' AND accepted_at IS NOT NULL) AS members
       FROM core.orders WHERE organization_id = $1`,
      [id, userId],
    );
    assert.deepEqual(rows, [{ orders, members: 1 }]);
  }
});

test('a database without a dataset has no tenants, and says what to do', async () => {
  await using empty = await testDatabase();
  await empty.admin.query(`
    CREATE SCHEMA core;
    CREATE TABLE core.organizations (id uuid, slug text, deleted_at timestamptz);
    CREATE TABLE core.products (id uuid, organization_id uuid);
    CREATE TABLE core.orders (id uuid, organization_id uuid);
    CREATE TABLE core.organization_members
      (organization_id uuid, user_id uuid, status text, accepted_at timestamptz, role text)`);
  await assert.rejects(findTenants(empty.admin, shop.tenants), /no tenant that can be measured/);
});

test('every statement draws the same values again for a seed, and others for another', async () => {
  const [whale] = setting.tenants;
  const draw = async (seed: number) => {
    const drawn: Draw[][] = [];
    for (const statement of setting.catalogue)
      drawn.push(await drawParameters(setting.scratch.admin, statement, whale!, 25, seed));
    return drawn;
  };
  const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
  for (const [i, draws] of first.entries()) {
    const { name, params } = setting.catalogue[i]!;
    assert.equal(draws.length, 25, name);
    assert.ok(
      draws.every((values) => values.length === params.length),
      name,
    );
  }
});

test('a statement of a user with a source of his own needs no code', async () => {
  const sources = new Map().set('coupon', {
    name: 'coupon',
    what: 'x',
    columns: ['code'],
    sql: `SELECT 'C' || n AS code FROM generate_series(1, $2::int) AS n WHERE $1::uuid IS NOT NULL AND $3::int = 5`,
    file: 'coupon.sql',
  });
  const statement = {
    ...setting.catalogue[0]!,
    params: [{ name: 'code', source: 'coupon', column: 'code' }],
    sources,
  };
  const draws = await drawParameters(setting.scratch.admin, statement, setting.tenants[0]!, 2, 5);
  assert.deepEqual(draws, [['C1'], ['C2']]);
});
