import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentilesOf } from './percentiles.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

test('a percentile of exact samples needs as many as one of a histogram: p99 10,000, p99.9 100,000', () => {
  assert.equal(percentilesOf(upTo(9_999)).p99, null);
  assert.equal(percentilesOf(upTo(10_000)).p99, 9_900);
  assert.equal(percentilesOf(upTo(99_999)).p999, null);
  assert.equal(percentilesOf(upTo(100_000)).p999, 99_900);
  assert.equal(percentilesOf(upTo(99)).p90, null);
  assert.equal(percentilesOf(upTo(19)).p50, null);
  assert.equal(percentilesOf(upTo(100_000)).why, undefined);
  assert.match(percentilesOf(upTo(900)).why!, /there are 900, p99 needs 10000, p99\.9 needs 100000/);
});

test('samples that had not ended lie above all others and take the maximum away', () => {
  const result = percentilesOf(upTo(95), 5);
  assert.equal(result.p50, 50);
  assert.equal(result.p90, 90);
  assert.equal(result.max, null);
  assert.match(result.why!, /5 of 100 had not ended/);
});

test('no samples give no percentiles', () => {
  assert.deepEqual([percentilesOf([]).p50, percentilesOf([]).max], [null, null]);
});
