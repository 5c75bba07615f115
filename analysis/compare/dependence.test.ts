import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocorrelation } from '../statistics/autocorrelation.ts';
import { seeded } from '../statistics/seeded.ts';
import { comparePairs, compareSamples } from './compare.ts';
import { compareOrdered, compareOrderedPairs } from './dependence.ts';

const judging = { higherIsBetter: false, level: undefined };

/** Log-normal values of 5 %, each resembling the one before by `rho` (AR(1), stationary). */
function series(random: () => number, rho: number, length: number, level = 1): number[] {
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let at = noise();
  return Array.from({ length }, () => {
    at = rho * at + Math.sqrt(1 - rho * rho) * noise();
    return level * Math.exp(0.05 * at);
  });
}

function regressions(
  rho: number,
  length: number,
  level: number,
  count: number,
  how = compareOrdered,
): number {
  const random = seeded(7);
  let found = 0;
  for (let i = 0; i < count; i++)
    if (
      how(series(random, rho, length), series(random, rho, length, level), judging).verdict === 'regression'
    )
      found++;
  return found;
}

test('equal processes whose values resemble their neighbours are no regression', () => {
  // Measured over 1,000 of 30 and 30 values: independent 0.8 %, 0.5: 0.9 %, 0.9: none. Taken for independent, 0.9 is called one in a fifth.
  for (const rho of [0, 0.5, 0.9]) assert.ok(regressions(rho, 16, 1, 25) <= 1, `${rho}`);
  assert.ok(regressions(0.9, 16, 1, 25, compareSamples) >= 3, 'the test has something to find');
});

test('independent values keep their power', () => {
  assert.ok(regressions(0, 16, 1.2, 15) >= 14);
});

test('too few blocks are no verdict, and it says what to give instead', () => {
  const random = seeded(3);
  const found = compareOrdered(series(random, 0.95, 30), series(random, 0.95, 30, 1.5), judging);
  assert.deepEqual([found.verdict, found.low, found.p], ['not independent', null, null]);
  assert.match(found.why, /autocorrelation 0\.\d+.*fewer than 6 independent blocks.*one value a run/);
});

test('long dependent series are compared in blocks, and a true difference is found there', () => {
  const random = seeded(9);
  const found = compareOrdered(series(random, 0.5, 300), series(random, 0.5, 300, 1.1), judging);
  assert.equal(found.verdict, 'regression');
  assert.match(found.why, /so blocks of \d+ were compared/);
  assert.deepEqual(found.samples, { a: 300, b: 300 });
});

test('one run is one sample: it is always said of unpaired values', () => {
  const random = seeded(2);
  const found = compareOrdered(series(random, 0, 30), series(random, 0, 30), judging);
  assert.match(found.why, /each value is a run of its own: the values of one run are one sample/);
});

test('pairs whose ratios drift are not independent either', () => {
  const random = seeded(4);
  const drift = series(random, 0.95, 30);
  const pairs = drift.map((ratio) => [1, ratio * 1.2] as const);
  assert.equal(compareOrderedPairs(pairs, judging).verdict, 'not independent');
  const free = series(random, 0, 30).map((ratio) => [1, ratio * 1.2] as const);
  assert.equal(compareOrderedPairs(free, judging).verdict, 'regression');
});

test('autocorrelation is near what made the series, and absent among independent and equal values', () => {
  const random = seeded(8);
  const found = autocorrelation([series(random, 0.6, 2000)])!;
  assert.ok(Math.abs(found.estimate - 0.6) < 0.06 && found.p < 1e-6, JSON.stringify(found));
  assert.ok(autocorrelation([series(random, 0, 2000)])!.p > 0.001);
  assert.equal(autocorrelation([[1, 1, 1, 1, 1, 1, 1, 1, 1]]), null);
  assert.equal(autocorrelation([[1, 2, 3]]), null);
});

test('autocorrelation by hand: of one series, of two together, and never above what a block can reach', () => {
  const one = [3, 1, 4, 1.5, 5, 9, 2, 6, 5.3, 5.8, 9.7, 9.3];
  const of = (...series: number[][]) => {
    const { estimate, p } = autocorrelation(series)!;
    return [estimate.toFixed(3), p.toFixed(3)];
  };
  // by a separate computation: ranks, sums of products of neighbours, Kendall's correction
  assert.deepEqual(of(one), ['0.514', '0.091']);
  assert.deepEqual(of(one, [1, 2, 3, 10, 9, 8, 4, 5, 6, 7]), ['0.619', '0.017']);
  assert.deepEqual(of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])[0], '0.990');
  assert.equal(autocorrelation([[1, 2, 3, 4, 5, 6, 7]]), null);
  assert.notEqual(autocorrelation([[1, 2, 3, 4, 5, 6, 8, 7]]), null);
});

/** Means of as many neighbours as the reason says, what is left over left out at the beginning. */
function blocks(values: readonly number[], why: string): number[] {
  const length = Number(/blocks of (\d+) were compared/.exec(why)![1]);
  const from = values.length % length;
  return Array.from({ length: Math.floor(values.length / length) }, (_, i) => {
    const logs = values.slice(from + i * length, from + (i + 1) * length).map(Math.log);
    return Math.exp(logs.reduce((sum, log) => sum + log) / length);
  });
}

test('blocks are the means of their own values: what they say is what the same means say by themselves', () => {
  const random = seeded(9);
  const [a, b] = [series(random, 0.5, 290), series(random, 0.5, 311, 1.1)];
  const found = compareOrdered(a, b, judging);
  const alone = compareSamples(blocks(a, found.why), blocks(b, found.why), judging);
  for (const key of ['estimate', 'low', 'high', 'p'] as const)
    assert.ok(Math.abs(found[key]! - alone[key]!) < 1e-9, key);
  assert.equal(found.verdict, alone.verdict);
  const pairs = a.map((value, i) => [value, b[i]! * 1.02] as const);
  const paired = compareOrderedPairs(pairs, judging);
  const ratios = blocks(
    pairs.map(([x, y]) => y / x),
    paired.why,
  );
  const means = comparePairs(
    ratios.map((ratio) => [1, ratio] as const),
    judging,
  );
  for (const key of ['estimate', 'low', 'high', 'p'] as const)
    assert.ok(Math.abs(paired[key]! - means[key]!) < 1e-9, key);
  assert.deepEqual([paired.pairs, paired.samples], [290, { a: 290, b: 290 }]);
});

test('six blocks of the shorter side are enough, five are not', () => {
  const long = series(seeded(14), 0.9, 600);
  const seen = new Set<number>();
  for (let count = 120; count <= 220; count += 5) {
    const { verdict, why } = compareOrdered(long, long.slice(0, count), judging);
    const blocks = Math.floor(count / Number(/blocks of (\d+)/.exec(why)![1]));
    assert.equal(verdict === 'not independent', blocks < 6, `${count}: ${verdict}, ${why}`);
    seen.add(blocks);
  }
  assert.ok(seen.has(5) && seen.has(6), [...seen].join());
});

test('few values cannot show that they depend, and that is said; many are told what they must be', () => {
  const random = seeded(2);
  const few = compareOrdered(series(random, 0, 12), series(random, 0, 40), judging).why;
  assert.match(few, /one sample, and fewer than 20 cannot show whether they are$/);
  assert.match(compareOrdered(series(random, 0, 20), series(random, 0, 40), judging).why, /one sample$/);
  const pairs = series(random, 0, 19).map((ratio) => [1, ratio] as const);
  assert.match(
    compareOrderedPairs(pairs, judging).why,
    /each pair is a run or slot of its own.*fewer than 20/,
  );
});
