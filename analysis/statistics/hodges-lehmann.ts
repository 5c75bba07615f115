import { quantile } from './quantile.ts';
import { integers, nullDistribution } from './signed-rank.ts';
import { sorted } from './sorted.ts';

/** Where the middle of the paired differences lies. "Not enough pairs" is an answer. */
export type Shift =
  | {
      readonly kind: 'interval';
      readonly estimate: number;
      readonly low: number;
      readonly high: number;
      /** The confidence really reached: at least the one asked for. */
      readonly level: number;
      readonly pairs: number;
    }
  | {
      readonly kind: 'not-enough-pairs';
      readonly estimate: number | null;
      readonly pairs: number;
      /** Pairs from which the level asked for can be reached. */
      readonly needed: number;
    };

/**
 * The Hodges-Lehmann estimate (the median of the Walsh averages) and its exact confidence interval from the signed-rank
 * distribution (Hollander and Wolfe, 3.2 and 3.3; the same order statistics as R's wilcox.test).
 */
export function hodgesLehmann(differences: readonly number[], level: number): Shift {
  const averages = sorted(walshAverages(differences));
  const pairs = differences.length;
  if (averages === null)
    return { kind: 'not-enough-pairs', estimate: null, pairs, needed: pairsNeeded(level) };
  const estimate = quantile(averages, 0.5);
  const cumulative = nullDistribution(integers(pairs));
  const tail = (1 - level) / 2;
  let k = 0;
  while (cumulative[2 * k]! < tail) k++;
  if (k === 0) return { kind: 'not-enough-pairs', estimate, pairs, needed: pairsNeeded(level) };
  return {
    kind: 'interval',
    estimate,
    low: averages[k - 1]!,
    high: averages[averages.length - k]!,
    level: 1 - 2 * cumulative[2 * (k - 1)]!,
    pairs,
  };
}

/** The smallest n whose two extreme signs, 2 of 2^n, are rarer than 1 - level: 6 at 95 %. */
export const pairsNeeded = (level: number): number => Math.floor(Math.log2(2 / (1 - level))) + 1;

function walshAverages(differences: readonly number[]): number[] {
  const averages: number[] = [];
  for (let i = 0; i < differences.length; i++) {
    for (let j = i; j < differences.length; j++) averages.push((differences[i]! + differences[j]!) / 2);
  }
  return averages;
}

/** The same of the ratios b/a of pairs, on their logarithms: estimate, low and high are ratios. */
export function ratioOfPairs(pairs: readonly (readonly [a: number, b: number])[], level: number): Shift {
  const shift = hodgesLehmann(
    pairs.map(([a, b]) => Math.log(b / a)),
    level,
  );
  if (shift.kind === 'interval') {
    const { estimate, low, high } = shift;
    return { ...shift, estimate: Math.exp(estimate), low: Math.exp(low), high: Math.exp(high) };
  }
  return { ...shift, estimate: shift.estimate === null ? null : Math.exp(shift.estimate) };
}
