import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import { startLocal } from '../../infra/local/local.ts';
import { shortTimeout, smallWal } from '../../infra/topology/drill-settings.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import { shop } from '../../project/shop.ts';
import type { CheckpointResult, ReplicaConflict, VacuumResult } from '../../result/result.ts';
import { patience, until } from '../../test/patience.ts';
import type { DrillOptions } from '../drill/drill.ts';
import { checkpointDrill, checkpointVariants } from '../drill/upkeep/checkpoint.ts';
import { vacuum } from '../drill/upkeep/vacuum.ts';
import type { Setting } from '../measure.ts';
import { restoreStandbys } from './commit-modes.ts';
import { createProbeTables } from './probe-tables.ts';
import { replicaBehaviour } from './replica-behaviour.ts';

const database = 'postgres';
let topology: Topology;
let primary: Connection;
let replica1: Connection;
let replica2: Connection;

before(async () => {
  topology = await startLocal({
    name: 'test_beside',
    parts: ['replica1', 'replica2'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
  primary = await connect(topology.get('primary').url('admin', database));
  replica1 = await connect(topology.get('replica1').url('admin', database));
  replica2 = await connect(topology.get('replica2').url('admin', database));
  await createProbeTables(primary, silent);
});

after(async () => {
  for (const session of [primary, replica1, replica2]) await session?.[Symbol.asyncDispose]();
  await topology?.[Symbol.asyncDispose]();
});

const setting = (budget: Partial<Setting['budget']>, signal = new AbortController().signal): Setting => ({
  topology,
  database,
  project: shop,
  catalogue: [],
  tenants: [],
  seed: 1,
  budget: { ...suites.smoke, ...budget },
  progress: silent,
  keep: async (file) => `raw/${file}`,
  signal,
});
const reads = { conflictRead: seconds(5) };
const commits = { commitSlots: 2, commitsPerSlot: 2 };
const measure = (given: Setting) => replicaBehaviour(given, database, () => performance.now());

const shown = async (session: Connection, name: string): Promise<string> =>
  (await session.query<{ setting: string }>('SELECT setting FROM pg_settings WHERE name = $1', [name]))
    .rows[0]!.setting;

async function alter(session: Connection, name: string, value: string | null): Promise<void> {
  const before = await shown(session, name);
  await session.query(value === null ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = ${value}`);
  await session.query('SELECT pg_reload_conf()');
  await until(`${name} is another`, async () => (await shown(session, name)) !== before);
}

test('a long read is cancelled without feedback, and with it the primary keeps the dead rows', async () => {
  const { conflicts, commitModes, why } = await measure(setting(reads));
  const [one, two] = conflicts as [ReplicaConflict, ReplicaConflict];
  assert.deepEqual(
    [one.hotStandbyFeedback, one.cancelled, one.sqlState, one.deadRowsKept],
    [false, true, '40001', 0],
    JSON.stringify(one),
  );
  assert.ok(one.conflicts! >= 1);
  assert.ok(one.replayHeldMs! > 0, 'replay waits 743 ms from when the WAL came');
  assert.equal(one.usualDelayMs, 30_000);
  assert.deepEqual(
    [two.hotStandbyFeedback, two.cancelled, two.sqlState, two.conflicts, two.deadRowsAfter],
    [true, false, null, 0, 0],
    JSON.stringify(two),
  );
  assert.equal(two.deadRowsKept, two.deadRowsMade);
  assert.ok(two.readMs! >= 5000 && two.tableBytesAfter! > 1.9 * two.tableBytesBefore!);
  assert.equal(await shown(replica1, 'max_standby_streaming_delay'), '30000', 'as it was');
  assert.equal(commitModes, null);
  assert.deepEqual(
    why.map(({ what }) => what),
    ['synchronous_commit'],
  );
});

test('a replica 2 whose feedback is off is seen to lose its reads too', async () => {
  await alter(replica2, 'hot_standby_feedback', 'off');
  try {
    const [, two] = (await measure(setting(reads))).conflicts;
    assert.deepEqual([two!.hotStandbyFeedback, two!.cancelled, two!.sqlState], [false, true, '40001']);
    assert.equal(two!.deadRowsKept, 0);
  } finally {
    await alter(replica2, 'hot_standby_feedback', null);
  }
});

test('a delayed replica is seen: local commits are stale there, remote_apply waits and shows none', async () => {
  await alter(replica1, 'recovery_min_apply_delay', '200');
  try {
    const { commitModes } = await measure(setting(commits));
    const [off, local, , on, apply] = commitModes!.modes;
    assert.deepEqual(
      commitModes!.modes.map(({ mode }) => mode),
      ['off', 'local', 'remote_write', 'on', 'remote_apply'],
    );
    assert.ok(local!.staleReadsPct! > 0 && on!.staleReadsPct! > 0, JSON.stringify(commitModes));
    assert.equal(apply!.staleReadsPct, 0);
    // A busy machine makes any time longer: only what must be long is asked for, and of the longest of four.
    assert.ok(local!.visibleMs.max! > 20 && off!.visibleMs.max! > 20);
    assert.ok(apply!.commitMs.max! > 100, `${apply!.commitMs.max} ms`);
    assert.ok(apply!.ratio! > 0);
    assert.equal(on!.ratio, 1);
    assert.equal(apply!.commitMs.samples, 4);
  } finally {
    await alter(replica1, 'recovery_min_apply_delay', null);
  }
  assert.equal(await shown(primary, 'synchronous_standby_names'), '');
});

test('an abort while commits wait for the replica takes the setting back', async () => {
  const interrupt = new AbortController();
  const reason = new Error('Ctrl-C');
  const running = assert.rejects(
    measure(setting({ ...commits, commitSlots: 1000 }, interrupt.signal)),
    reason,
  );
  await until(
    'commits wait for the replica',
    async () => (await shown(primary, 'synchronous_standby_names')) !== '',
  );
  await replica1.query('SELECT pg_wal_replay_pause()'); // a commit under remote_apply now waits without end
  await until('one waits', async () => {
    const waiting = `SELECT FROM pg_stat_activity WHERE application_name = 'olympus-lag' AND wait_event = 'SyncRep'`;
    return (await primary.query(waiting)).rows.length > 0;
  });
  interrupt.abort(reason);
  await running;
  await replica1.query('SELECT pg_wal_replay_resume()');
  assert.equal(await shown(primary, 'synchronous_standby_names'), '');
});

test('what a killed comparison left on the primary is taken back before anything commits', async () => {
  await alter(primary, 'synchronous_standby_names', `'FIRST 1 (replica1, olympus_bench_lag)'`);
  await restoreStandbys(primary, 'replica1');
  assert.equal(await shown(primary, 'synchronous_standby_names'), '');
});

test('standbys that somebody else has named are left alone', async () => {
  await alter(primary, 'synchronous_standby_names', `'replica2'`);
  try {
    const { commitModes } = await measure(setting({ commitSlots: 1, commitsPerSlot: 1 }));
    assert.equal(commitModes!.standbys, 'replica2');
    assert.equal(await shown(primary, 'synchronous_standby_names'), 'replica2');
  } finally {
    await alter(primary, 'synchronous_standby_names', null);
  }
});

test('drill vacuum: with feedback the rows stay dead and the table grows, without it they go and replay waits', async () => {
  const { vacuum: rows = [], skipped } = await vacuum.run({
    ...setting({}),
    ...{ options: { repeat: 1 } as DrillOptions, control: topology.control, under: undefined, memory: [] },
    event: () => {},
  });
  assert.deepEqual(skipped, []);
  const [on, off] = rows as [VacuumResult, VacuumResult];
  assert.deepEqual([on.deadRows.held, on.deadRows.after], [on.rows * on.rounds, 0], JSON.stringify(on));
  assert.deepEqual([off.deadRows.held, off.heldXids], [0, null], JSON.stringify(off));
  assert.ok(on.tableBytes.held > 3 * off.tableBytes.held && on.scanPages.held > 3 * off.scanPages.held);
  assert.ok(on.heldXids! >= on.rounds && off.replayBehindBytes! > 0);
  for (const one of rows) {
    assert.deepEqual([one.sameAnswer, one.healed, one.why], [true, true, null], one.healedHow);
    assert.ok(one.wraparound.ageXids > 0);
    assert.equal(one.wraparound.leftXids, one.wraparound.freezeMaxAgeXids - one.wraparound.ageXids);
  }
  assert.equal(await shown(replica2, 'hot_standby_feedback'), 'on');
});

test('drill checkpoint: a small max_wal_size is in force under the load, what it cost is counted, and it is reset', async () => {
  const small = checkpointVariants.filter(({ set }) => set === smallWal);
  const { checkpoint: rows = [], skipped } = await checkpointDrill(small, 1500).run({
    ...setting({}),
    ...{ options: { repeat: 1, rate: 100 } as DrillOptions, control: topology.control },
    ...{ under: undefined, memory: [], event: () => {} },
  });
  assert.deepEqual(skipped, []);
  const [one] = rows as [CheckpointResult];
  assert.deepEqual([one.maxWalSizeMb, one.healed], [Number(smallWal.value), true], one.healedHow);
  assert.ok(one.writes > 0 && one.walBytes! > 0 && one.fullPageImages! > 0, JSON.stringify(one));
  const { before: early, during, after: late } = one.requests;
  const failed = Object.values(one.errors).reduce((sum, count) => sum + count, 0);
  assert.equal(early + during + late, one.writes + failed, 'each write is of one phase');
  if (one.why === null) assert.ok(one.requested! > 0 && during > 0, 'it shows what it is for');
  else assert.match(one.why, /too few|between two looks/);
  assert.equal(await shown(primary, smallWal.name), '4096');
  const { rows: left } = await primary.query("SELECT FROM pg_namespace WHERE nspname = 'olympus_drill'");
  assert.equal(left.length, 0);
});

test('a killed drill’s settings are reset by the repair; a value of somebody else’s stays', async () => {
  await alter(primary, smallWal.name, `'${smallWal.value}MB'`);
  await alter(primary, shortTimeout.name, '90');
  try {
    await topology.control!.breaking();
    await topology.control!.repair();
    await until('max_wal_size is reset', async () => (await shown(primary, smallWal.name)) === '4096');
    assert.equal(await shown(primary, shortTimeout.name), '90');
  } finally {
    await alter(primary, shortTimeout.name, null);
  }
});
