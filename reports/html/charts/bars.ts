import type { ChartConfiguration } from 'chart.js';
import { type Axis, scale } from './axis.ts';
import { font, inks, seriesInk } from './ink.ts';

/** Lying bars of one series, from zero. */
export interface Bars {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly rows: readonly { readonly name: string; readonly value: number }[];
}

export function bars({ x, rows }: Bars): ChartConfiguration {
  return {
    type: 'bar',
    data: {
      labels: rows.map(({ name }) => name),
      datasets: [
        {
          data: rows.map(({ value }) => value),
          backgroundColor: seriesInk(0),
          barPercentage: 0.6,
          borderRadius: 2,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      layout: { padding: { right: 16 } },
      scales: {
        x: {
          ...scale(
            x,

            rows.map(({ value }) => value),
            'x',
          ),
          beginAtZero: true,
        },
        y: {
          border: { display: false },
          grid: { display: false },
          ticks: { color: inks.text, font, autoSkip: false },
        },
      } as NonNullable<ChartConfiguration<'bar'>['options']>['scales'],
      plugins: { legend: { display: false } },
    } as ChartConfiguration['options'] & object,
  };
}
