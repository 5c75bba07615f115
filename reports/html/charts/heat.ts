import { Html, html, type Part } from '../html.ts';
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

/** As SVG: an event is a bar with its name, a class a row, and the shade of a cell the logarithm of its count. */
export function drawHeat(heat: Heat, attributes: Part): Html {
  const { x, classes, counts, events } = heat;
  const [top, height] = [topOf(heat), heatHeight(heat)];
  const cell = (width - left - right) / counts.length;
  const bottom = top + rowHeight * classes.length;
  const most = Math.log1p(Math.max(1, ...counts.flat()));
  const placeX = (value: number) =>
    round(left + (Math.min(counts.length * x.each, Math.max(0, value)) / x.each) * cell);
  const placeY = (row: number) => bottom - rowHeight * (row + 1);
  const points: (readonly [number, number, number, string])[] = [];
  const cells = counts.flatMap((column, at) =>
    column.flatMap((count, row) => {
      if (count === 0) return [];
      const shade = Math.max(1, Math.ceil((Math.log1p(count) / most) * shades));
      const from = round(left + at * cell);
      points.push([
        0,
        Math.round(from + cell / 2),
        placeY(row) + rowHeight / 2,
        `second ${at * x.each}: ${count} requests, ${classes[row]}`,
      ]);
      return [
        `<rect class="heat-${shade}" x="${from}" y="${placeY(row)}" width="${round(Math.max(1, cell - 0.5))}" height="${rowHeight - 1}"/>`,
      ];
    }),
  );
  const step = niceStep(counts.length * x.each);
  const ticks = Array.from({ length: Math.floor((counts.length * x.each) / step) + 1 }, (_, at) => at * step);
  const every = Math.max(1, Math.ceil(classes.length / 14));
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" data-area="${left} ${top} ${width - right} ${bottom}" data-series="${JSON.stringify([''])}" data-points="${JSON.stringify(points.length > 3000 ? [] : points)}" ${attributes}>
${eventNames(heat).map((name, row) => {
  const y = 8 + eventHeight * row;
  return html`<text class="ink-text" x="${left - 10}" y="${y + 11}" text-anchor="end">${name}</text>
${events
  .filter((event) => event.name === name)
  .map(
    ({ from, to }) =>
      html`<rect class="ink-1" x="${placeX(from)}" y="${y + 2}" width="${round(Math.max(3, placeX(to) - placeX(from)))}" height="8"/>`,
  )}`;
})}
${new Html(cells.join('\n'))}
${classes.map((name, row) => row % every === 0 && html`<text class="ink-muted" x="${left - 10}" y="${placeY(row) + 12}" text-anchor="end">${name}</text>\n`)}
${ticks.map((value) => html`<text class="ink-muted" x="${placeX(value)}" y="${bottom + 18}" text-anchor="middle">${value}</text>\n`)}
<text class="ink-muted" x="${(left + width - right) / 2}" y="${bottom + 38}" text-anchor="middle">${x.title}</text>
</svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

function niceStep(span: number): number {
  const least = span / 8;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((lead) => lead * power).find((step) => step >= least) ?? power;
}
