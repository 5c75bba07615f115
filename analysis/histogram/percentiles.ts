import type { Percentiles } from '../../result/result.ts';
import type { Histogram } from './decode.ts';

/** Nanoseconds in a millisecond: histograms hold the former, results the latter. */
const nanoseconds = 1e6;

/** Samples that a window must hold before a percentile of it is told: 100 beyond a p99 or p99.9, 10 beyond the others. */
export const minSamples = { p50: 20, p90: 100, p99: 10_000, p999: 100_000 } as const;
const levels = { p50: 50, p90: 90, p99: 99, p999: 99.9 } as const;
type Level = keyof typeof levels;

/** Percentiles in milliseconds; null with the reason where the samples are too few to know. */
export function percentiles(histogram: Histogram | null): Percentiles {
  const samples = histogram?.totalCount ?? 0;
  const known = (level: Level): number | null =>
    histogram && samples >= minSamples[level]
      ? histogram.getValueAtPercentile(levels[level]) / nanoseconds
      : null;
  const short = (Object.keys(levels) as Level[]).filter((level) => samples < minSamples[level]);
  return {
    p50: known('p50'),
    p90: known('p90'),
    p99: known('p99'),
    p999: known('p999'),
    max: histogram ? histogram.maxValue / nanoseconds : null,
    samples,
    ...(short.length > 0 && { why: notEnough(short, samples) }),
  };
}

function notEnough(short: readonly Level[], samples: number): string {
  const needed = short.map((level) => `p${levels[level]} needs ${minSamples[level]}`).join(', ');
  return `not enough samples: there are ${samples}, ${needed}`;
}
