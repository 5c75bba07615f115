import { type Html, html, type Part } from '../html.ts';
import { type Shape, svgOf } from './shape.ts';
import { width } from './width.ts';

/** Something that happened, above the columns in which it did. */
export interface HeatEvent {
  /** In units of the horizontal axis. */
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** How often each class of values occurred, over time: the darker, the more. */
export interface Heat {
  readonly kind: 'heat';
  readonly x: { readonly title: string; readonly each: number };
  /** Names of the classes, the lowest first. */
  readonly classes: readonly string[];
  /** A column each. */
  readonly counts: readonly (readonly number[])[];
  readonly events: readonly HeatEvent[];
}

const left = 132;
const right = 16;
const rowHeight = 16;
const eventHeight = 18;
const shades = 9;

const eventNames = ({ events }: Heat): string[] => [...new Set(events.map(({ name }) => name))];
const topOf = (heat: Heat): number => 8 + eventHeight * eventNames(heat).length;
const heatHeight = (heat: Heat): number => topOf(heat) + rowHeight * heat.classes.length + 46;

/** Where everything stands: an event is a bar with its name, a class a row, and the shade of a cell the logarithm of its count. */
export function layHeat(heat: Heat): {
  readonly height: number;
  readonly area: readonly [left: number, top: number, right: number, bottom: number];
  readonly shapes: readonly Shape[];
  /** The middle of each cell, and what it says in words. */
  readonly points: readonly (readonly [x: number, y: number, words: string])[];
} {
  const { x, classes, counts, events } = heat;
  const top = topOf(heat);
  const cell = (width - left - right) / counts.length;
  const bottom = top + rowHeight * classes.length;
  const most = Math.log1p(Math.max(1, ...counts.flat()));
  const placeX = (value: number) =>
    round(left + (Math.min(counts.length * x.each, Math.max(0, value)) / x.each) * cell);
  const placeY = (row: number) => bottom - rowHeight * (row + 1);
  const cells = counts.flatMap((column, at) =>
    column.flatMap((count, row) => (count === 0 ? [] : [{ count, at, row, from: round(left + at * cell) }])),
  );
  const step = niceStep(counts.length * x.each);
  const ticks = Array.from({ length: Math.floor((counts.length * x.each) / step) + 1 }, (_, at) => at * step);
  const every = Math.max(1, Math.ceil(classes.length / 14));
  return {
    height: heatHeight(heat),
    area: [left, top, width - right, bottom],
    shapes: [
      ...eventNames(heat).flatMap((name, row) => [
        words('ink-text', left - 10, 8 + eventHeight * row + 11, 'end', name),
        ...events
          .filter((event) => event.name === name)
          .map(({ from, to }) =>
            box(
              'ink-1',
              placeX(from),
              8 + eventHeight * row + 2,
              round(Math.max(3, placeX(to) - placeX(from))),
              8,
            ),
          ),
      ]),
      ...cells.map(({ count, row, from }) =>
        box(
          `heat-${Math.max(1, Math.ceil((Math.log1p(count) / most) * shades))}`,
          from,
          placeY(row),
          round(Math.max(1, cell - 0.5)),
          rowHeight - 1,
        ),
      ),
      ...classes.flatMap((name, row) =>
        row % every === 0 ? [words('ink-muted', left - 10, placeY(row) + 12, 'end', name)] : [],
      ),
      ...ticks.map((value) => words('ink-muted', placeX(value), bottom + 18, 'middle', String(value))),
      words('ink-muted', (left + width - right) / 2, bottom + 38, 'middle', x.title),
    ],
    points: cells.map(
      ({ count, at, row, from }) =>
        [
          Math.round(from + cell / 2),
          placeY(row) + rowHeight / 2,
          `second ${at * x.each}: ${count} requests, ${classes[row]}`,
        ] as const,
    ),
  };
}

const box = (ink: string, x: number, y: number, wide: number, height: number): Shape => ({
  ...{ kind: 'box', ink, x, y, height },
  width: wide,
});
const words = (ink: string, x: number, y: number, anchor: 'middle' | 'end', text: string): Shape => ({
  ...{ kind: 'words', ink, x, y, anchor, text },
});

/** As SVG, whose colours are classes of the stylesheet. */
export function drawHeat(heat: Heat, attributes: Part): Html {
  const { height, area, shapes, points } = layHeat(heat);
  const said = points.length > 3000 ? [] : points.map((point) => [0, ...point]);
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" data-area="${area.join(' ')}" data-series="${JSON.stringify([''])}" data-points="${JSON.stringify(said)}" ${attributes}>
${shapes.map(svgOf)}</svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function niceStep(span: number): number {
  const least = span / 8;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((lead) => lead * power).find((step) => step >= least) ?? power;
}
