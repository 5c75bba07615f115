import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'hdr-histogram-js';
import { shareAbove } from '../histogram/share-above.ts';
import { seeded } from '../statistics/seeded.ts';
import { capacityObjectives } from '../verdict/capacity.ts';
import { shareDemand, whatIf } from './demand.ts';
import { daysUntil, paceOf } from './forecast.ts';
import { growth } from './growth.ts';
import { saturation } from './saturation.ts';
import { findMaximum } from './search.ts';
import { judgeStep } from './step.ts';

const outcome = (ok: boolean) => ({ ok, why: ok ? 'kept up' : 'too slow' });

/** A server that keeps up to `limit`; within `band` of it chance decides. */
const server = (limit: number, band = 0, random = () => 0.5) => {
  const asked: number[] = [];
  return {
    asked,
    async probe(rate: number) {
      asked.push(rate);
      return outcome(rate * (1 + band * (2 * random() - 1)) <= limit);
    },
  };
};

test('the maximum is found within 3 % in at most 10 probes, wherever the search begins within a factor of two', async () => {
  for (const limit of [90, 1234, 40_000])
    for (const share of [0.5, 0.7, 1, 1.4, 1.9]) {
      const { probe, asked } = server(limit);
      const found = await findMaximum(probe, { start: share * limit, ceiling: 1e9 });
      assert.ok(asked.length <= 10, `${asked.length} probes`);
      assert.ok(Math.abs(found.rate! / limit - 1) <= 0.03, `${found.rate} for ${limit} from ${share}`);
      assert.ok(found.low <= limit * 1.01 && limit <= found.high! * 1.01, `${found.low} ${found.high}`);
    }
});

test('where chance decides probes near the limit, the interval holds it as often as it says', async () => {
  const random = seeded(3);
  const runs = 300;
  let held = 0;
  const errors: number[] = [];
  for (let i = 0; i < runs; i++) {
    const { probe } = server(1000, 0.05, random);
    const { rate, low, high } = await findMaximum(probe, { start: 700, ceiling: 1e9 });
    if (low <= 1000 && (high === null || high >= 1000)) held++;
    errors.push(Math.abs(rate! / 1000 - 1));
  }
  assert.ok(held >= 0.9 * runs, `${held} of ${runs}`);
  const typical = errors.sort((a, b) => a - b)[runs >> 1]!;
  assert.ok(typical <= 0.03, `${typical}`);
});

test('a server faster than the generator has no upper bound, and one that never keeps up no rate', async () => {
  const fast = await findMaximum(server(1e6).probe, { start: 500, ceiling: 1500 });
  assert.deepEqual([fast.rate, fast.high], [1500, null]);
  assert.match(fast.why, /ceiling/);
  const dead = await findMaximum(server(0).probe, { start: 500, ceiling: 1500 });
  assert.equal(dead.rate, null);
  assert.match(dead.why, /too slow/);
});

const good = {
  offeredRate: 100,
  achievedRate: 100,
  requests: 1000,
  errorShare: 0,
  slowShare: 0.005,
  medians: [2, 2, 2, 2, 2, 2],
};

test('a step fails for slow responses, errors, a rate not reached, too few requests or a growing backlog', () => {
  const slo = { p99Ms: 100 };
  assert.equal(judgeStep(good, slo).ok, true);
  const broken = {
    slow: { slowShare: 0.011 },
    failed: { errorShare: 0.002 },
    achieved: { achievedRate: 97.9 },
    needed: { requests: 299 },
    backlog: { medians: [2, 2, 12, 22, 32, 42] },
  };
  const words = {
    slow: /longer than 100 ms/,
    failed: /failed/,
    achieved: /achieved/,
    needed: /needed/,
    backlog: /backlog/,
  };
  for (const [name, change] of Object.entries(broken)) {
    const { ok, why } = judgeStep({ ...good, ...change }, slo);
    assert.equal(ok, false, name);
    assert.match(why, words[name as keyof typeof words]);
  }
});

test('the share above a limit is that of the samples', () => {
  const histogram = build({
    numberOfSignificantValueDigits: 3,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 1e12,
  });
  for (let ms = 1; ms <= 1000; ms++) histogram.recordValue(ms * 1e6);
  assert.ok(Math.abs(shareAbove(histogram, 900) - 0.1) < 0.002);
  assert.equal(shareAbove(histogram, 2000), 0);
  assert.equal(shareAbove(null, 1), 0);
});

test('growth is the slope on log-log axes; one odd size does not bend it, and a change of plan is told', () => {
  const at = (size: number, buffers: number, shape = 'index') => ({ size, buffers, shape });
  const linear = growth([at(1000, 10), at(2000, 20), at(4000, 40), at(8000, 80)]);
  assert.ok(Math.abs(linear.exponent! - 1) < 1e-9);
  assert.deepEqual([linear.word, linear.atTenfold], ['with the data', 800]);
  const constant = growth([at(500, 4), at(1000, 4), at(2000, 4), at(4000, 4), at(8000, 40)]);
  assert.equal(constant.word, 'constant');
  assert.ok(constant.high! > 3);
  const cliff = growth([at(1000, 4), at(2000, 4), at(4000, 400, 'seq'), at(8000, 800, 'seq')]);
  assert.deepEqual(cliff.cliffs, [{ from: 2000, to: 4000 }]);
  assert.equal(cliff.atTenfold, 8000, "the last plan's own slope goes on");
  assert.deepEqual([growth([at(1000, 4), at(2000, 4)]).exponent, growth([]).word], [null, 'unknown']);
});

