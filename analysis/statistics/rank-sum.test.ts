import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hodgesLehmann } from './hodges-lehmann.ts';
import { kthDifference, kthWalshAverage } from './kth.ts';
import { normalProbability, normalQuantile } from './normal.ts';
import { rankSumShift, rankSumTest } from './rank-sum.ts';
import { seeded } from './seeded.ts';
import { signedRankTest } from './signed-rank.ts';
import { largeSignedRank } from './signed-rank-large.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

// Hollander and Wolfe, Nonparametric Statistical Methods, table 4.1: permeability of the human chorioamnion at term and
// between 12 and 26 weeks; the example of R's wilcox.test.
const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
const early = [1.15, 0.88, 0.9, 0.74, 1.21];

test("Hollander and Wolfe's permeability data: W = 35, one-sided p = 0.1272, as R's documentation prints", () => {
  const { statistic, p, exact } = rankSumTest(early, term);
  assert.deepEqual([statistic, exact], [35, true]);
  near(p / 2, 0.1272, 5e-5);
});

test("Hollander and Wolfe's permeability data: estimate 0.305, interval -0.15 to 0.76 (their example 4.3)", () => {
  const shift = rankSumShift(early, term, 0.95)!;
  near(shift.estimate, 0.305, 1e-9);
  near(shift.low, -0.15, 1e-9);
  near(shift.high, 0.76, 1e-9);
  // Their table A.6: P(W >= 55 - 15 + ...) leaves 0.020 on each side for 10 and 5.
  near(shift.level, 0.96, 5e-4);
});

test('the exact p is what counting all arrangements gives, with ties too', () => {
  const a = [1, 2, 2, 5];
  const b = [2, 3, 5];
  const all = [...a, ...b];
  const u = (chosen: number[]) => {
    const rest = all.filter((_, i) => !chosen.includes(i));
    return chosen
      .flatMap((i) => rest.map((x) => (all[i]! > x ? 1 : all[i] === x ? 0.5 : 0)))
      .reduce<number>((sum, win) => sum + win, 0);
  };
  const observed = u([4, 5, 6]);
  const arrangements: number[] = [];
  for (let i = 0; i < 7; i++)
    for (let j = i + 1; j < 7; j++) for (let k = j + 1; k < 7; k++) arrangements.push(u([i, j, k]));
  const share = (keep: (v: number) => boolean) => arrangements.filter(keep).length / arrangements.length;
  const expected = Math.min(
    1,
    2 *
      Math.min(
        share((v) => v <= observed),
        share((v) => v >= observed),
      ),
  );
  const found = rankSumTest(a, b);
  assert.equal(found.statistic, observed);
  near(found.p, expected, 1e-12);
});

test('the k-th difference is the one that sorting all of them gives', () => {
  const random = seeded(4);
  const a = Float64Array.from({ length: 23 }, random).sort();
  const b = Float64Array.from({ length: 17 }, () => random() * 2).sort();
  const sorted = [...b].flatMap((y) => [...a].map((x) => y - x)).sort((x, y) => x - y);
  for (const k of [1, 2, 100, 195, 196, 390, 391]) near(kthDifference(a, b, k), sorted[k - 1]!, 1e-15);
});

test('the k-th Walsh average is the one that sorting all of them gives', () => {
  const random = seeded(5);
  const d = Float64Array.from({ length: 21 }, () => random() - 0.5).sort();
  const sorted = [...d].flatMap((x, i) => [...d.slice(i)].map((y) => (x + y) / 2)).sort((x, y) => x - y);
  for (const k of [1, 2, 57, 115, 230, 231]) near(kthWalshAverage(d, k), sorted[k - 1]!, 1e-15);
});

test('above 100 samples the normal approximation continues what is exact below', () => {
  const random = seeded(9);
  const a = Array.from({ length: 50 }, random);
  const b = Array.from({ length: 50 }, () => random() + 0.1);
  const exact = rankSumShift(a, b, 0.98)!;
  const approximate = rankSumShift(a, [...b, 0.55], 0.98)!;
  assert.deepEqual([exact.exact, approximate.exact], [true, false]);
  near(approximate.level, exact.level, 0.002);
  near(approximate.low, exact.low, 0.02);
  near(rankSumTest(a, [...b, 0.55]).p, rankSumTest(a, b).p, 0.02);
});

test('ten thousand samples a side are answered, and equal samples do not differ', () => {
  const random = seeded(2);
  const a = Array.from({ length: 10_000 }, random);
  const b = a.map((x) => x + 0.25);
  near(rankSumShift(a, b, 0.98)!.estimate, 0.25, 0.005);
  near(rankSumTest(a, [...a]).p, 1, 1e-6);
  assert.equal(rankSumTest([3, 3, 3], [3, 3]).p, 1);
});

test('a level that the samples cannot reach is not claimed', () => {
  assert.equal(rankSumShift([1, 2], [3, 4], 0.95), null);
  assert.equal(rankSumShift([], [3], 0.95), null);
  assert.ok(rankSumShift([1, 2, 3, 4], [3, 4, 5, 6], 0.95));
});

test('the interval covers the truth as often as it says', () => {
  const random = seeded(11);
  let covered = 0;
  for (let round = 0; round < 1000; round++) {
    const shift = rankSumShift(
      Array.from({ length: 10 }, random),
      Array.from({ length: 12 }, () => random() + 0.3),
      0.95,
    )!;
    if (shift.low <= 0.3 && 0.3 <= shift.high) covered++;
  }
  near(covered / 1000, 0.957, 0.02); // 10 and 12 samples reach 95.7 %; 3 standard errors are 1.9 %
});

test('the normal distribution at its tabled points', () => {
  // Abramowitz and Stegun, table 26.1.
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.8413447461],
    [1.96, 0.9750021049],
    [-3, 0.0013498980316],
    [-6, 9.865876450376946e-10],
  ] as const)
    near(normalProbability(z) / p, 1, 3e-7);
  near(normalQuantile(0.975), 1.959963985, 1e-5);
  near(normalQuantile(0.005), -2.575829304, 1e-5);
});

test('equal seeds give equal numbers, even and in [0, 1)', () => {
  const [a, b, c] = [seeded(1), seeded(1), seeded(2)].map((random) => Array.from({ length: 10_000 }, random));
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, c);
  assert.ok(a!.every((x) => x >= 0 && x < 1));
  for (let tenth = 0; tenth < 10; tenth++)
    near(a!.filter((x) => Math.floor(x * 10) === tenth).length, 1000, 120); // 4 standard deviations
});

test('many pairs by the normal approximation agree with the exact signed-rank interval and p', () => {
  const random = seeded(12);
  const differences = Array.from({ length: 120 }, () => random() - 0.44);
  const exact = hodgesLehmann(differences, 0.98);
  const large = largeSignedRank(differences, 0.98);
  assert.ok(exact.kind === 'interval');
  near(large.estimate, exact.estimate, 1e-12);
  near(large.low, exact.low, 0.002);
  near(large.high, exact.high, 0.002);
  near(large.level, exact.level, 5e-4);
  near(large.p, signedRankTest(differences).p, 1e-3);
});
