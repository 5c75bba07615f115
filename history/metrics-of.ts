import { specOf } from '../result/catalogue.ts';
import { type Figure, metricOf } from '../result/figure.ts';
import { figuresOf } from '../result/figures-of.ts';
import type { Result } from '../result/result.ts';

/** One figure of one run, as it enters the index. */
export interface MetricPoint {
  readonly metric: string;
  readonly unit: string;
  /** ratio: head / control of a night, stored as its logarithm; flag: 0 or 1. */
  readonly kind: 'figure' | 'ratio' | 'flag';
  /** Its place among the metrics: 0 comes first. */
  readonly rank: number;
  readonly value: number | null;
  readonly control: number | null;
  readonly state: string | null;
  readonly since: string | null;
  readonly level: number | null;
  readonly limit: number | null;
}

const nothing = { control: null, state: null, since: null, level: null, limit: null } as const;

/** What a run adds to the series: of a night head against the control, of any other run every figure that it has. */
export function metricsOf(result: Result): MetricPoint[] {
  if (result.nightly) return nightMetrics(result.nightly);
  return figuresOf(result)
    .filter(({ value }) => value !== null)
    .map((figure) => ({
      ...{ metric: metricOf(figure), unit: figure.unit, value: figure.value, kind: 'figure' },
      ...{ rank: rankOf(figure), ...nothing },
    }));
}

/** What decides comes first, sizes of tables last. */
function rankOf(figure: Figure): number {
  if (figure.measure === 'dataset') return 4;
  if (figure.better === 'none') return 3;
  const spec = specOf(figure);
  return spec?.detail ? 2 : spec?.decides ? 0 : 1;
}

/** A yes or no that is as in the control is not stored: its absence says so. */
const nightMetrics = ({ metrics }: NonNullable<Result['nightly']>): MetricPoint[] =>
  metrics
    .filter(({ exact, unit, value, state }) => !exact || unit !== '' || value !== 0 || state !== 'steady')
    .map(({ metric, unit, exact, value, control, state, since, baseline }) => ({
      ...{ metric, unit, value, control, state, since },
      kind: exact && unit === '' ? 'flag' : 'ratio',
      rank: 0,
      level: baseline?.level ?? null,
      limit: baseline?.limit ?? null,
    }));
