import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentilesOf, samplesNeeded } from './percentiles.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

test('a percentile of exact samples needs ten samples beyond it', () => {
  assert.deepEqual([0.5, 0.9, 0.99, 0.999].map(samplesNeeded), [20, 100, 1000, 10_000]);
  assert.equal(percentilesOf(upTo(999)).p99, null);
  assert.equal(percentilesOf(upTo(1000)).p99, 990);
  assert.equal(percentilesOf(upTo(19)).p50, null);
  assert.equal(percentilesOf(upTo(10_000)).why, undefined);
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
