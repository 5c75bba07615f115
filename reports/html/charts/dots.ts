import type { Chart, ChartConfiguration } from 'chart.js';
import { type Axis, scale } from './axis.ts';
import { font, inks, points, seriesInk } from './ink.ts';
import { legend } from './lines.ts';

export interface Dot {
  /** Index into `rows`. */
  readonly row: number;
  readonly x: number;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** Dots beside the names of rows, with intervals where there are some: a forest plot. */
export interface Dots {
  readonly kind: 'dots';
  readonly rows: readonly string[];
  readonly x: Axis;
  /** A line at this value, for "no difference". */
  readonly reference?: number;
  readonly series: readonly { readonly name: string; readonly dots: readonly Dot[] }[];
}

/** Space between the series of one row, in rows. */
const apart = 0.22;
const offsetOf = (at: number, seriesCount: number): number => (at - (seriesCount - 1) / 2) * apart;
/** The row of a dot by its place on the axis. */
export const rowAt = (y: number, at: number, seriesCount: number): number =>
  Math.round(y - offsetOf(at, seriesCount));

/** A chart with more rows than a screen shows has its scale on top. */
const tallFrom = 24;

export function dots({ rows, x, reference, series }: Dots): ChartConfiguration {
  const y = (row: number, at: number) => row + offsetOf(at, series.length);
  const values = series.flatMap((each) =>
    each.dots.flatMap((dot) => [dot.x, dot.low ?? dot.x, dot.high ?? dot.x]),
  );
  return {
    type: 'scatter',
    data: {
      datasets: series.map((each, at) => ({
        label: each.name,
        data: each.dots.map((dot) => ({ x: dot.x, y: y(dot.row, at) })),
        borderColor: seriesInk(at),
        backgroundColor: seriesInk(at),
        pointStyle: points[at % points.length]!,
        pointRadius: 5,
        clip: false as const,
      })),
    },
    options: {
      layout: { padding: { right: 16 } },
      scales: {
        x: { ...scale(x, values, 'x'), position: rows.length > tallFrom ? 'top' : 'bottom' },
        y: {
          type: 'linear',
          reverse: true,
          min: -0.6,
          max: rows.length - 0.4,
          afterBuildTicks: (axis: { ticks: { value: number }[] }) => {
            axis.ticks = rows.map((_, value) => ({ value }));
          },
          border: { display: false },
          grid: { color: inks.grid, drawTicks: false },
          ticks: { color: inks.text, font, padding: 8, autoSkip: false, callback: (at: number) => rows[at] },
        },
      } as NonNullable<ChartConfiguration<'scatter'>['options']>['scales'],
      plugins: { legend: legend(series.length) },
    } as ChartConfiguration['options'] & object,
    plugins: [
      {
        id: 'intervals',
        beforeDatasetsDraw: (chart: Chart) => {
          if (reference !== undefined) referenceLine(chart, reference);
        },
        beforeDatasetDraw: (chart: Chart, { index: at }: { index: number }) => {
          for (const dot of series[at]!.dots) whisker(chart, dot, y(dot.row, at), seriesInk(at));
        },
      },
    ],
  };
}

function referenceLine({ ctx, scales, chartArea }: Chart, value: number): void {
  const at = scales.x!.getPixelForValue(value);
  stroke(ctx, inks.muted, 1.5, [
    [at, chartArea.top],
    [at, chartArea.bottom],
  ]);
}

function whisker({ ctx, scales }: Chart, { low, high }: Dot, y: number, colour: string): void {
  if (low === null || low === undefined || high === null || high === undefined) return;
  const [from, to] = [scales.x!.getPixelForValue(low), scales.x!.getPixelForValue(high)];
  const at = scales.y!.getPixelForValue(y);
  stroke(ctx, colour, 2, [
    [from, at],
    [to, at],
  ]);
  for (const end of [from, to])
    stroke(ctx, colour, 2, [
      [end, at - 4],
      [end, at + 4],
    ]);
}

type Pixel = readonly [x: number, y: number];

function stroke(context: Chart['ctx'], colour: string, width: number, [from, to]: readonly [Pixel, Pixel]) {
  context.save();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  context.restore();
}
