import { type Level, samplesMissing, samplesNeeded } from '../analysis/statistics/samples-needed.ts';
import type { Percentiles } from '../result/result.ts';

const quantiles: Readonly<Record<Level, number>> = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 };

/**
 * Percentiles of exact samples by nearest rank, in the samples' unit. `unfinished` samples are known only to lie
 * above all others (lower bounds): a percentile that falls among them is null, and so is the maximum.
 */
export function percentilesOf(samples: readonly number[], unfinished = 0): Percentiles {
  const sorted = Float64Array.from(samples).sort();
  const count = sorted.length + unfinished;
  const at = (level: Level): number | null =>
    count < samplesNeeded[level]
      ? null
      : (sorted[Math.max(0, Math.ceil(quantiles[level] * count) - 1)] ?? null);
  const result = {
    p50: at('p50'),
    p90: at('p90'),
    p99: at('p99'),
    p999: at('p999'),
    max: unfinished === 0 ? (sorted.at(-1) ?? null) : null,
    samples: count,
  };
  const why = [
    samplesMissing(count),
    unfinished > 0 ? `${unfinished} of ${count} had not ended when measuring did` : '',
  ]
    .filter((each) => each !== '')
    .join('; ');
  return why ? { ...result, why } : result;
}
