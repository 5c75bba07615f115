/** Wilcoxon's signed-rank statistic V: the sum of the ranks of |d| over the d above 0; zeros are dropped. */
export interface SignedRank {
  readonly statistic: number;
  /** Differences that are not 0. */
  readonly pairs: number;
  /** Ranks of the absolute differences; ties share their mean. */
  readonly ranks: readonly number[];
}

export function signedRank(differences: readonly number[]): SignedRank {
  const kept = differences.filter((d) => d !== 0).toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const ranks: number[] = [];
  for (let from = 0; from < kept.length; ) {
    let to = from;
    while (to < kept.length && Math.abs(kept[to]!) === Math.abs(kept[from]!)) to++;
    for (let i = from; i < to; i++) ranks.push((from + 1 + to) / 2);
    from = to;
  }
  const statistic = ranks.reduce((sum, rank, i) => sum + (kept[i]! > 0 ? rank : 0), 0);
  return { statistic, pairs: kept.length, ranks };
}

/**
 * The exact null distribution of V, by dynamic programming: each rank counts or not, with probability 1/2.
 * Exact with ties too, as the ranks are doubled to be integers. `cumulative[2v]` is P(V <= v).
 */
export function nullDistribution(ranks: readonly number[]): Float64Array {
  const doubled = ranks.map((rank) => Math.round(rank * 2));
  const total = doubled.reduce((sum, rank) => sum + rank, 0);
  const cumulative = new Float64Array(total + 1);
  cumulative[0] = 1;
  let reached = 0;
  for (const rank of doubled) {
    reached += rank;
    for (let v = reached; v >= 0; v--) {
      cumulative[v] = ((cumulative[v] ?? 0) + (v >= rank ? (cumulative[v - rank] ?? 0) : 0)) / 2;
    }
  }
  for (let v = 1; v <= total; v++) cumulative[v] = Math.min(1, cumulative[v]! + cumulative[v - 1]!);
  return cumulative;
}

/** P(V <= v) for n untied pairs. */
export function signedRankProbability(v: number, pairs: number): number {
  if (v < 0) return 0;
  const cumulative = nullDistribution(integers(pairs));
  return cumulative[Math.min(Math.floor(v) * 2, cumulative.length - 1)]!;
}

/** The exact p-value of V. "greater": the differences tend to lie above 0. */
export function signedRankTest(
  differences: readonly number[],
  alternative: 'two-sided' | 'greater' | 'less' = 'two-sided',
): { statistic: number; pairs: number; p: number } {
  const { statistic, pairs, ranks } = signedRank(differences);
  if (pairs === 0) return { statistic, pairs, p: 1 };
  const cumulative = nullDistribution(ranks);
  const at = Math.round(statistic * 2);
  const less = cumulative[at]!;
  const greater = at === 0 ? 1 : 1 - cumulative[at - 1]!;
  const p = { less, greater, 'two-sided': Math.min(1, 2 * Math.min(less, greater)) }[alternative];
  return { statistic, pairs, p };
}

export const integers = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
