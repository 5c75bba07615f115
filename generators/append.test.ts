import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { testDatabase } from '../test/server.ts';
import { appendDays } from './append.ts';
import { readDataset, seed } from './seed.ts';
import { verifyDataset } from './verify.ts';

test('appended days add orders that verify; one and one make the same as two', async () => {
  const scale = 'tenants=8,customers=60,products=80,orders=4000';
  const digests: (string | undefined)[] = [];
  for (const steps of [[1, 1], [2]]) {
    await using database = await testDatabase('c_append');
    const open = () => connect(database.url);
    await migrate(database.admin);
    await assert.rejects(appendDays(open, 1), /no complete data set/);
    const before = await seed(open, { scale, seed: 5 });
    for (const days of steps) await appendDays(open, days);
    const after = await readDataset(database.admin);
    const rows = (result: typeof before, table: string) =>
      result.tables.find(({ name }) => name === table)!.rows;
    assert.ok(rows(after!, 'core.orders') > rows(before, 'core.orders'));
    assert.equal(rows(after!, 'core.products'), rows(before, 'core.products'));
    assert.deepEqual(await verifyDataset(database.admin), []);
    const { rows: newest } = await database.admin.query(
      `SELECT max((created_at AT TIME ZONE 'UTC')::date)::text AS day FROM core.orders`,
    );
    assert.deepEqual(newest, [{ day: '2026-11-02' }]);
    digests.push(after?.digest);
    assert.deepEqual(await seed(open, { scale, seed: 5 }), after, 'seed leaves appended days alone');
  }
  assert.equal(digests[0], digests[1]);
});

test('numbers taken by live orders are said, and nothing of that day stays', async () => {
  await using database = await testDatabase('c_append');
  const open = () => connect(database.url);
  await migrate(database.admin);
  const before = await seed(open, { scale: 'tenants=2,customers=10,products=20,orders=2000', seed: 5 });
  await database.admin.query(
    `INSERT INTO core.orders (organization_id, order_number, customer_email, created_at)
     SELECT id, 'TIT-202611-00001', 'live@example.com', '2026-11-20' FROM core.organizations WHERE slug = 'titan-retail'`,
  );
  await assert.rejects(appendDays(open, 1), /live orders have taken/);
  const { rows } = await database.admin.query('SELECT count(*)::int AS orders FROM core.orders');
  assert.deepEqual(rows, [{ orders: before.tables.find(({ name }) => name === 'core.orders')!.rows + 1 }]);
  await assert.rejects(appendDays(open, 0), /0 days/);
});
