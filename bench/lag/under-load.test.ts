import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import { seed } from '../../generators/seed.ts';
import { startLocal } from '../../infra/local/local.ts';
import { databaseName } from '../../infra/local/login.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { migrate } from '../../migrations/runner.ts';
import { shop } from '../../project/shop.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { patience } from '../../test/patience.ts';
import type { Setting } from '../measure.ts';
import { lag } from './lag.ts';

let topology: Topology;
let primary: Connection;
before(async () => {
  topology = await startLocal({
    name: 'test_underload',
    parts: ['replica1', 'replica2'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  primary = await connect(topology.get('primary').url('admin'));
  await migrate(primary);
  await seed(() => connect(topology.get('primary').url('admin')), { scale: 'tiny', seed: 1 });
});
after(async () => {
  await primary?.[Symbol.asyncDispose]();
  await topology?.[Symbol.asyncDispose]();
});

const setting = async (change: Partial<Setting> = {}): Promise<Setting> => ({
  topology,
  database: databaseName,
  project: shop,
  catalogue: await readCatalogue(),
  tenants: [],
  seed: 1,
  budget: { ...suites.smoke, lagProbe: seconds(0.5) },
  progress: silent,
  keep: async (file) => `raw/${file}`,
  signal: patience(),
  ...change,
});

test('lag is measured while a scenario buys on a copy, which is dropped, and the dataset stays as it was', async () => {
  const orders = async () => (await primary.query('SELECT count(*)::int AS n FROM core.orders')).rows[0]!.n;
  const before = await orders();
  await primary[Symbol.asyncDispose](); // a database is copied while nobody is connected to it
  const { replication, replicationStudy: study } = await lag.run(
    await setting({ budget: { ...suites.smoke, lagProbe: seconds(4) } }), // k6 may be late
  );
  primary = await connect(topology.get('primary').url('admin'));

  assert.equal(study!.load.name, 'checkout');
  assert.ok(study!.load.offeredRate! > 150 && study!.load.achievedRate! > 0, JSON.stringify(study!.load));
  assert.deepEqual(study!.load.errors, {});
  assert.ok(study!.series.some(({ walBytesPerSecond }) => walBytesPerSecond > 0));
  assert.ok(study!.moving.reads > 0);
  for (const { lagMs, writeRate, series } of replication!) {
    assert.ok(lagMs.samples > 0);
    assert.ok(writeRate! > 0, 'probes and orders');
    assert.ok(
      series.every(({ s }) => s >= 0),
      'second 0 is when the load began',
    );
  }
  assert.equal(await orders(), before);
  const { rows } = await primary.query(`SELECT datname FROM pg_database WHERE datname LIKE '%lag%'`);
  assert.deepEqual(rows, []);
});

test('without the statements of the scenario batches are written, and the study says why', async () => {
  const catalogue = (await readCatalogue()).filter(({ name }) => name === 'orders/recent');
  const { replicationStudy: study } = await lag.run(await setting({ catalogue }));
  assert.equal(study!.load.name, 'batches');
  assert.match(study!.load.why!, /statements of checkout are not in the catalogue/);
});
