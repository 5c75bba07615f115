import { kthDifference } from './kth.ts';
import { normalProbability, normalQuantile } from './normal.ts';
import { ranks } from './ranks.ts';

/** Above this many samples together the normal approximation is used: its error is then below 0.001 in level and p. */
const exactUpTo = 100;

export interface RankSumShift {
  /** The median of all differences b - a. */
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The confidence really reached. */
  readonly level: number;
  readonly exact: boolean;
}

/**
 * By how much b lies above a, unpaired: the Hodges-Lehmann estimate with the interval of the rank-sum distribution
 * (Hollander and Wolfe, 4.2 and 4.3; the order statistics of R's wilcox.test). Null when the level cannot be reached.
 */
export function rankSumShift(a: readonly number[], b: readonly number[], level: number): RankSumShift | null {
  const [m, n] = [a.length, b.length];
  if (m === 0 || n === 0) return null;
  const exact = m + n <= exactUpTo;
  const k = exact ? exactTail(m, n, (1 - level) / 2) : normalTail(m, n, (1 - level) / 2);
  if (k.below < 1) return null;
  const [ascendingA, ascendingB] = [ascending(a), ascending(b)];
  const difference = (rank: number) => kthDifference(ascendingA, ascendingB, rank);
  const half = m * n;
  return {
    estimate: (difference(Math.floor((half + 1) / 2)) + difference(Math.floor(half / 2) + 1)) / 2,
    low: difference(k.below),
    high: difference(half + 1 - k.below),
    level: 1 - 2 * k.probability,
    exact,
  };
}

/** Mann and Whitney's U (pairs where b > a, ties one half) and its two-sided p, exact up to 100 samples, ties too. */
export function rankSumTest(
  a: readonly number[],
  b: readonly number[],
): { statistic: number; p: number; exact: boolean } {
  const [m, n] = [a.length, b.length];
  const ranked = ranks([...a, ...b]);
  const sum = ranked.slice(m).reduce((total, rank) => total + rank, 0);
  const statistic = sum - (n * (n + 1)) / 2;
  if (m + n > exactUpTo) return { statistic, p: normalP(statistic, m, n, ranked), exact: false };
  const counts = sumsOfSubsets(
    ranked.map((rank) => Math.round(rank * 2)),
    n,
  );
  const all = counts.reduce((total, count) => total + count, 0);
  const at = Math.round(sum * 2);
  let [less, greater] = [0, 0];
  counts.forEach((count, value) => {
    if (value <= at) less += count;
    if (value >= at) greater += count;
  });
  return { statistic, p: Math.min(1, (2 * Math.min(less, greater)) / all), exact: true };
}

/** How many subsets of the given size have each sum: the null distribution of the rank sum, times their number. */
function sumsOfSubsets(ranks: readonly number[], size: number): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const counts = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  counts[0]![0] = 1;
  ranks.forEach((rank, seen) => {
    for (let chosen = Math.min(size, seen + 1); chosen >= 1; chosen--) {
      const [to, from] = [counts[chosen]!, counts[chosen - 1]!];
      for (let sum = rank; sum <= total; sum++) to[sum]! += from[sum - rank]!;
    }
  });
  return counts[size]!;
}

/** The greatest k with P(U <= k - 1) <= tail. */
function exactTail(m: number, n: number, tail: number): { below: number; probability: number } {
  const counts = sumsOfSubsets(
    Array.from({ length: m + n }, (_, i) => i + 1),
    n,
  );
  const all = counts.reduce((total, count) => total + count, 0);
  const least = (n * (n + 1)) / 2;
  let [below, cumulative] = [0, 0];
  while (cumulative + counts[least + below]! / all <= tail) cumulative += counts[least + below++]! / all;
  return { below, probability: cumulative };
}

function normalTail(m: number, n: number, tail: number): { below: number; probability: number } {
  const deviation = Math.sqrt((m * n * (m + n + 1)) / 12);
  const below = Math.floor((m * n) / 2 + 0.5 + normalQuantile(tail) * deviation);
  return { below, probability: normalProbability((below - 0.5 - (m * n) / 2) / deviation) };
}

function normalP(statistic: number, m: number, n: number, ranks: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  const ties = [...sizes.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
  const variance = ((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1)));
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(statistic - (m * n) / 2) - 0.5);
  return Math.min(1, 2 * normalProbability(-distance / Math.sqrt(variance)));
}

const ascending = (values: readonly number[]) => Float64Array.from(values).sort();
