import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { judge } from '../../analysis/verdict/judge.ts';
import { silent } from '../../config/progress.ts';
import { suites } from '../../config/suites.ts';
import { startLocal } from '../../infra/local/local.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import { emptyResult } from '../empty-result.ts';
import type { Setting } from '../measure.ts';
import { type DrillCase, type FaultDrill, NotHere } from './drill.ts';
import { drillMeasure, drillNamed } from './drill-measure.ts';

let topology: Topology;
before(async () => {
  topology = await startLocal({
    ...{ name: 'drill', lifetime: 'tied', parts: ['primary', 'pooler'], progress: silent },
    signal: new AbortController().signal,
  });
});
after(() => topology[Symbol.asyncDispose]());

const options = {
  ...{ rate: 40, duration: 700, repeat: 1, only: null, under: null, soakFor: 0 },
  ...{ allowDrills: false, notOurs: undefined },
};

async function run(drill: FaultDrill, changes: Partial<Setting> = {}, only: string | null = null) {
  const setting = {
    ...{ topology, database: 'olympus', catalogue: [], tenants: [], seed: 1, budget: suites.smoke },
    ...{ progress: silent, signal: new AbortController().signal, keep: async (file: string) => file },
    ...changes,
  } as unknown as Setting;
  return await drillMeasure([drill], { ...options, only }).run(setting);
}

const one = ({ drill = [], skipped = [] }: Awaited<ReturnType<typeof run>>): DrillResult => {
  assert.deepEqual(skipped, []);
  assert.equal(drill.length, 1);
  return drill[0]!;
};

/** What a verdict says of this one row. */
function objectives(row: DrillResult) {
  const empty = emptyResult({
    ...{ id: 'a', kind: 'drill', startedAt: '2026-01-01T00:00:00.000Z', suite: 'quick', command: 'x' },
  });
  const judged = judge({ ...empty, drill: [row] }).objectives.filter(({ name }) => name.startsWith(row.name));
  return judged.map(({ ok }) => ok);
}

async function primaryIsClean() {
  await using admin = await connect(topology.get('primary').url('admin'));
  const { rows } = await admin.query<{ left: string | null }>(
    "SELECT to_regnamespace('olympus_drill')::text AS left",
  );
  assert.equal(rows[0]!.left, null, 'the table of the ledger is dropped');
}

test('a restarted primary and a killed back end: clients see it, every acknowledged write is there, all is healed', async () => {
  for (const [name, only] of [
    ['restart', 'primary, immediate'],
    ['kill', 'back end'],
  ] as const) {
    const row = one(await run(drillNamed(name) as FaultDrill, {}, only));
    assert.equal(row.via, 'pooler');
    assert.ok(row.ledger.acknowledged > 10, `${row.ledger.acknowledged} acknowledged`);
    assert.deepEqual(
      [row.ledger.lost, row.ledger.impossible, row.ledger.present],
      [0, 0, row.ledger.acknowledged],
    );
    assert.ok(Object.keys(row.errors).length > 0, `${name} was noticed by nobody`);
    assert.equal(row.healed, true);
    assert.ok(row.requests.before > 0);
    assert.deepEqual(objectives(row), [true, true]);
    await primaryIsClean();
  }
});

test('a row that vanishes after its commit is found to be lost, and misses the objective', async () => {
  const thief: DrillCase = {
    ...{ name: 'thief', needs: ['primary'], stopsServers: false, judged: 'writes', promise: 'no-loss' },
    async inject({ topology: own, database }) {
      await using admin = await connect(own.get('primary').url('admin', database));
      const { rowCount } = await admin.query(
        'DELETE FROM olympus_drill.ledger WHERE token IN (SELECT token FROM olympus_drill.ledger LIMIT 3)',
      );
      assert.equal(rowCount, 3);
    },
    heal: async () => {},
    healed: async () => ({ ok: null, how: 'nobody looked' }),
  };
  const row = one(await run({ name: 'theft', what: '', wants: [], inAll: false, cases: () => [thief] }));
  assert.equal(row.ledger.lost, 3);
  assert.equal(row.lostTokens.length, 3);
  assert.deepEqual(objectives(row), [false, null]);
});

test('a case that fails is healed and no pass; one that cannot be had here says how to get it', async () => {
  const healed: string[] = [];
  const failing = (name: string, error: Error): DrillCase => ({
    ...{ name, needs: ['primary'], stopsServers: true, judged: 'writes', promise: 'no-loss' },
    inject: async ({ control }) => {
      await control!.stop('pooler', 'fast');
      throw error;
    },
    heal: async () => void healed.push(name),
    healed: async () => ({ ok: true, how: '' }),
  });
  const cases = [
    failing('broken', new Error('by hand')),
    failing('absent', new NotHere('no disk', 'buy one')),
  ];
  const {
    drill = [],
    skipped,
    warnings,
  } = await run({
    ...{ name: 'odd', what: '', wants: [], inAll: false, cases: () => cases },
  });
  assert.deepEqual(drill, []);
  assert.deepEqual(healed, ['broken', 'absent']);
  assert.notEqual(topology.control!.pid('pooler'), undefined, 'what was stopped runs again');
  assert.deepEqual(
    skipped!.map(({ part, why, how }) => [part, why, how]),
    [
      ['drill odd (broken)', 'it failed: by hand', 'Run it again alone, and look at its log.'],
      ['drill odd (absent)', 'no disk', 'buy one'],
    ],
  );
  assert.deepEqual(
    warnings!.map(({ code }) => code),
    ['drill-failed'],
  );
  await primaryIsClean();
});

test('a server of the user’s is drilled only where that is allowed and its database named', async () => {
  const external = { get: () => ({ provider: 'external' }) } as unknown as Topology;
  await assert.rejects(
    run(drillNamed('kill') as FaultDrill, { topology: external, database: 'shop' }),
    /server of yours/,
  );
});
