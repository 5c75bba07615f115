import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { keptFromIndex } from '../../analysis/explain/kept-from-index.ts';
import { apart, lostEstimate } from '../../analysis/explain/lost-estimate.ts';
import { identifier, transaction } from '../../infra/topology/session.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { explain } from '../postgres/explain.ts';
import { leakyFunctions } from './leaky-functions.ts';

/** One tenant owns nearly all; three columns with an index each, of which int8's comparison alone is LEAKPROOF. */
const schema = `
  CREATE ROLE r_reader NOLOGIN;
  CREATE TABLE ware (id int8, tenant int, price numeric, name text, cents int8);
  INSERT INTO ware SELECT n, CASE WHEN n > 19900 THEN n % 50 ELSE 7 END, n, 'Ware ' || n, n FROM generate_series(1, 20000) AS n;
  CREATE INDEX ON ware (price); CREATE INDEX ON ware (cents); CREATE INDEX ON ware (lower(name));
  ALTER TABLE ware ENABLE ROW LEVEL SECURITY;
  CREATE FUNCTION current_tenant() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 7; END';
  CREATE POLICY own ON ware USING (tenant = (SELECT current_tenant()));
  GRANT SELECT ON ware TO r_reader;
  ANALYZE ware`;

let database: TestDatabase;
before(async () => {
  database = await testDatabase('r_leaky');
  await database.admin.query(schema.replaceAll('r_reader', `${database.name}_reader`));
});
after(async () => {
  await database.admin.query(`DROP OWNED BY ${database.name}_reader; DROP ROLE ${database.name}_reader`);
  await database[Symbol.asyncDispose]();
});

/** The plan as the superuser, whom no policy binds, and as the reader. */
async function both(sql: string) {
  const { admin } = database;
  const as = (role: string) =>
    transaction(admin, async () => {
      await admin.query(`SET LOCAL ROLE ${role}`);
      return (await explain(admin, sql, [])).plan;
    });
  return [await as(identifier(await superuser())), await as(`${database.name}_reader`)] as const;
}
const superuser = async () =>
  (await database.admin.query<{ name: string }>('SELECT session_user AS name')).rows[0]!.name;

async function kept(sql: string) {
  const [free, bound] = await both(sql);
  const found = keptFromIndex(free, bound);
  return Promise.all(found.map(async (each) => [each.clause, await leakyFunctions(database.admin, each)]));
}

test('a comparison that is not LEAKPROOF is told with its function: the policy keeps it from its index', async () => {
  assert.deepEqual(await kept("SELECT * FROM ware AS w WHERE w.price >= '19990' AND w.tenant = 7"), [
    ['(price >= ?)', ['numeric_ge']],
  ]);
  assert.deepEqual(await kept("SELECT * FROM ware WHERE lower(name) = 'ware (5) AND'"), [
    ['(lower(name) = ?)', ['lower']],
  ]);
});

test('a LEAKPROOF comparison stays an index condition, and nothing is told', async () => {
  assert.deepEqual(await kept('SELECT * FROM ware WHERE cents >= 19990'), []);
});

test('the estimate that the policy costs the planner is told at its scan, beside the rows that came', async () => {
  const [free, bound] = await both('SELECT count(*) FROM ware');
  const estimate = lostEstimate(free, bound)!;
  assert.match(estimate.scan, /on ware$/);
  assert.deepEqual(estimate.before, { estimated: 20_000, actual: 20_000 });
  assert.ok(estimate.after.actual! > 19_800 && estimate.after.estimated < 2_000);
  assert.ok(apart(estimate) > 10);
});

test('a condition that cannot be read alone has no function, and leaves the session usable', async () => {
  const condition = { relation: 'ware', scanned: 'ware', alias: 'w', clause: '', text: '(w.id = other.id)' };
  assert.deepEqual(await leakyFunctions(database.admin, condition), []);
  assert.deepEqual(await leakyFunctions(database.admin, { ...condition, scanned: 'nothing' }), []);
  assert.equal((await database.admin.query('SELECT 1')).rowCount, 1);
});
