import type { ChartOptions } from 'chart.js';
import { figure } from '../../format.ts';
import { font, type Theme } from './theme.ts';

export interface Axis {
  readonly title: string;
  readonly log?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly tick?: (value: number) => string;
}

type Scale = NonNullable<NonNullable<ChartOptions<'line'>['scales']>[string]>;

/** A scale of Chart.js. A logarithmic one names 1, 2 and 5 of each decade, or whole decades alone over a wide range. */
export function scale(axis: Axis, theme: Theme, values: readonly number[], placed: 'x' | 'y'): Scale {
  const { title, log = false, tick = figure, min, max } = axis;
  const known = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  const wide = log && Math.max(...known) / Math.min(...known) > 2000;
  return {
    type: log ? 'logarithmic' : 'linear',
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    beginAtZero: !log && placed === 'y',
    title: { display: true, text: title, color: theme.muted, font },
    border: { color: theme.grid },
    grid: { color: theme.grid, drawTicks: false },
    ticks: {
      color: theme.muted,
      font,
      padding: 8,
      maxRotation: 0,
      autoSkipPadding: 18,
      callback: (value: number | string) => (log && !named(Number(value), wide) ? '' : tick(Number(value))),
    },
  } as Scale;
}

function named(value: number, wide: boolean): boolean {
  const lead = Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9));
  return wide ? lead === 1 : [1, 2, 5].includes(lead);
}
