import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hodgesLehmann, pairsNeeded, ratioOfPairs } from './hodges-lehmann.ts';
import { holm } from './holm.ts';
import { median, quantile } from './quantile.ts';
import {
  integers,
  nullDistribution,
  signedRank,
  signedRankProbability,
  signedRankTest,
} from './signed-rank.ts';
import { sorted } from './sorted.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

// Hollander and Wolfe, Nonparametric Statistical Methods, table 3.1 (Salsburg 1970): the Hamilton depression scale of
// nine patients before and after a therapy; the example of R's wilcox.test.
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const fall = before.map((x, i) => x - after[i]!);

test("Hollander and Wolfe's depression data: V = 40, p = 0.01953, as R's documentation prints", () => {
  const { statistic, pairs, p } = signedRankTest(fall, 'greater');
  assert.deepEqual([statistic, pairs], [40, 9]);
  near(p, 0.01953, 5e-6);
  near(signedRankTest(fall).p, 0.03906, 5e-6);
});

test("Hollander and Wolfe's depression data: estimate 0.46, interval 0.010 to 0.786 at 96.1 %", () => {
  const shift = hodgesLehmann(fall, 0.95);
  assert.ok(shift.kind === 'interval');
  near(shift.estimate, 0.46, 1e-9);
  near(shift.low, 0.01, 1e-9);
  near(shift.high, 0.786, 5e-4);
  near(shift.level, 0.961, 5e-4);
});

test('the null distribution has the published critical values (Wilcoxon and Wilcox 1964, two-sided 5 %)', () => {
  const critical = { 6: 0, 7: 2, 8: 3, 9: 5, 10: 8, 11: 10, 12: 13, 13: 17, 14: 21, 15: 25, 20: 52, 25: 89 };
  for (const [pairs, v] of Object.entries(critical)) {
    assert.ok(signedRankProbability(v, Number(pairs)) <= 0.025, `${pairs}: ${v}`);
    assert.ok(signedRankProbability(v + 1, Number(pairs)) > 0.025, `${pairs}: ${v + 1}`);
  }
});

test('the null distribution is what counting all signs gives, with ties too', () => {
  for (const ranks of [integers(7), [1.5, 1.5, 3, 5, 5, 5, 7]]) {
    const cumulative = nullDistribution(ranks);
    const sums = Array.from({ length: 2 ** ranks.length }, (_, signs) =>
      ranks.reduce((sum, rank, i) => sum + ((signs >> i) & 1) * rank, 0),
    );
    for (let v = 0; v <= 28; v++)
      near(cumulative[2 * v]!, sums.filter((sum) => sum <= v).length / sums.length, 1e-12);
  }
});

test('sixty pairs are exact: symmetric and whole', () => {
  const cumulative = nullDistribution(integers(60));
  assert.equal(cumulative.length, 60 * 61 + 1);
  near(cumulative[cumulative.length - 1]!, 1, 1e-12);
  near(cumulative[2 * 914]!, 1 - cumulative[2 * 915]!, 1e-12);
});

test('zeros are dropped and ties share their rank', () => {
  const { statistic, pairs, ranks } = signedRank([0, 2, -2, 1, 4]);
  assert.deepEqual([statistic, pairs, ranks], [1 + 2.5 + 4, 4, [1, 2.5, 2.5, 4]]);
  assert.equal(signedRankTest([0, 0]).p, 1);
});

test('an interval at 95 % needs 6 pairs, at 99 % 8, and says so', () => {
  assert.deepEqual([pairsNeeded(0.95), pairsNeeded(0.99)], [6, 8]);
  const five = hodgesLehmann([1, 2, 3, 4, 5], 0.95);
  assert.deepEqual(five, { kind: 'not-enough-pairs', estimate: 3, pairs: 5, needed: 6 });
  assert.deepEqual(hodgesLehmann([], 0.95), {
    kind: 'not-enough-pairs',
    estimate: null,
    pairs: 0,
    needed: 6,
  });
  const six = hodgesLehmann([1, 2, 3, 4, 5, 6], 0.95);
  assert.ok(six.kind === 'interval');
  assert.deepEqual([six.low, six.high, six.level], [1, 6, 1 - 2 / 64]);
});

test('the interval covers the truth as often as it says', () => {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let covered = 0;
  const rounds = 2000;
  for (let round = 0; round < rounds; round++) {
    const shift = hodgesLehmann(
      Array.from({ length: 12 }, () => uniform() - uniform() + 0.3),
      0.95,
    );
    if (shift.kind === 'interval' && shift.low <= 0.3 && 0.3 <= shift.high) covered++;
  }
  near(covered / rounds, 0.9575, 0.015); // 12 pairs reach 95.75 %; 3 standard errors are 1.4 %
});

test('a ratio is the same whichever way it is asked', () => {
  const pairs = [1, 2, 3, 4, 5, 6, 7].map((x) => [x, x * 2 + (x % 3) / 10] as const);
  const forth = ratioOfPairs(pairs, 0.95);
  const back = ratioOfPairs(
    pairs.map(([a, b]) => [b, a] as const),
    0.95,
  );
  assert.ok(forth.kind === 'interval' && back.kind === 'interval');
  near(forth.estimate * back.estimate, 1, 1e-12);
  near(forth.low * back.high, 1, 1e-12);
  assert.ok(forth.low >= 2 && forth.high < 2.2);
});

test("NIST's example of percentiles (e-Handbook 7.2.6.2): 95.1957 by this method", () => {
  const samples = sorted([
    95.1772, 95.1567, 95.1937, 95.1959, 95.1442, 95.061, 95.1591, 95.1195, 95.1065, 95.0925, 95.199, 95.1682,
  ])!;
  near(quantile(samples, 0.9), 95.1957, 5e-5);
});

test('quantiles reach the ends, and a median needs a sample', () => {
  const samples = sorted([3, 1, 2])!;
  assert.deepEqual([quantile(samples, 0), quantile(samples, 0.5), quantile(samples, 1)], [1, 2, 3]);
  assert.equal(median([4, 1]), 2.5);
  assert.equal(median([]), null);
  assert.equal(sorted([]), null);
  assert.throws(() => sorted([1, Number.NaN]), RangeError);
  assert.throws(() => quantile(samples, 1.1), RangeError);
});

test("Holm's step-down (the example of Wikipedia's Holm-Bonferroni article): two of four hold at 5 %", () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, p] of [0.03, 0.06, 0.06, 0.02].entries()) near(adjusted[i]!, p, 1e-12);
  assert.deepEqual(holm([]), []);
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
});
