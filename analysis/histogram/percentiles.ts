import type { Percentiles } from '../../result/result.ts';
import { quantileRanks } from '../statistics/quantile-ranks.ts';
import {
  type Level,
  samplesMissing,
  samplesNeeded,
  samplesNeededForP95,
} from '../statistics/samples-needed.ts';
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
  const between = (level: Level) => {
    const ranks = quantileRanks(levels[level] / 100, samples);
    const at = (rank: number | null) =>
      rank === null ? null : histogram!.getValueAtPercentile((100 * rank) / samples) / nanoseconds;
    return { low: at(ranks.low), high: at(ranks.high) };
  };
  return {
    p50: known('p50'),
    p90: known('p90'),
    p95:
      histogram && samples >= samplesNeededForP95 ? histogram.getValueAtPercentile(95) / nanoseconds : null,
    p99: known('p99'),
    p999: known('p999'),
    max: histogram ? histogram.maxValue / nanoseconds : null,
    samples,
    ...(why && { why }),
    ...(samples > 0 && {
      intervals: { p50: between('p50'), p90: between('p90'), p99: between('p99'), p999: between('p999') },
    }),
  };
}
