import { build } from 'hdr-histogram-js';
import type { Histogram } from './decode.ts';

/** Geometry of the load engine's histograms: nanoseconds from 64 ns to ten minutes (infra/k6/engine/histogram.go). */
const geometry = {
  bitBucketSize: 64,
  lowestDiscernibleValue: 64,
  highestTrackableValue: 600e9,
  numberOfSignificantValueDigits: 3,
} as const;

/** One histogram of all samples of the others, which are left as they are; null when there are none. */
export function mergeHistograms(histograms: Iterable<Histogram | null>): Histogram | null {
  const merged = build(geometry);
  for (const histogram of histograms) if (histogram) merged.add(histogram);
  return merged.totalCount === 0 ? null : merged;
}
