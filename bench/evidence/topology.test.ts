import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { startLocal } from '../../infra/local/local.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { looks } from '../../test/looks.ts';
import { patience } from '../../test/patience.ts';
import { environment } from '../host/environment.ts';
import { openEvidence } from './evidence.ts';

const database = 'postgres';
let topology: Topology;

before(async () => {
  topology = await startLocal({
    name: 'test_evidence',
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
});
after(() => topology?.[Symbol.asyncDispose]());

test('replicas and pools are told beside the primary, and what clients did through them is counted', async () => {
  const [primary, pooler] = [topology.get('primary'), topology.get('pooler')];
  await using window = await openEvidence({ primary, pooler, database, catalogue: [], every: 100 });
  await using client = await connect(pooler.url('admin', database));
  await client.query('CREATE TABLE noted (body text)');
  for (let i = 0; i < 10; i++)
    await client.query(`INSERT INTO noted SELECT repeat('x', 900) FROM generate_series(1, 100)`);
  await using admin = await connect(primary.url('admin', database));
  const working = assert.rejects(client.query('SELECT pg_sleep(600)'), { code: '57014' });
  await looks(admin, 3);
  await admin.query(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
  await working;
  const { series, pool, gaps, absent, waits } = await window.finish();
  assert.deepEqual(gaps, []);
  assert.ok(!absent.some(({ what }) => what === 'pooler'));
  const names = series.at(-1)!.replicas.map(({ name }) => name);
  assert.equal(names.length, 2);
  assert.ok(series.every(({ replicas }) => replicas.every(({ replayBytes }) => replayBytes! >= 0)));
  assert.ok(
    series.some((sample) => sample.pool!.serversActive >= 1),
    'the sleeping one was seen',
  );
  assert.ok(pool!.queries >= 12, `${pool!.queries} queries`);
  assert.ok(pool!.sent_bytes > 0 && pool!.query_ms > 200, 'three looks, one each 100 ms');
  assert.ok(waits['Timeout:PgSleep']! > 0, JSON.stringify(waits));
});

test('every endpoint tells its settings, and none of them a secret, a place or a port', async () => {
  const { endpoints, fingerprint } = await environment(topology, database, {
    dataset: null,
    k6: null,
    progress: silent,
  });
  const settings = Object.fromEntries(endpoints.map((each) => [each.name, each.settings]));
  assert.equal(settings.pooler!.pool_mode, 'transaction');
  assert.equal(settings.replica2!.hot_standby_feedback, 'on');
  assert.equal(settings.primary!.work_mem, '16MB');
  const told = JSON.stringify(endpoints);
  for (const { port, url } of topology.endpoints) {
    assert.ok(!told.includes(String(port)), 'a port differs between equal topologies');
    assert.ok(!told.includes(new URL(url('admin')).password));
  }
  assert.match(fingerprint, /^[0-9a-f]{64}$/);
});
