import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { type TestDatabase, testDatabase } from '../test/server.ts';
import { checkDataset } from './check-dataset.ts';
import { readMark } from './load/dataset.ts';
import { emptyDataset } from './load/reload.ts';
import { filledTables } from './load/work.ts';
import { resolveScale } from './scales.ts';
import { seed } from './seed.ts';

// One filled database; each test leaves the rows as they were loaded, but for the last.
const scale = resolveScale('tenants=3,customers=20,products=60,orders=400');
let database: TestDatabase;
const open = () => connect(database.url, 'olympus-test');
before(async () => {
  database = await testDatabase('checked');
  await migrate(database.admin);
  await seed(open, { scale, seed: 1 });
  await settled();
});
after(() => database?.[Symbol.asyncDispose]());

/** The server counts a session's writes when it ends, or a moment later. */
const settled = () => database.admin.query('SELECT pg_stat_force_next_flush()').catch(() => {});
const check = async (options: Partial<Parameters<typeof checkDataset>[2]> = {}) =>
  checkDataset(open, (await readMark(database.admin))!, {
    ...{ whole: false, restored: false, remember: false, ...options },
  });
/** As somebody who covers the tracks: no trigger fires, and the server counts nothing. */
async function behindItsBack(...statements: readonly string[]): Promise<void> {
  await using session = await open();
  await session.query(`SET session_replication_role = 'replica'`);
  await session.query('SET track_counts = off');
  for (const statement of statements) await session.query(statement);
}

test('what was just loaded is known without hashing it, and whole it has the digest of its mark', async () => {
  await check({ remember: true }); // the counters of the load may have come after its mark
  assert.deepEqual(await check(), { differences: [], grown: [], hashed: [], digest: null });
  const whole = await check({ whole: true });
  assert.deepEqual(whole.differences, []);
  assert.equal(whole.hashed.length, filledTables.length);
  assert.equal(whole.digest, (await readMark(database.admin))!.digest);
});

test('rows that are gone are named with both counts, though nothing was counted', async () => {
  const { rows } = await database.admin.query<{ all: number; half: number }>(
    `SELECT count(*)::int AS all, count(*) FILTER (WHERE hashtext(id::text) % 2 = 0)::int AS half FROM core.order_items`,
  );
  const { all, half } = rows[0]!;
  await behindItsBack(
    'CREATE TABLE public.gone AS SELECT * FROM core.order_items WHERE hashtext(id::text) % 2 = 0',
    'DELETE FROM core.order_items WHERE hashtext(id::text) % 2 = 0',
  );
  const { differences } = await check();
  assert.deepEqual(differences, [
    `core.order_items: ${(all - half).toLocaleString('en')} rows, ${all.toLocaleString('en')} were generated.`,
  ]);
  await behindItsBack('INSERT INTO core.order_items SELECT * FROM public.gone', 'DROP TABLE public.gone');
  assert.deepEqual((await check()).differences, []);
});

test('rows that were changed in place, and not counted, are seen', async () => {
  await behindItsBack(`UPDATE core.organizations SET name = name || '!'`);
  assert.deepEqual((await check()).differences, [
    'core.organizations: rows were changed (their digest differs).',
  ]);
  await behindItsBack(`UPDATE core.organizations SET name = left(name, -1)`);
  assert.deepEqual((await check()).differences, []);
});

test('a single row that the server counted as changed is seen, whatever the sample reads', async () => {
  const change = (by: number) =>
    database.admin.query(
      `UPDATE core.inventory_levels SET available = available + ${by} WHERE id = (SELECT min(id::text)::uuid FROM core.inventory_levels)`,
    );
  await database.admin.query(`SET session_replication_role = 'replica'`);
  try {
    await change(1);
    await settled();
    assert.match((await check()).differences.join(), /core\.inventory_levels: rows were changed/);
    await change(-1);
    await settled();
  } finally {
    await database.admin.query('RESET session_replication_role');
  }
});

test('writes that were rolled back have the table hashed once, and are remembered as harmless', async () => {
  await check({ remember: true });
  await using session = await open();
  await session.query('BEGIN');
  await session.query('UPDATE core.order_items SET id = id');
  await session.query('ROLLBACK');
  await session.query('SELECT pg_stat_force_next_flush()').catch(() => {});
  await session[Symbol.asyncDispose]();
  const seen = await check({ remember: true });
  assert.deepEqual([seen.differences, seen.hashed], [[], ['core.order_items']]);
  assert.deepEqual((await check()).hashed, []);
  assert.ok(
    seen.grown.some(({ table, share }) => table === 'core.order_items' && share > 0.5),
    'dead rows make its heap larger, and that is said',
  );
  assert.deepEqual((await check()).grown, seen.grown, 'also when they were remembered');
});

test('a data set of before signs were kept is hashed whole, and has them then', async () => {
  await database.admin.query('ALTER TABLE bench.dataset DROP COLUMN signs');
  const first = await check({ remember: true });
  assert.equal(first.hashed.length, filledTables.length);
  assert.deepEqual((await check()).hashed, []);
});

test('a server that started from a copy of ours has counted nothing yet', async () => {
  assert.equal((await check({ restored: true })).hashed.length, filledTables.length);
});

test('loaded anew it is the same data set, whatever had been done to it', async () => {
  const { digest } = (await readMark(database.admin))!;
  await behindItsBack('DELETE FROM core.order_items', 'UPDATE core.users SET display_name = NULL');
  assert.equal((await check()).differences.length, 2);
  await emptyDataset(database.admin);
  assert.equal(await readMark(database.admin), null);
  assert.equal((await seed(open, { scale, seed: 1 })).digest, digest);
  assert.deepEqual((await check({ whole: true })).differences, []);
});