test('the day on which a disk is full is a range, and a pace of zero never fills it', () => {
  assert.deepEqual(daysUntil(100, 200, { low: 5, high: 10 }), {
    limit: 200,
    earliestDays: 10,
    latestDays: 20,
  });
  assert.deepEqual(daysUntil(100, 200, { low: 0, high: 0 }), {
    limit: 200,
    earliestDays: null,
    latestDays: null,
  });
  assert.deepEqual(daysUntil(300, 200, { low: 1, high: 1 }), { limit: 200, earliestDays: 0, latestDays: 0 });
  const { mean, low, high } = paceOf([8, 10, 12]);
  assert.equal(mean, 10);
  assert.ok(low < 10 && high > 10 && Math.abs(high - low - (4 * 2) / Math.sqrt(3)) < 1e-9);
  assert.deepEqual(paceOf([7]), { mean: 7, low: 7, high: 7 });
  const shrinking = paceOf([-9, 1, -7, -3]);
  assert.ok(shrinking.low < shrinking.mean && shrinking.mean < 0 && shrinking.mean < shrinking.high);
  assert.equal(daysUntil(0, 100, { low: -2, high: 4 }).latestDays, null);
});

test('the utilisation law bounds the rate of a mix, and an unknown statement has no bound', () => {
  const demands = shareDemand(3000, [
    { statement: 'a', calls: 1000, executionMs: 1000 },
    { statement: 'b', calls: 100, executionMs: 2000 },
  ]);
  assert.deepEqual(demands, [
    { statement: 'a', cpuMs: 1 },
    { statement: 'b', cpuMs: 20 },
  ]);
  assert.equal(whatIf(demands, { a: 1 }, 2).rate, 2000);
  assert.equal(whatIf(demands, { a: 3, b: 1 }, 2).cpuMsPerRequest, 23 / 4);
  assert.deepEqual(whatIf(demands, { a: 1, c: 1 }, 2), { rate: null, cpuMsPerRequest: null, unknown: ['c'] });
});

test('full cores come before waits, waits before the queue at the pool, and stolen time is named', () => {
  const calm = {
    busyPct: 40,
    stealPct: 0,
    generatorCores: 0.2,
    serverCores: 0.6,
    cores: 2,
    poolWaiting: 12,
    waits: [{ event: 'Lock:transactionid', pct: 60 }],
  };
  assert.equal(saturation(calm).resource, 'locks');
  assert.equal(saturation({ ...calm, waits: [{ event: 'LWLock:WALWrite', pct: 60 }] }).resource, 'WAL');
  assert.equal(saturation({ ...calm, waits: [{ event: 'IO:DataFileRead', pct: 60 }] }).resource, 'I/O');
  assert.equal(saturation({ ...calm, waits: [{ event: 'CPU', pct: 90 }] }).resource, 'pool');
  assert.equal(saturation({ ...calm, waits: [], poolWaiting: 0 }).resource, 'unknown');
  const full = saturation({ ...calm, busyPct: 95 });
  assert.equal(full.resource, 'CPU');
  assert.match(full.why, /the server took 0\.60 of 2 cores, the load generator beside it 0\.20/);
  assert.equal(saturation({ ...calm, busyPct: 80, stealPct: 15 }).resource, 'hypervisor');
  assert.equal(saturation({ ...calm, busyPct: 99, othersCores: 0.7, cores: 2 }).resource, 'other programs');
  assert.notEqual(
    saturation({ ...calm, busyPct: 99, othersCores: 0.1, cores: 2 }).resource,
    'other programs',
  );
  assert.equal(saturation({ ...calm, busyPct: 95, generatorCores: 1.2 }).resource, 'load generator');
});

test('a maximum that was not found and a resource used beyond its limit are objectives missed', () => {
  const row = { resource: 'disk', unit: 'bytes', why: 'grows' };
  const missed = capacityObjectives({
    maximum: { rate: null, low: 0, why: 'no rate passed' },
    headroom: [
      { ...row, used: 11, limit: 10 },
      { ...row, used: null, limit: 10 },
    ],
  });
  assert.deepEqual(
    missed.map(({ ok }) => ok),
    [false, false],
  );
  const met = capacityObjectives({
    maximum: { rate: 700, low: 690, why: '' },
    headroom: [{ ...row, used: 9, limit: 10 }],
  });
  assert.ok(met.every(({ ok }) => ok));
  assert.deepEqual(capacityObjectives(undefined), []);
});
