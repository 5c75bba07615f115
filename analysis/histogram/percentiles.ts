import type { Percentiles } from '../../result/result.ts';
import { type Level, samplesMissing, samplesNeeded } from '../statistics/samples-needed.ts';
import type { Histogram } from './decode.ts';

/** Nanoseconds in a millisecond: histograms hold the former, results the latter. */
const nanoseconds = 1e6;

const levels = { p50: 50, p90: 90, p99: 99, p999: 99.9 } as const;

/** Percentiles in milliseconds; null with the reason where the samples are too few to know. */
export function percentiles(histogram: Histogram | null): Percentiles {
  const samples = histogram?.totalCount ?? 0;
  const known = (level: Level): number | null =>
    histogram && samples >= samplesNeeded[level]
      ? histogram.getValueAtPercentile(levels[level]) / nanoseconds
      : null;
  const why = samplesMissing(samples);
  return {
    p50: known('p50'),
    p90: known('p90'),
    p99: known('p99'),
    p999: known('p999'),
    max: histogram ? histogram.maxValue / nanoseconds : null,
    samples,
    ...(why && { why }),
  };
}
