import { hodgesLehmann } from '../statistics/hodges-lehmann.ts';
import { median } from '../statistics/quantile.ts';
import { rankSumShift, rankSumTest } from '../statistics/rank-sum.ts';
import { signedRankTest } from '../statistics/signed-rank.ts';
import { largeSignedRank } from '../statistics/signed-rank-large.ts';
import { judge, limits, type RatioVerdict } from './verdict.ts';

export interface Comparison {
  /** Null when the samples are not paired. */
  readonly pairs: number | null;
  readonly samples: { readonly a: number; readonly b: number };
  /** B/A. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The confidence really reached by [low, high]. */
  readonly level: number | null;
  readonly p: number | null;
  readonly verdict: RatioVerdict;
  readonly why: string;
}

export interface Judging {
  readonly higherIsBetter: boolean;
  /** The confidence asked for, 0 to 1; undefined: the gate's own, see `levelFor`. */
  readonly level: number | undefined;
}

/** Least pairs, or samples on each side, for any interval. */
export const minSamples = 6;
/** Above this many pairs the normal approximation is used. */
const exactPairs = 200;
/** Samples above this on one side look like single requests of one run. */
const slots = 200;

/** The gate's steps: 99 % up to 19 samples, 98 % from 20; 6 and 7 pairs can reach 95 % only. */
export const levelFor = (samples: number): number => (samples >= 20 ? 0.98 : samples >= 8 ? 0.99 : 0.95);

/**
 * The ratio B/A of paired values, all above 0: the Hodges-Lehmann estimate on logarithms, with the exact signed-rank
 * interval and p, exact up to 200 pairs.
 */
export function comparePairs(
  pairs: readonly (readonly [a: number, b: number])[],
  { higherIsBetter, level }: Judging,
): Comparison {
  const samples = { a: pairs.length, b: pairs.length };
  const differences = pairs.map(([a, b]) => Math.log(b / a));
  if (pairs.length > exactPairs) return compareMany(differences, samples, higherIsBetter, level);
  const shift = hodgesLehmann(differences, level ?? levelFor(pairs.length));
  if (shift.kind === 'not-enough-pairs' || pairs.length < minSamples) {
    const needed = Math.max(minSamples, shift.kind === 'not-enough-pairs' ? shift.needed : 0);
    return {
      ...nothing(samples, shift.estimate === null ? null : Math.exp(shift.estimate)),
      pairs: pairs.length,
      why: `${pairs.length} pairs: at least ${pairs.length < minSamples ? minSamples : needed} are needed for an interval${level === undefined ? '' : ` at ${percent(level)}`}`,
    };
  }
  const ratio = exponents(shift);
  return {
    pairs: pairs.length,
    samples,
    ...ratio,
    level: shift.level,
    p: signedRankTest(differences).p,
    ...decided(ratio, higherIsBetter, []),
  };
}

function compareMany(
  differences: readonly number[],
  samples: { a: number; b: number },
  higherIsBetter: boolean,
  level: number | undefined,
): Comparison {
  const { level: reached, p, ...shift } = largeSignedRank(differences, level ?? levelFor(differences.length));
  const ratio = exponents(shift);
  const cautions = [approximate(exactPairs, 'pairs'), requests];
  return {
    pairs: differences.length,
    samples,
    ...ratio,
    level: reached,
    p,
    ...decided(ratio, higherIsBetter, cautions),
  };
}

const approximate = (limit: number, what: string) =>
  `the interval is the normal approximation, exact up to ${limit} ${what}`;
const requests =
  'so many samples look like single requests: pooled requests of one run each differ without any change in more than half of comparisons; give one value a run or slot';

/** The ratio B/A of unpaired values, all above 0: the same on rank sums. */
export function compareSamples(
  a: readonly number[],
  b: readonly number[],
  { higherIsBetter, level }: Judging,
): Comparison {
  const samples = { a: a.length, b: b.length };
  const least = Math.min(a.length, b.length);
  const [logsA, logsB] = [a.map(Math.log), b.map(Math.log)];
  const shift = rankSumShift(logsA, logsB, level ?? levelFor(Math.max(8, least)));
  if (shift === null || least < minSamples) {
    const estimate = shift ? Math.exp(shift.estimate) : ratioOfMedians(logsA, logsB);
    const why = `${a.length} and ${b.length} samples: ${least < minSamples ? `at least ${minSamples} on each side` : 'more'} are needed for an interval`;
    return { ...nothing(samples, estimate), why };
  }
  const ratio = exponents(shift);
  const cautions = Math.max(a.length, b.length) > slots ? [requests] : [];
  if (!shift.exact) cautions.unshift(approximate(100, 'samples'));
  return {
    pairs: null,
    samples,
    ...ratio,
    level: shift.level,
    p: rankSumTest(logsA, logsB).p,
    ...decided(ratio, higherIsBetter, cautions),
  };
}

const nothing = (samples: { a: number; b: number }, estimate: number | null) => ({
  pairs: null,
  samples,
  estimate,
  low: null,
  high: null,
  level: null,
  p: null,
  verdict: 'not enough samples' as const,
});

function ratioOfMedians(logsA: readonly number[], logsB: readonly number[]): number | null {
  const [a, b] = [median(logsA), median(logsB)];
  return a === null || b === null ? null : Math.exp(b - a);
}

const exponents = ({ estimate, low, high }: { estimate: number; low: number; high: number }) => ({
  estimate: Math.exp(estimate),
  low: Math.exp(low),
  high: Math.exp(high),
});

function decided(
  ratio: { estimate: number; low: number; high: number },
  higherIsBetter: boolean,
  cautions: readonly string[],
): { verdict: RatioVerdict; why: string } {
  const verdict = judge(ratio, higherIsBetter);
  const worse = higherIsBetter ? 'lower' : 'higher';
  const reasons: Record<RatioVerdict, string> = {
    regression: `B is ${worse}, by more than ${percent(limits.change - 1)}, and the interval excludes no change`,
    improvement: `B is ${higherIsBetter ? 'higher' : 'lower'}, by more than ${percent(limits.change - 1)}, and the interval excludes no change`,
    pass: `B is not worse by ${percent(limits.pass - 1)} or more`,
    inconclusive: `a change for the worse of ${percent(limits.pass - 1)} can be neither shown nor excluded: measure more pairs`,
    'not enough samples': 'not enough samples',
    'not independent': 'the values are not independent',
  };
  return { verdict, why: [reasons[verdict], ...cautions].join('; ') };
}

const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
