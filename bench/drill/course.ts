import type { DrillResult } from '../../result/measures/drill.ts';
import { type DrillRequest, succeeded } from './request.ts';

/** How many of all requests by SQLSTATE, or by the connection's error. */
export function errorsOf(requests: readonly DrillRequest[]): Record<string, number> {
  const errors: Record<string, number> = {};
  for (const { code, outcome } of requests)
    if (outcome !== 'acknowledged') errors[code ?? 'unknown'] = (errors[code ?? 'unknown'] ?? 0) + 1;
  return errors;
}

/** Second by second since the injection, by when a request ended; seconds in which none ended are there too. */
export function courseOf(requests: readonly DrillRequest[], injected: number): DrillResult['seconds'] {
  const bySecond = Map.groupBy(requests, ({ ended }) => Math.floor((ended - injected) / 1000));
  if (bySecond.size === 0) return [];
  const [first, last] = [Math.min(...bySecond.keys()), Math.max(...bySecond.keys())];
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const own = bySecond.get(first + i) ?? [];
    return { s: first + i, succeeded: own.filter(succeeded).length, errors: errorsOf(own) };
  });
}
