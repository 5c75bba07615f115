import type { Between, Percentiles } from '../../result/percentiles.ts';
import type { TrustCheck } from '../../result/run.ts';
import { samplesThatBound } from '../statistics/quantile-ranks.ts';
import { samplesNeeded } from '../statistics/samples-needed.ts';

export const levels = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
export type Level = (typeof levels)[number];
export const quantiles: Readonly<Record<Level, number>> = {
  p50: 0.5,
  p90: 0.9,
  p99: 0.99,
  p999: 0.999,
  max: 1,
};

/** A distribution as a judgement reads it; of one that a test states, only what it is about. */
export type Distribution = Pick<Percentiles, 'max' | 'samples' | 'why' | 'intervals'> &
  Partial<Pick<Percentiles, 'p50' | 'p90' | 'p99' | 'p999'>>;

/**
 * Where a percentile of a distribution lies: its interval by order statistics, and the percentiles below it, which it
 * cannot fall below. The largest bounds it from above where so many samples have it above the percentile. null: unbounded.
 */
export function boundsOf(distribution: Distribution, level: Level): Between {
  const upTo = levels.slice(0, levels.indexOf(level) + 1);
  const lows = upTo.flatMap((each) => intervalOf(distribution, each).low ?? []);
  return {
    low: lows.length === 0 ? null : Math.max(...lows),
    high: intervalOf(distribution, level).high,
  };
}

function intervalOf(distribution: Distribution, level: Level): Between {
  const value = distribution[level] ?? null;
  if (level === 'max') return { low: value, high: value };
  const interval = distribution.intervals?.[level];
  if (interval) return interval;
  if (value !== null) return { low: value, high: value };
  const { max, samples } = distribution;
  return { low: null, high: samples >= samplesThatBound(quantiles[level]) ? max : null };
}

/** Met by a whole interval, missed by a whole interval, else null. */
export function within({ low, high }: Between, limit: number): boolean | null {
  if (high !== null && high <= limit) return true;
  return low !== null && low > limit ? false : null;
}

/** "8.1 to 10.1", "at least 4990", "at most 40". */
export function betweenText({ low, high }: Between, unit: string): string {
  const number = (value: number) =>
    Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 });
  if (low === null && high === null) return 'not bounded';
  if (low === null) return `at most ${number(high!)} ${unit}`;
  if (high === null) return `at least ${number(low)} ${unit}`;
  return number(low) === number(high)
    ? `${number(low)} ${unit}`
    : `${number(low)} to ${number(high)} ${unit}`;
}

/** Samples by which an interval is likely to lie on one side of the limit; null: no run of a reasonable length. */
export function samplesToSettle(
  { low, high }: Between,
  limit: number,
  { samples, level }: { samples: number; level: Level },
): number | null {
  const least = Math.max(samplesThatBound(quantiles[level]), level === 'max' ? 1 : samplesNeeded[level] / 10);
  if (low === null || high === null) return samples < least ? Math.ceil(least) : null;
  const distance = Math.min(limit - low, high - limit);
  const needed = samples * ((high - low) / Math.max(distance, 1e-9 * limit)) ** 2;
  return needed > 50 * Math.max(samples, least) ? null : Math.ceil(Math.max(needed, 2 * samples));
}

/** Where a percentile is, against its limit: the sides of the judgement that every time has. */
export type Judged = Pick<TrustCheck, 'ok' | 'value' | 'low' | 'high'>;

export const judged = (distribution: Distribution, level: Level, bounds: Between, limit: number): Judged => ({
  ok: within(bounds, limit),
  value: distribution[level] ?? bounds.high ?? bounds.low,
  ...bounds,
});
