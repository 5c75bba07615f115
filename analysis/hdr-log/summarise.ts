import { samplesNeeded } from '../statistics/samples-needed.ts';
import type { Bucket } from './decode.ts';
import type { Interval } from './read.ts';

export interface Summary {
  readonly tag: string | null;
  readonly count: number;
  readonly min: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
  /** Why a percentile is null. */
  readonly why: string | null;
  /** All of the tag's buckets, ascending. */
  readonly buckets: readonly Bucket[];
}

/**
 * The greatest value that a histogram of 3 digits cannot tell from this one. Coarser buckets are summed as HdrHistogram's
 * own reader does it: their lowest value is recorded in a histogram of 3 digits.
 */
function highestAlike(low: number): number {
  const width = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, low))) - 10);
  return Math.floor(low / width) * width + width - 1;
}

/** One sum a tag: untagged lines first, then the tags in the order met. Percentiles come from the summed histogram. */
export function summarise(intervals: readonly Interval[]): Summary[] {
  const byTag = new Map<string | null, Map<string, Bucket>>();
  for (const { tag, buckets } of intervals) {
    const sum = byTag.get(tag) ?? new Map<string, Bucket>();
    byTag.set(tag, sum);
    for (const bucket of buckets) {
      const high = Math.min(bucket.high, highestAlike(bucket.low));
      const key = `${bucket.low} ${high}`;
      sum.set(key, { low: bucket.low, high, count: bucket.count + (sum.get(key)?.count ?? 0) });
    }
  }
  return [...byTag]
    .sort(([a], [b]) => Number(a !== null) - Number(b !== null))
    .map(([tag, sum]) =>
      summary(
        tag,
        [...sum.values()].sort((a, b) => a.high - b.high),
      ),
    );
}

function summary(tag: string | null, buckets: readonly Bucket[]): Summary {
  const count = buckets.reduce((total, bucket) => total + bucket.count, 0);
  const at = (percent: number, needed = 1) => (count < needed ? null : valueAt(buckets, count, percent));
  return {
    tag,
    count,
    min: buckets.length === 0 ? null : Math.min(...buckets.map(({ low }) => low)),
    p50: at(50),
    p90: at(90),
    p99: at(99, samplesNeeded.p99),
    p999: at(99.9, samplesNeeded.p999),
    max: buckets.at(-1)?.high ?? null,
    why: tooFew(count),
    buckets,
  };
}

function tooFew(count: number): string | null {
  if (count === 0) return 'no samples';
  if (count < samplesNeeded.p99)
    return `not enough samples: p99 needs ${samplesNeeded.p99}, p99.9 ${samplesNeeded.p999}, here are ${count}`;
  return count < samplesNeeded.p999
    ? `not enough samples: p99.9 needs ${samplesNeeded.p999}, here are ${count}`
    : null;
}

/** The greatest value of the bucket that the percentile falls into, as HdrHistogram's getValueAtPercentile has it. */
export function valueAt(buckets: readonly Bucket[], count: number, percent: number): number | null {
  // The product is lowered a little, so that rounding does not reach into the next bucket (99.9 % of 1,000 is 999).
  const rank = Math.max(1, Math.ceil(((percent * count) / 100) * (1 - 2 ** -52)));
  let seen = 0;
  for (const bucket of buckets) {
    seen += bucket.count;
    if (seen >= rank) return bucket.high;
  }
  return null;
}
