import type { Percentiles } from '../../result/result.ts';
import { count, duration, figure, ratio } from '../format.ts';

/** A value, or "–" where there is none. */
export const given = <T>(value: T | null, format: (value: T) => string): string =>
  value === null ? '–' : format(value);

export const percent = (value: number): string => `${figure(value)} %`;

export const percentile = (of: Percentiles, level: 'p50' | 'p99' | 'max'): string =>
  given(of[level], duration);

export const interval = ({ low, high }: { low: number | null; high: number | null }): string =>
  low === null || high === null ? '–' : `${ratio(low)} to ${ratio(high)}`;

/** An answer in a sign. */
export const sign = (ok: boolean | null): string => (ok === null ? '–' : ok ? '✓' : '✗');

/** Errors by SQLSTATE. */
export const errorsOf = (errors: Readonly<Record<string, number>>): string =>
  Object.entries(errors)
    .map(([state, n]) => `${state} ${count(n)}`)
    .join(', ') || 'none';
