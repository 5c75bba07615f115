import type { ChartConfiguration } from 'chart.js';
import { type Axis, scale } from './axis.ts';
import { dashes, font, inks, points, seriesInk } from './ink.ts';
import { type Point, thinOut } from './thin-out.ts';
import { width } from './width.ts';

export interface LineSeries {
  readonly name: string;
  /** null leaves a gap. */
  readonly points: readonly Point[];
}

export interface Lines {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly LineSeries[];
  /** A second panel on the same x axis, with a scale of its own: two scales in one panel deceive. */
  readonly below?: { readonly y: Axis; readonly series: readonly LineSeries[] };
}

/** Lines told apart by colour and dash; the points themselves are drawn while there are few. */
export function lines({ x, y, series: above, below }: Lines): ChartConfiguration {
  const series = [...above, ...(below?.series ?? [])];
  const few = series.every((each) => each.points.length <= 40);
  const all = series.flatMap((each) => each.points);
  const axis = (scaled: Axis, shown: readonly LineSeries[]) =>
    scale(
      scaled,

      shown.flatMap((each) => each.points.map((point) => point.y ?? Number.NaN)),
      'y',
    );
  return {
    type: 'line',
    data: {
      datasets: series.map((each, at) => ({
        label: each.name,
        data: thinOut(each.points, width).map((point) => ({ x: point.x, y: point.y ?? Number.NaN })),
        borderColor: seriesInk(at),
        backgroundColor: seriesInk(at),
        // Each panel begins with a whole line.
        borderDash: [...dashes[(at < above.length ? at : at - above.length) % dashes.length]!],
        pointStyle: few ? points[at % points.length]! : 'line',
        clip: false as const,
        order: -at, // the later, dashed ones over the solid first
        borderWidth: few ? 2 : 1.5,
        pointRadius: few ? 3 + at : 0,
        tension: 0,
        yAxisID: at < above.length ? 'y' : 'yBelow',
      })),
    },
    options: {
      layout: { padding: { right: 12, top: 4 } },
      scales: {
        x: {
          ...scale(
            x,

            all.map((point) => point.x),
            'x',
          ),
          ...(x.log ? {} : { type: 'linear' as const }),
        },
        // Chart.js stacks from the bottom.
        ...(below && {
          yBelow: { ...axis(below.y, below.series), axis: 'y', stack: 'panels', stackWeight: 2 },
        }),
        y: { ...axis(y, above), ...(below && { stack: 'panels', stackWeight: 3, offset: true }) },
      } as NonNullable<ChartConfiguration<'line'>['options']>['scales'],
      plugins: { legend: { ...legend(series.length), reverse: true } },
    } as ChartConfiguration['options'] & object,
  };
}

export const legend = (entries: number) => ({
  display: entries > 1,
  position: 'top' as const,
  align: 'start' as const,
  labels: { color: inks.text, font, usePointStyle: true, boxWidth: 24, boxHeight: 8, padding: 18 },
});
