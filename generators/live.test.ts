import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silent } from '../config/progress.ts';
import { type Database, migrated } from '../test/migrated.ts';
import { appendDays } from './append.ts';
import { seed, seedShard } from './seed.ts';
import { verifyDataset } from './verify.ts';

const scale = 'tenants=12,customers=200,products=300,orders=1200';
const options = { scale, seed: 42 };
let empty: Awaited<ReturnType<typeof migrated>>;
/** Loaded the normal way. */
let bulk: Database;
let digest: string;
before(async () => {
  empty = await migrated();
  bulk = await empty.copy();
  ({ digest } = await seed(bulk.open, options));
});
after(async () => {
  await bulk?.[Symbol.asyncDispose]();
  await empty?.[Symbol.asyncDispose]();
});

test('rows that live tables were given are those of the normal load, also after an interruption', async () => {
  await using database = await empty.copy();
  const { admin, open } = database;
  const stop = new AbortController();
  const progress = {
    ...silent,
    count: (done: number) => {
      if (done > 1500) stop.abort(new Error('enough'));
    },
  };
  await assert.rejects(seed(open, { ...options, live: true, progress, signal: stop.signal }), /enough/);
  await assert.rejects(seed(open, options), /into live tables/);
  const loaded = await seed(open, { ...options, live: true });
  assert.equal(loaded.digest, digest);
  assert.deepEqual(await verifyDataset(admin), []);
  assert.equal(loaded.ingest, undefined, 'an interrupted load has no rate');
  assert.deepEqual(await seed(open, options), loaded, 'it is the same data set');
  await appendDays(open, 1);
  assert.deepEqual(await verifyDataset(admin), []);
});

test('everything is on while live tables are filled: triggers write the audit log and the stock, keys are checked', async () => {
  await using database = await empty.copy();
  const { admin, open } = database;
  const { ingest, tables } = await seed(open, { ...options, live: true });
  assert.ok(ingest!.live && ingest!.rowsPerSecond > 0);
  const rowsOf = (wanted: string) => tables.find(({ name }) => name === wanted)!.rows;
  const { rows: audited } = await admin.query(
    `SELECT table_name AS name, count(*)::int AS rows FROM audit.logs WHERE action = 'INSERT' GROUP BY 1 ORDER BY 1`,
  );
  const names = ['order_items', 'orders', 'organization_members', 'organizations', 'products'];
  assert.deepEqual(
    audited,
    names.map((name) => ({ name: `core.${name}`, rows: rowsOf(`core.${name}`) })),
  );
  const { rows: stocked } = await admin.query(
    `SELECT bool_and(updated_at > now() - interval '1 day') AS by_trigger FROM core.product_variants v
     WHERE EXISTS (SELECT FROM core.inventory_levels l WHERE l.variant_id = v.id AND available > 0)`,
  );
  assert.deepEqual(stocked, [{ by_trigger: true }]);
  await admin.query(`SET session_replication_role = replica; UPDATE core.product_variants SET sku = 'changed' WHERE sku IS NOT NULL
    AND id = (SELECT min(id::text)::uuid FROM core.product_variants)`);
  assert.match((await verifyDataset(admin)).join(), /core\.product_variants: rows were changed/);
});

test('a data set that was loaded otherwise is no measure of live tables, and parts of one are none', async () => {
  const { open } = bulk;
  await assert.rejects(seed(open, { ...options, live: true }), /was not loaded into live tables/);
  await assert.rejects(
    seedShard(open, { ...options, live: true, shard: { index: 1, of: 2 } }),
    /not loaded in parts/,
  );
  assert.deepEqual(await verifyDataset(bulk.admin), []);
});
