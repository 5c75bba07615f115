import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { seconds } from '../../config/units.ts';
import { connect } from '../../infra/topology/session.ts';
import { scratchSetting } from '../../test/scratch-setting.ts';
import { loadMeasure } from './load.ts';

const setting = await scratchSetting();
after(() => setting[Symbol.asyncDispose]());

test('a load that the connections certainly cannot serve is said before it starts, and named again when it falls behind', async () => {
  const measure = loadMeasure({
    ...{ scenario: 'storefront', via: 'primary', connections: 1, rate: 60_000, duration: seconds(0.1) },
  });
  const { load, warnings } = await measure.run({
    ...setting,
    budget: { ...setting.budget, loadWarmup: seconds(0) },
  });
  assert.deepEqual(warnings?.map(({ code }) => code).slice(0, 2), ['rate-above-pool', 'load-behind']);
  assert.match(warnings![0]!.message, /1 connections cannot serve 60000 requests a second: .* at most \d+\./);
  const [result] = load!;
  assert.ok(result!.ceilingRate! > 60_000, `${result!.ceilingRate}`);
  assert.equal(result!.requests + result!.dropped, Math.round(result!.offeredRate! / 10));
});

test('a load beyond the ceiling of the generator is said before it starts', async () => {
  const measure = loadMeasure({
    ...{ scenario: 'mixed', via: 'primary', connections: 2, rate: 50_000_000, duration: seconds(0.0002) },
  });
  const { warnings } = await measure.run({
    ...setting,
    budget: { ...setting.budget, loadWarmup: seconds(0) },
  });
  assert.equal(warnings?.[0]?.code, 'rate-above-ceiling');
});

test('a session scenario keeps its own rate, writes to a copy, and counts its sessions', async () => {
  const before = await orders();
  const measure = loadMeasure({
    ...{ scenario: 'shopping-session', via: 'primary', duration: seconds(3) },
  });
  const { load } = await measure.run({ ...setting, budget: { ...setting.budget, loadWarmup: seconds(3) } });
  const [result, ...more] = load!;
  assert.deepEqual(more, []);
  const { sessions, errors, statements } = result!;
  assert.deepEqual(errors, {});
  assert.ok(sessions && sessions.arrived > 30 && sessions.arrived < 95, JSON.stringify(sessions));
  assert.ok(statements.some(({ name, rows }) => name === 'orders/create' && rows > 0));
  const now = await orders();
  assert.deepEqual(now, before);
});

/** On a connection of its own: a copy ends those on its base. */
async function orders() {
  await using session = await connect(setting.scratch.url, 'olympus-test');
  return (await session.query('SELECT count(*) FROM core.orders')).rows;
}
