import { exactFigures } from '../analysis/runs/exact-figures.ts';
import { figuresOf } from '../analysis/runs/unpaired-figures.ts';
import type { Result } from '../result/result.ts';

/** One figure of one run, as it enters the index. */
export interface MetricPoint {
  readonly metric: string;
  readonly unit: string;
  /** ratio: head / control of a night, stored as its logarithm; flag: 0 or 1. */
  readonly kind: 'figure' | 'ratio' | 'flag';
  readonly value: number | null;
  readonly control: number | null;
  readonly state: string | null;
  readonly since: string | null;
  readonly level: number | null;
  readonly limit: number | null;
}

const nothing = { control: null, state: null, since: null, level: null, limit: null } as const;

/** What a run adds to the series: of a night head against the control, of any other run its summary figures. */
export function metricsOf(result: Result): MetricPoint[] {
  if (result.nightly) return nightMetrics(result.nightly);
  return [...figuresOf(result), ...exactFigures(result)].map(({ metric, unit, value }) => ({
    ...{ metric, unit, value, kind: 'figure' },
    ...nothing,
  }));
}

/** A yes or no that is as in the control is not stored: its absence says so. */
const nightMetrics = ({ metrics }: NonNullable<Result['nightly']>): MetricPoint[] =>
  metrics
    .filter(({ exact, unit, value, state }) => !exact || unit !== '' || value !== 0 || state !== 'steady')
    .map(({ metric, unit, exact, value, control, state, since, baseline }) => ({
      ...{ metric, unit, value, control, state, since },
      kind: exact && unit === '' ? 'flag' : 'ratio',
      level: baseline?.level ?? null,
      limit: baseline?.limit ?? null,
    }));
