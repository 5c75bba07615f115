import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { judge } from '../analysis/verdict/judge.ts';
import { silent } from '../config/progress.ts';
import { suites } from '../config/suites.ts';
import { seconds } from '../config/units.ts';
import { startLocal, stopLocal } from '../infra/local/local.ts';
import type { EndpointName } from '../infra/topology/endpoint.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { shop } from '../project/shop.ts';
import type { Result } from '../result/result.ts';
import { testCache } from '../test/local-cache.ts';
import { patience, until } from '../test/patience.ts';
import { emptyResult } from './empty-result.ts';
import { injectedMs } from './lag/injected-delay.ts';
import { lag } from './lag/lag.ts';
import type { Measure, Setting } from './measure.ts';
import { type Measured, runSuite } from './suite.ts';

/** Servers of our own, which are killed; the next test starts them again. */
const cache = await testCache();
const held = cache.options({ parts: ['replica1', 'replica2'], lifetime: 'held', signal: patience() });
let topology: Topology;
before(async () => void (await startLocal(held)));
beforeEach(async () => {
  topology = await startLocal(held);
});
after(async () => {
  await stopLocal({ cache: cache.cache, name: held.name, wipe: true });
  cache[Symbol.dispose]();
});

const database = 'postgres';
const kill = (part: EndpointName) => process.kill(topology.get(part).pid!, 'SIGKILL');

async function probing(): Promise<void> {
  await using primary = await connect(topology.get('primary').url('admin', database));
  const probes = async () => {
    const { rows } = await primary.query<{ there: boolean }>(
      "SELECT to_regclass('bench.lag_load') IS NOT NULL AS there",
    );
    if (!rows[0]!.there) return false;
    return (await primary.query('SELECT 1 FROM bench.lag_load WHERE id > 4000 LIMIT 1')).rows.length === 1;
  };
  await until('the load has begun', probes);
}

async function calibrating(part: EndpointName): Promise<void> {
  await using replica = await connect(topology.get(part).url('admin', database));
  await until('the delay is injected', async () => {
    const { rows } = await replica.query<{ delay: string }>(
      "SELECT setting AS delay FROM pg_settings WHERE name = 'recovery_min_apply_delay'",
    );
    return Number(rows[0]!.delay) === injectedMs;
  });
}

async function run(measures: readonly Measure[], meanwhile: () => Promise<void>): Promise<Measured[]> {
  const setting: Setting = {
    ...{ topology, database, project: shop, catalogue: [], tenants: [], seed: 1 },
    budget: { ...suites.smoke, lagProbe: seconds(4) },
    ...{ progress: silent, keep: async (file) => file, signal: patience() },
  };
  const all: Measured[] = [];
  const suite = (async () => {
    for await (const each of runSuite(measures, setting)) all.push(each);
  })();
  await Promise.all([suite, meanwhile()]);
  return all;
}

/** As a run that is whole is judged. */
const judged = ({ sections, warnings }: Measured) => {
  const empty = emptyResult({ id: '', kind: 'bench', suite: 'smoke' } as Result['run']);
  return judge({ ...empty, run: { ...empty.run, complete: true }, ...sections, warnings: [...warnings] });
};

for (const [part, other, when] of [
  ['replica2', 'replica1', probing],
  ['replica1', 'replica2', () => calibrating('replica1')],
] as const)
  test(`${part} is killed while lag is ${when === probing ? 'measured' : 'calibrated'}: it is named, and ${other} keeps its figures`, async () => {
    const [measured] = await run([lag], async () => {
      await when();
      kill(part);
    });
    assert.deepEqual(measured!.skipped, []);
    const ended = new RegExp(`^${part} ended, signal 9 \\(SIGKILL\\), \\d+\\.\\d s into lag`);
    assert.equal(measured!.warnings.length, 1, JSON.stringify(measured!.warnings));
    assert.match(measured!.warnings[0]!.message, ended);
    const figures = (name: string) =>
      measured!.sections.replication!.find(({ replica }) => replica === name)!;
    assert.ok(figures(other).lagMs.samples > 100, JSON.stringify(figures(other).lagMs));
    assert.equal(figures(other).lagMs.why?.includes('not replayed') ?? false, false);
    assert.ok(figures(part).why, 'its figures say that they end');
    const { trust, verdict } = judged(measured!);
    assert.equal(trust.checks[0]!.ok, false);
    assert.match(trust.checks[0]!.why, ended);
    assert.equal(verdict.status, 'untrusted');
  });

test('the primary is killed: whatever the measure called it, that is the reason, and what follows is skipped for it', async () => {
  const another: Measure = { part: 'plans', needs: ['primary'], run: () => assert.fail('it has no primary') };
  const [measured, skipped] = await run([lag, another], async () => {
    await probing();
    kill('primary');
  });
  const ended = /primary ended, signal 9 \(SIGKILL\), \d+\.\d s into lag/;
  for (const text of [measured!.skipped[0]!.why, skipped!.skipped[0]!.why]) assert.match(text, ended);
  for (const { how } of [...measured!.skipped, ...skipped!.skipped])
    assert.doesNotMatch(how, /report it|psql/);
  assert.deepEqual(
    [measured!, skipped!].map(({ warnings }) => warnings.map(({ code }) => code)),
    [['part-ended', 'lag-failed'], []],
    'it is named once',
  );
});
