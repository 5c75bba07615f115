import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { silent } from '../../config/progress.ts';
import { seconds } from '../../config/units.ts';
import { startLocal, stopLocal } from '../../infra/local/local.ts';
import { partFolder } from '../../infra/local/local-topology.ts';
import { stopPostgres } from '../../infra/local/postgres.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { testCache, topologyFolders } from '../../test/local-cache.ts';
import { patience, until } from '../../test/patience.ts';
import { loadResult } from './load-result.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

/** A primary and a replica of our own: they are stopped, and their replay is paused. */
const cache = await testCache();
const held = cache.options({ parts: ['replica1'], lifetime: 'held' });
const signal = patience();
let topology: Topology;
let k6 = '';
before(async () => {
  k6 = await findK6({ progress: silent, signal });
  topology = await startLocal(held);
  await using admin = await connect(url('primary'));
  await admin.query('CREATE TABLE note (tenant text PRIMARY KEY, version integer NOT NULL)');
  await admin.query("INSERT INTO note VALUES ('a', 0), ('b', 0), ('c', 0)");
});
after(async () => {
  await stopLocal({ cache: cache.cache, name: held.name, wipe: true });
  cache[Symbol.dispose]();
});

const versions = 'SELECT sum(version)::int AS sum FROM note';
const url = (name: 'primary' | 'replica1') => topology.get(name).url('admin', 'postgres');

const plan = (statements: LoadPlan['statements']): LoadPlan => ({
  statements,
  tenants: ['a', 'b', 'c'].map((id) => ({ class: 'none', id, userId: id, weight: 1 })),
  draws: Object.fromEntries(statements.map(({ name }) => [name, { 0: [['a']], 1: [['b']], 2: [['c']] }])),
});

type Planned = LoadPlan['statements'][number];

const write: Planned = {
  ...({ name: 'write', weight: 1, role: 'app', kind: 'write' } as const),
  sql: 'UPDATE note SET version = version + 1 WHERE tenant = $1',
};
/** Fails with a division by zero where the tenant's writes are missing. */
const read: Planned = {
  ...({ name: 'read', weight: 3, role: 'app', kind: 'read' } as const),
  sql: 'SELECT 1 / version::int FROM note WHERE tenant = $1 AND (version > 0 OR pg_is_in_recovery())',
};

const options = (changes: Partial<LoadOptions>): LoadOptions => ({
  ...{ k6, script: scenarioScript('mixed'), plan: plan([write, read]), url: url('primary') },
  ...{ protocol: 'prepared', connections: 2, duration: seconds(1), warmup: seconds(0.5), rate: 200 },
  ...{ seed: 5, progress: silent, signal },
  ...changes,
});

test('a tenant reads what it wrote: on the replica when it is there, else on the primary, and both are counted', async () => {
  await using replica = await connect(url('replica1'));
  await until('the replica has the tables', async () => {
    const { rows } = await replica.query<{ there: boolean }>(
      "SELECT to_regclass('note') IS NOT NULL AS there",
    );
    return rows[0]!.there;
  });
  await using paused = new AsyncDisposableStack();
  paused.defer(async () => void (await replica.query('SELECT pg_wal_replay_resume()'))); // however this test ends
  await replica.query('SELECT pg_wal_replay_pause()');
  await until(
    'replay is paused',
    async () =>
      (await replica.query<{ state: string }>('SELECT pg_get_wal_replay_pause_state() AS state')).rows[0]!
        .state === 'paused',
  );
  const stale = await runLoad(options({ url: url('replica1'), plan: plan([read]) }));
  assert.deepEqual(stale.report.errors, { 22012: stale.report.requests }, 'the check sees stale rows');

  for (const protocol of ['extended', 'simple'] as const) {
    const { report } = await runLoad(
      options({ replicas: [url('replica1')], protocol, connections: 4, rate: 40 }),
    );
    const { reads } = loadResult(report, { via: 'replicas', ceilingRate: null, histogram: '' });
    assert.deepEqual(report.errors, {}, protocol);
    assert.ok(reads && reads.onPrimary > 0 && reads.onReplica === 0, JSON.stringify(reads));
    assert.equal(reads.waits, reads.onPrimary);
    assert.equal(reads.waitMs.samples, reads.waits);
    assert.equal(reads.writes + reads.onPrimary, report.requests);
  }

  await paused.disposeAsync();
  await using primary = await connect(url('primary'));
  const { rows: written } = await primary.query(versions);
  await until('the replica has all', async () => {
    const { rows } = await replica.query(versions);
    return JSON.stringify(rows) === JSON.stringify(written);
  });
  const { report } = await runLoad(options({ replicas: [url('replica1')] }));
  assert.deepEqual(report.errors, {});
  assert.ok(report.routed!.onReplica > 0, JSON.stringify(report.routed));
});

test('a server that goes away and comes back: the run goes on, errors have their SQLSTATE, the recovery is timed', async () => {
  const folder = topologyFolders(cache.cache)[0]!;
  const running = runLoad(options({ plan: plan([write]), duration: seconds(8), warmup: seconds(0) }));
  {
    await using admin = await connect(url('primary'));
    const written = async () => (await admin.query<{ sum: number }>(versions)).rows[0]!.sum;
    const before = await written();
    await until('the load writes', async () => (await written()) > before);
  }
  await stopPostgres(partFolder({ folder }, 'primary'), 'immediate');
  await sleep(700);
  await startLocal(held);
  const { report } = await running;
  const { outages, stalls, errors } = loadResult(report, {
    via: 'primary',
    ceilingRate: null,
    histogram: '',
  });
  assert.equal(report.requests, report.offered);
  assert.ok(
    Object.keys(errors).every((state) => /^(08|57P)/.test(state)),
    JSON.stringify(errors),
  );
  assert.equal(outages?.length, 1, JSON.stringify(outages));
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  assert.equal(outages[0]!.failures, failed);
  assert.ok(failed > 0 && failed < report.requests, `${failed} of ${report.requests} failed`);
  assert.ok(
    outages[0]!.recoveryMs! > 300,
    `${outages[0]!.recoveryMs} ms; the server was away for 700 and more`,
  );
  assert.ok(stalls!.length >= 1, 'nothing was answered meanwhile');
});
