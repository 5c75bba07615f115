import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { silent } from '../../config/progress.ts';
import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import { seed } from '../../generators/seed.ts';
import { startLocal } from '../../infra/local/local.ts';
import { databaseName } from '../../infra/local/login.ts';
import { openOlap, rowsOf } from '../../infra/services/olap.ts';
import { cacheFolder } from '../../infra/setup/cache-folder.ts';
import { hasChdb } from '../../infra/setup/chdb.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import { shop } from '../../project/shop.ts';
import type { OlapFigures } from '../../result/result.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import { patience } from '../../test/patience.ts';
import type { Setting } from '../measure.ts';
import { loadOrders, type Warehouse } from './loading.ts';
import { olap } from './olap.ts';
import { questions } from './questions.ts';

const skip = hasChdb(cacheFolder())
  ? false
  : 'chDB (550 MB) is not in the cache; `./olympus bench --only olap` installs it';

let topology: Topology;
let all: OlapFigures[];
before(async () => {
  if (skip) return;
  const signal = patience();
  topology = await startLocal({
    name: 'test_olap',
    parts: ['primary', 'replica2', 'olap'],
    lifetime: 'tied',
    progress: silent,
    signal,
  });
  const primary = topology.get('primary');
  await using admin = await connect(primary.url('admin'));
  await migrate(admin);
  await seed(() => connect(primary.url('admin')), { scale: 'tiny', seed: 1 });
  const setting: Setting = {
    topology,
    database: databaseName,
    project: shop,
    catalogue: await readCatalogue(),
    tenants: await findTenants(admin, shop.tenants),
    seed: 1,
    budget: { ...suites.smoke, partTime: seconds(0.2) },
    progress: silent,
    keep: async (file) => file,
    signal,
  };
  all = (await olap.run(setting)).olap!;
});
after(() => topology?.[Symbol.asyncDispose]());

const rowsOfKind = <Kind extends OlapFigures['kind']>(kind: Kind) =>
  all.filter((each): each is Extract<OlapFigures, { kind: Kind }> => each.kind === kind);

test('every place answers every question that it can exactly as the primary does', { skip }, () => {
  const rows = rowsOfKind('question');
  assert.equal(rows.length, questions.length * 4);
  for (const { name, question, equal, rows: count, why } of rows) {
    const impossible =
      name === 'materialised view' && questions.find((each) => each.name === question)!.view === null;
    if (impossible) assert.match(why!, /does not hold/);
    else assert.ok(equal === true && count! > 0, `${name}, ${question}: ${count} rows, equal ${equal}`);
  }
});

test('what was loaded is counted, and Parquet brings all of it back', { skip }, async () => {
  await using admin = await connect(topology.get('primary').url('admin'));
  const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM core.orders');
  const byPath = new Map(rowsOfKind('loading').map((each) => [each.path, each.rows]));
  assert.equal(byPath.get('COPY out of the primary, CSV, insert'), rows[0]!.n);
  assert.equal(byPath.get('Parquet, insert'), rows[0]!.n);
  assert.ok(byPath.get("generator's events, JSON lines, insert")! > rows[0]!.n);
});

test('an insert that begins to read late loses nothing of what COPY brings', { skip }, async () => {
  await using admin = await connect(topology.get('primary').url('admin'));
  let read = 0;
  const late = {
    async insert({ values }: { values: AsyncIterable<Buffer> }) {
      await setTimeout(100);
      for await (const chunk of values) read += chunk.length;
    },
  };
  const loaded = await loadOrders(admin, { client: late } as unknown as Warehouse);
  assert.ok(read > 0);
  assert.equal(read, loaded.bytes);
});

test('freshness, the price of a refresh and the neighbours are measured at each place', { skip }, () => {
  for (const { name, freshMs } of rowsOfKind('freshness')) assert.ok(freshMs !== null, name);
  assert.ok(rowsOfKind('refresh')[0]!.walBytes >= 0 && rowsOfKind('refresh')[0]!.rows > 0);
  const asked = rowsOfKind('interference');
  assert.equal(asked.length, 5);
  for (const each of asked) assert.ok(each.transactionMs.samples > 0, each.asked);
  assert.deepEqual(
    asked.map(({ questions: n }) => n > 0),
    [false, true, true, true, true],
  );
});

test('the shim refuses a wrong password, reports an error as ClickHouse does, and binds parameters', {
  skip,
}, async () => {
  const url = topology.get('olap').url('app');
  await using wrong = openOlap(url.replace(/:[^:@]+@/, ':wrong@'));
  await assert.rejects(rowsOf(wrong, 'SELECT 1'), /AUTHENTICATION_FAILED|Authentication failed/);
  await using client = openOlap(url);
  assert.equal((await client.ping()).success, true);
  await assert.rejects(rowsOf(client, 'SELECT * FROM nowhere'), { code: '60', type: 'UNKNOWN_TABLE' });
  const text = "it's \\ 1";
  assert.deepEqual(await rowsOf(client, 'SELECT {a:String} AS a, {b:UInt8} + 1 AS b', { a: text, b: 3 }), [
    { a: text, b: 4 },
  ]);
  assert.deepEqual(
    await rowsOf(client, 'SELECT name FROM system.databases WHERE startsWith(name, {p:String})', {
      p: 'olympus_bench',
    }),
    [],
  );
});
