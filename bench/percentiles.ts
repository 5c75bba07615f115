import type { Percentiles } from '../result/result.ts';

/** Ten samples must lie beyond a quantile of exact samples before it is stated: p90 needs 100, p99 1,000. */
const samplesBeyond = 10;
export const samplesNeeded = (quantile: number): number => Math.round(samplesBeyond / (1 - quantile));

/**
 * Percentiles of exact samples by nearest rank, in the samples' unit. `unfinished` samples are known only to lie
 * above all others (lower bounds): a percentile that falls among them is null, and so is the maximum.
 */
export function percentilesOf(samples: readonly number[], unfinished = 0): Percentiles {
  const sorted = Float64Array.from(samples).sort();
  const count = sorted.length + unfinished;
  const at = (quantile: number): number | null =>
    count < samplesNeeded(quantile) ? null : (sorted[Math.max(0, Math.ceil(quantile * count) - 1)] ?? null);
  const result = {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: unfinished === 0 ? (sorted.at(-1) ?? null) : null,
    samples: count,
  };
  const why = [
    ...(count < samplesNeeded(0.999)
      ? [`${count} samples; a percentile needs ten beyond it: p99 1,000, p99.9 10,000`]
      : []),
    ...(unfinished > 0 ? [`${unfinished} of ${count} had not ended when measuring did`] : []),
  ].join('; ');
  return why ? { ...result, why } : result;
}
