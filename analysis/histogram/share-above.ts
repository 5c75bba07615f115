import type { Histogram } from './decode.ts';

const nanoseconds = 1e6; // in a millisecond

/** Share of the samples, 0 to 1, above a limit in milliseconds; 0 of an empty histogram. */
export function shareAbove(histogram: Histogram | null, limitMs: number): number {
  if (!histogram || histogram.totalCount === 0) return 0;
  const limit = limitMs * nanoseconds;
  if (histogram.maxValue <= limit) return 0;
  // The highest percentile at or below the limit, by bisection: the library counts no range itself.
  let [low, high] = [0, 100];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (histogram.getValueAtPercentile(middle) <= limit) low = middle;
    else high = middle;
  }
  return (100 - low) / 100;
}
