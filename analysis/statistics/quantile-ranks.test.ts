import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantileRanks, samplesThatBound } from './quantile-ranks.ts';
import { seeded } from './seeded.ts';

test('the ranks are those of tables of distribution-free intervals', () => {
  assert.deepEqual(quantileRanks(0.5, 10), { low: 2, high: 9 }); // Hahn and Meeker, table A.15
  assert.deepEqual(quantileRanks(0.5, 20), { low: 6, high: 15 });
  assert.deepEqual(quantileRanks(0.5, 5), { low: null, high: null });
  assert.deepEqual(quantileRanks(0.99, 0), { low: null, high: null });
});

test('the largest of n bounds a quantile from above from the n on at which it mostly lies below', () => {
  assert.deepEqual([0.5, 0.9, 0.99, 0.999].map(samplesThatBound), [6, 36, 368, 3688]);
  for (const q of [0.5, 0.9, 0.99, 0.999]) {
    const n = samplesThatBound(q);
    assert.equal(quantileRanks(q, n - 1).high, null);
    assert.equal(quantileRanks(q, n).high, n);
  }
});

test('exact and normal ranks join without a step', () => {
  for (const [q, n] of [
    [0.9, 278],
    [0.99, 2526],
  ] as const) {
    const [exact, normal] = [quantileRanks(q, n - 1), quantileRanks(q, n)];
    assert.ok(Math.abs(exact.low! - normal.low!) <= 4 && Math.abs(exact.high! - normal.high!) <= 4);
    assert.ok(normal.low! <= exact.low! + 1 && normal.high! >= exact.high!);
  }
});

test('the interval holds the quantile in at least 95 of 100 draws, and is not much wider than that', () => {
  for (const [q, n] of [
    [0.5, 60],
    [0.9, 200],
    [0.9, 1000],
    [0.99, 800],
  ] as const) {
    const random = seeded(7);
    let held = 0;
    for (let draw = 0; draw < 2000; draw++) {
      const samples = Float64Array.from({ length: n }, random).sort();
      const { low, high } = quantileRanks(q, n);
      if (samples[low! - 1]! <= q && q <= (high === null ? 1 : samples[high - 1]!)) held++;
    }
    assert.ok(held / 2000 > 0.94 && held / 2000 < 0.995, `${q} of ${n}: ${held}`);
  }
});
