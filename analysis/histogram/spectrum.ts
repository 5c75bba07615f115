import type { LoadResult } from '../../result/result.ts';
import type { Histogram } from './decode.ts';

/** Percentiles of a spectrum: evenly in the bulk, ever finer in the tail. */
const points = [
  0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99,
];

/** Response beside service time (ms) by percentile, as far as 100 samples lie beyond it. */
export function spectrum(response: Histogram | null, service: Histogram | null): LoadResult['spectrum'] {
  if (!response || !service) return [];
  const samples = Math.min(response.totalCount, service.totalCount);
  return points
    .filter((percentile) => ((100 - percentile) / 100) * samples >= 100 - 1e-9)
    .map((percentile) => ({
      percentile,
      responseMs: response.getValueAtPercentile(percentile) / 1e6,
      serviceMs: service.getValueAtPercentile(percentile) / 1e6,
    }));
}
