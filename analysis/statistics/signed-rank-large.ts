import { kthWalshAverage } from './kth.ts';
import { normalProbability, normalQuantile } from './normal.ts';
import { signedRank } from './signed-rank.ts';

/**
 * Hodges-Lehmann's estimate, interval and two-sided p of many paired differences (some dozens at least) by the normal
 * approximation of the signed-rank statistic, with continuity and ties (Hollander and Wolfe, 3.1 to 3.3): the exact
 * distribution takes the cube of the number of pairs.
 */
export function largeSignedRank(
  differences: readonly number[],
  level: number,
): { estimate: number; low: number; high: number; level: number; p: number } {
  const n = differences.length;
  const ascending = Float64Array.from(differences).sort();
  const averages = (n * (n + 1)) / 2;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  const k = Math.max(1, Math.floor(averages / 2 + 0.5 + normalQuantile((1 - level) / 2) * deviation));
  const average = (rank: number) => kthWalshAverage(ascending, rank);
  return {
    estimate: (average(Math.floor((averages + 1) / 2)) + average(Math.floor(averages / 2) + 1)) / 2,
    low: average(k),
    high: average(averages + 1 - k),
    level: 1 - 2 * normalProbability((k - 0.5 - averages / 2) / deviation),
    p: probability(differences),
  };
}

function probability(differences: readonly number[]): number {
  const { statistic, pairs, ranks } = signedRank(differences);
  const variance = ranks.reduce((sum, rank) => sum + rank ** 2, 0) / 4;
  if (variance === 0) return 1;
  const distance = Math.max(0, Math.abs(statistic - (pairs * (pairs + 1)) / 4) - 0.5);
  return Math.min(1, 2 * normalProbability(-distance / Math.sqrt(variance)));
}
