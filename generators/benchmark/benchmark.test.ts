import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { migrate } from '../../migrations/runner.ts';
import { testDatabase } from '../../test/server.ts';
import { filledTables } from '../load/work.ts';
import { resolveScale } from '../scales.ts';
import { benchmarkGenerator } from './benchmark.ts';

test('every contender is measured, what cannot be is said, and the database is left empty', async () => {
  await using database = await testDatabase('g_speed');
  const { admin } = database;
  await migrate(admin);
  const ingest = resolveScale('tenants=3,customers=20,products=30,orders=200');
  const goals = await benchmarkGenerator(() => connect(database.url), {
    ...{ rounds: 1, units: 2 },
    size: { unit: 500, naive: 200, ingest },
  });
  assert.deepEqual(
    goals.map(({ name, goal }) => [name, goal]),
    [
      ['two streams, of two COPYs from binary files', 0.9],
      ['one stream, of one COPY from a binary file', 0.95],
      ['two streams, of one COPY from a text file', 2],
      ['two streams, of a naive faker loop', 20],
      ["the generator's CPU, of the backends'", 0.3],
      ['heap bytes a second, of pgbench -i', 0.7],
      ['rows a second in the normal way, of live tables', 4],
    ],
  );
  for (const { name, value, ok, why } of goals)
    if (name.includes('pgbench')) assert.deepEqual([value, ok, why], [null, null, 'pgbench was not found']);
    // The CPU time of so little work may be less than a tick of the clock that counts it.
    else if (!name.includes('CPU')) assert.ok(value! > 0 && typeof ok === 'boolean', `${name}: ${value}`);
  const { rows: schemas } = await admin.query(
    `SELECT nspname FROM pg_namespace WHERE nspname IN ('bench', 'bench_speed')`,
  );
  assert.deepEqual(schemas, []);
  for (const { name } of filledTables)
    assert.deepEqual((await admin.query(`SELECT FROM ${name} LIMIT 1`)).rows, [], name);
});
