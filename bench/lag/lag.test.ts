import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
import type { ReplicationResult } from '../../result/result.ts';
import { readCatalogue } from '../../scenarios/catalogue.ts';
import { patience, until } from '../../test/patience.ts';
import type { Setting } from '../measure.ts';
import { injectedMs, refusesDelay } from './injected-delay.ts';
import { lag } from './lag.ts';

const database = 'postgres';
let topology: Topology;
let primary: Connection;
let replica1: Connection;

before(async () => {
  topology = await startLocal({
    name: 'test_lag',
    parts: ['replica1', 'replica2'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  primary = await connect(topology.get('primary').url('admin', database));
  replica1 = await connect(topology.get('replica1').url('admin', database));
});

after(async () => {
  await primary?.[Symbol.asyncDispose]();
  await replica1?.[Symbol.asyncDispose]();
  await topology?.[Symbol.asyncDispose]();
});

function setting(signal = new AbortController().signal, lagProbe = seconds(0.8)) {
  const kept = new Map<string, string>();
  const given: Setting = {
    topology,
    database,
    project: shop,
    catalogue: [],
    tenants: [],
    seed: 1,
    budget: { ...suites.smoke, lagProbe },
    progress: silent,
    keep: async (file, content) => {
      kept.set(file, String(content));
      return `raw/${file}`;
    },
    signal,
  };
  return { kept, given };
}

async function measure(lagProbe = seconds(0.8)): Promise<[ReplicationResult, ReplicationResult]> {
  const { replication } = await lag.run(setting(undefined, lagProbe).given);
  return replication as [ReplicationResult, ReplicationResult];
}

const delayOf = async (replica: Connection): Promise<number> =>
  Number(
    (
      await replica.query<{ setting: string }>(
        `SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay'`,
      )
    ).rows[0]!.setting,
  );

async function delay(replica: Connection, ms: number): Promise<void> {
  await replica.query(
    ms === 0
      ? 'ALTER SYSTEM RESET recovery_min_apply_delay'
      : `ALTER SYSTEM SET recovery_min_apply_delay = ${ms}`,
  );
  await replica.query('SELECT pg_reload_conf()');
  await until(`the delay is ${ms} ms`, async () => (await delayOf(replica)) === ms);
}

const tablesLeft = async (): Promise<number> =>
  (await primary.query(`SELECT 1 FROM pg_class WHERE relname IN ('lag_probe', 'lag_load')`)).rows.length;
const schemasLeft = async (): Promise<number> =>
  (await primary.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'bench'`)).rows.length;

test('both replicas are measured and calibrated, raw samples are kept, and nothing is left behind', async () => {
  const { given, kept } = setting();
  const { replication } = await lag.run(given);
  assert.deepEqual(
    replication!.map(({ replica }) => replica),
    ['replica1', 'replica2'],
  );
  for (const result of replication!) {
    const { samples, max } = result.lagMs;
    assert.ok(samples > 0 && max! > 0 && (result.lagMs.p50 ?? max)! <= max!, JSON.stringify(result.lagMs));
    assert.ok(result.writeRate! > 0, 'probes and load together');
    assert.ok(result.monotonicReads! > 0);
    assert.ok((result.readYourWritesMs ?? 1) > 0, 'null: too few probes for a percentile');
    assert.ok(result.series.length > 0 && result.series.length <= 300);
    assert.equal(result.why, undefined, 'calibrated, and every probe was replayed');
    const raw = JSON.parse(kept.get(`lag/${result.replica}.json`)!);
    assert.equal(raw.columns.lsn.length, result.lagMs.samples);
    assert.equal(raw.calibration.kind, 'calibrated');
    assert.ok(raw.calibration.measuredMs > raw.calibration.baselineMs);
    assert.ok(result.probeErrorMs! >= raw.calibration.errorMs);
  }
  assert.equal((await tablesLeft()) + (await schemasLeft()), 0);
  assert.equal(await delayOf(replica1), 0);
});

test('a replica that is delayed on purpose is measured with its delay, and keeps it', async () => {
  await delay(replica1, 1500);
  try {
    const [delayed] = await measure();
    // Less the time of the commit; null where a probe was not waited for to its end, or where probes are too few.
    assert.ok((delayed.lagMs.max ?? 1500) > 100, `${delayed.lagMs.max} ms`);
    assert.ok((delayed.readYourWritesMs ?? 1500) > 100, `${delayed.readYourWritesMs} ms`);
    assert.ok(delayed.staleReadsPct! > 0);
    assert.ok(delayed.lagBytes.max! > 0);
    assert.match(delayed.why!, /not calibrated: it is delayed on purpose/);
    assert.ok(delayed.monotonicViolations! > 0, 'a reader that changes to it goes back in time');
    assert.equal(await delayOf(replica1), 1500);
  } finally {
    await delay(replica1, 0);
  }
});

test('a replica whose replay is paused gives stale reads only and a lower bound of its lag', async () => {
  await replica1.query('SELECT pg_wal_replay_pause()');
  await until(
    'replay is paused',
    async () =>
      (await replica1.query<{ state: string }>('SELECT pg_get_wal_replay_pause_state() AS state')).rows[0]!
        .state === 'paused',
  );
  try {
    const [paused, other] = await measure();
    assert.equal(paused.staleReadsPct, 100);
    assert.deepEqual(
      [paused.lagMs.p50, paused.lagMs.max, paused.readYourWritesMs],
      [null, null, null],
      'no number stands for what was not seen',
    );
    assert.match(paused.why!, /probes were not replayed .* at least \d+ ms/);
    assert.ok(paused.lagBytes.max! > 0);
    assert.ok(other.lagMs.max! > 0, 'the other replica is measured all the same');
  } finally {
    await replica1.query('SELECT pg_wal_replay_resume()');
  }
});

test('an abort while the delay is injected restores the setting and drops the tables', async () => {
  const interrupt = new AbortController();
  const reason = new Error('Ctrl-C');
  const running = assert.rejects(lag.run(setting(interrupt.signal).given), reason);
  await until('the delay is injected', async () => (await delayOf(replica1)) === injectedMs);
  interrupt.abort(reason);
  await running;
  assert.equal(await delayOf(replica1), 0);
  assert.equal((await tablesLeft()) + (await schemasLeft()), 0);
});

test('what a killed calibration left in the replica is taken back before the next', async () => {
  await delay(replica1, injectedMs);
  assert.equal(await refusesDelay(replica1), undefined, 'it may be calibrated');
  assert.equal(await delayOf(replica1), 0);
});

test('connections that a replica cuts in mid-measure cost its figures, not the run', async () => {
  const running = measure(seconds(3)); // longer than any stop between the load's begin and the cut
  await until(
    'the load has begun',
    async () =>
      (await tablesLeft()) === 2 &&
      (await primary.query('SELECT 1 FROM bench.lag_load WHERE id > 4000 LIMIT 1')).rows.length === 1,
  );
  await replica1.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'olympus-lag'`,
  );
  const [cut, other] = await running;
  assert.match(cut.why!, /terminat|closed|connection error/i);
  assert.ok(other.lagMs.max! > 0);
  assert.equal(await tablesLeft(), 0);
});

test('two measures at once on one database: the second is refused', async () => {
  const interrupt = new AbortController();
  const first = lag.run(setting(interrupt.signal).given).catch(() => {});
  await until('the first has its tables', async () => (await tablesLeft()) === 2);
  await assert.rejects(lag.run(setting().given), /Another run measures replication lag/);
  interrupt.abort(new Error('enough'));
  await first;
  assert.equal(await tablesLeft(), 0);
});

// On the same servers, in a database that has the shop; nobody is connected to it, because it is copied.
describe('with the shop', () => {
  before(async () => {
    const url = topology.get('primary').url('admin', databaseName);
    await using admin = await connect(url);
    await migrate(admin);
    await seed(() => connect(url), { scale: 'tiny', seed: 1 });
  });
  const loaded = async (change: Partial<Setting>): Promise<Setting> => ({
    ...setting(patience(), seconds(0.5)).given,
    database: databaseName,
    catalogue: await readCatalogue(),
    ...change,
  });

  test('lag is measured while a scenario buys on a copy, which is dropped, and the dataset stays as it was', async () => {
    const orders = async () => {
      await using shopped = await connect(topology.get('primary').url('admin', databaseName));
      return (await shopped.query('SELECT count(*)::int AS n FROM core.orders')).rows[0]!.n;
    };
    const before = await orders();
    const { replication, replicationStudy: study } = await lag.run(
      await loaded({ budget: { ...suites.smoke, lagProbe: seconds(4) } }), // k6 may be late
    );

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
    const { replicationStudy: study } = await lag.run(await loaded({ catalogue }));
    assert.equal(study!.load.name, 'batches');
    assert.match(study!.load.why!, /statements of checkout are not in the catalogue/);
  });
});
