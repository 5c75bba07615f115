import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, samplesToSettle, within } from './bounds.ts';
import { lagBounds } from './doubts.ts';
import type { LoadFacts } from './facts.ts';
import { thresholds } from './thresholds.ts';

const exact = (value: number, half: number) => ({ low: value - half, high: value + half });
const lag = {
  ...{ p50: 100, p90: 300, p99: 500, p999: null, max: 700, samples: 1000 },
  intervals: { p50: exact(100, 2), p90: exact(300, 2), p99: exact(500, 2), p999: { low: 600, high: null } },
};

test('the largest bounds a p99 from above once 368 samples are there, and not before', () => {
  const of = (samples: number) => boundsOf({ max: 9, samples }, 'p99').high;
  assert.deepEqual([0, 367, 368, 5000].map(of), [null, null, 9, 9]);
});

test('a limit is missed by what lies wholly beyond it; what reaches to it is open', () => {
  assert.equal(within({ low: 5, high: 9 }, 5), null);
  assert.equal(within({ low: 5.1, high: 9 }, 5), false);
  assert.equal(within({ low: 2, high: 5 }, 5), true);
  assert.equal(within({ low: 2, high: null }, 5), null);
  assert.equal(within({ low: null, high: 9 }, 5), null);
});

test('the error of the probe widens a lag both ways, never below nothing', () => {
  assert.deepEqual(lagBounds(lag, 'p99', 10, 0), { low: 488, high: 512 });
  assert.deepEqual(lagBounds(lag, 'p50', 400, 0), { low: 0, high: 502 });
  assert.deepEqual(lagBounds(lag, 'p99', null, 0), { low: 498, high: null });
});

test('beside others only the middle bounds a lag from below, by what it would be without them', () => {
  assert.deepEqual(lagBounds(lag, 'p99', 10, 0.5), { low: 98 * 0.5 - 10, high: 512 });
});

const percentiles = (value: number) => ({
  ...{ p50: value, p90: 2 * value, p99: 3 * value, max: 4 * value, samples: 20_000 },
});
const load: LoadFacts = {
  ...{ scenario: 's', model: 'open', offeredRate: 100, achievedRate: 100, seconds: 30, requests: 3000 },
  ...{ dropped: 0, errors: {}, responseMs: percentiles(10), serviceMs: percentiles(2) },
  startLagMs: { p99: 9, max: 9, samples: 3000 }, // the generator was late
  ...{ ceilingRate: 9000, clientCpuShare: 0.1, series: [] },
};
const lowOf = (source: string, limit: number) =>
  thresholds(
    { ...load, thresholds: [{ source, value: 99, limit, ok: false }] },
    { environment: { host: {} } },
  )[0]!.low;

test('late starts take a threshold of the response down to the service time, and leave one of the service time', () => {
  assert.equal(lowOf('olympus_response p(99)<5', 5), 6);
  assert.equal(lowOf('olympus_response p(99)<25', 25), undefined, 'the generator may be why');
  assert.equal(lowOf('olympus_service p(99)<5', 5), 6);
  assert.equal(lowOf('olympus_service p(99)<6', 6), undefined, 'it reaches to the limit');
});

test('a percentile of the script is no shorter than the nearest of ours that is not above it', () => {
  assert.equal(lowOf('olympus_service p(50)<1', 1), 2);
  assert.equal(lowOf('olympus_service p(95)<1', 1), 4);
  assert.equal(lowOf('olympus_service max<1', 1), 8);
  assert.equal(lowOf('olympus_service med<1', 1), 2);
  assert.equal(lowOf('olympus_service p(49)<1', 1), undefined);
  assert.equal(lowOf('olympus_service avg<1', 1), undefined);
});

test('of few samples fifty times what a p99 needs is still a reasonable run; of many, fifty times as many', () => {
  const settle = (samples: number, low: number) =>
    samplesToSettle({ low, high: low + 40 }, 100, { samples, level: 'p99' });
  assert.equal(settle(100, 95), 6400);
  assert.equal(settle(100, 98), 40_000);
  assert.equal(settle(100, 98.5), null, '71,000 are more than fifty times 1,000');
  assert.equal(settle(10_000, 90), 160_000);
  assert.equal(settle(10_000, 94), 444_445);
  assert.equal(settle(10_000, 95), null, '640,000 are more than fifty times 10,000');
});

test('an interval that is open on one side needs what bounds it; the largest of all needs no more than one', () => {
  const settle = (samples: number, level: 'p99' | 'max') =>
    samplesToSettle({ low: 98, high: null }, 100, { samples, level });
  assert.equal(settle(100, 'p99'), 1000);
  assert.equal(settle(2000, 'p99'), null, 'there were enough, and it is not bounded for another reason');
  assert.equal(samplesToSettle({ low: null, high: 130 }, 100, { samples: 100, level: 'p99' }), 1000);
});
