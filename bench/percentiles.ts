import { quantileRanks } from '../analysis/statistics/quantile-ranks.ts';
import { type Level, samplesMissing, samplesNeeded } from '../analysis/statistics/samples-needed.ts';
import type { Percentiles } from '../result/result.ts';

const quantiles: Readonly<Record<Level, number>> = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };
const ascending = (samples: readonly number[]) => Float64Array.from(samples).sort();

/**
 * Percentiles of exact samples by nearest rank, in the samples' unit. `unfinished` samples lie above all others: a
 * percentile that falls among them is null, and so is the maximum. Where what they had reached is given, it bounds the
 * percentiles from below: the r-th of the true values is at least the r-th of what all of them reached.
 */
export function percentilesOf(
  samples: readonly number[],
  unfinished: number | readonly number[] = 0,
): Percentiles {
  const sorted = ascending(samples);
  const cut = typeof unfinished === 'number' ? unfinished : unfinished.length;
  const reached =
    typeof unfinished === 'number' ? sorted : cut === 0 ? sorted : ascending([...samples, ...unfinished]);
  const count = sorted.length + cut;
  const at = (level: Level): number | null =>
    count < samplesNeeded[level]
      ? null
      : (sorted[Math.max(0, Math.ceil(quantiles[level] * count) - 1)] ?? null);
  const between = (level: Level) => {
    const { low, high } = quantileRanks(quantiles[level], count);
    return {
      low: low === null ? null : (reached[low - 1] ?? reached.at(-1) ?? null),
      high: high === null ? null : (sorted[high - 1] ?? null),
    };
  };
  const result = {
    p50: at('p50'),
    p90: at('p90'),
    p99: at('p99'),
    p999: at('p999'),
    max: cut === 0 ? (sorted.at(-1) ?? null) : null,
    samples: count,
    ...(count > 0 && {
      intervals: { p50: between('p50'), p90: between('p90'), p99: between('p99'), p999: between('p999') },
    }),
  };
  const why = [samplesMissing(count), cut > 0 ? `${cut} of ${count} had not ended when measuring did` : '']
    .filter((each) => each !== '')
    .join('; ');
  return why ? { ...result, why } : result;
}
