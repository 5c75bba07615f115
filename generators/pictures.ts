/**
 * Draws how the data of a database are distributed (docs/data.md):
 *   node generators/pictures.ts postgres://... docs/data
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type Session } from '../infra/topology/session.ts';
import { queries } from './load/queries.ts';

const names = ['tenants', 'days', 'hours', 'popularity', 'words', 'prices'] as const;
const statements = queries('../pictures.sql', ...names);

interface Axes {
  readonly title: string;
  readonly x: string;
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** How a value of x is written under the axis. */
  readonly label?: (x: number) => string;
}

const pictures: Record<(typeof names)[number], Axes> = {
  tenants: { title: 'Orders of a tenant', x: 'tenant by size', logX: true, logY: true },
  days: {
    title: 'Orders a day',
    x: 'day',
    label: (x) => new Date(x * 86_400_000).toISOString().slice(0, 10),
  },
  hours: { title: 'Orders by hour of the day', x: 'hour (UTC)' },
  popularity: { title: "Pieces sold of the whale's products", x: 'product by rank', logX: true, logY: true },
  words: { title: 'Descriptions that contain a word', x: 'word by rank', logX: true, logY: true },
  prices: { title: 'Products by price', x: 'price', logX: true },
};

interface Point {
  readonly x: number;
  readonly y: number;
}

/** SVG texts by picture. */
export async function drawPictures(session: Session): Promise<Map<string, string>> {
  const drawn = new Map<string, string>();
  for (const name of names) {
    const { rows } = await session.query<Point>(statements[name]);
    drawn.set(name, draw(rows, pictures[name]));
  }
  return drawn;
}

const [width, height, left, bottom, top] = [560, 240, 56, 40, 30];

/** Points joined by a line on linear or logarithmic axes; the colours work on light and dark pages. */
function draw(points: readonly Point[], { title, x, logX, logY, label = short }: Axes): string {
  const along = scale(
    points.map((point) => point.x),
    logX ?? false,
    left,
    width - 16,
  );
  const up = scale([logY ? 1 : 0, ...points.map((point) => point.y)], logY ?? false, height - bottom, top);
  const pixel = (point: Point) => Math.round(along.at(point.x));
  const seen = points.filter((point, n) => n === 0 || pixel(point) !== pixel(points[n - 1]!)); // one a pixel
  const line = seen.map((point) => `${along.at(point.x).toFixed(1)},${up.at(point.y).toFixed(1)}`).join(' ');
  const text = (at: number, over: number, content: string, anchor: string) =>
    `<text x="${at.toFixed(0)}" y="${over.toFixed(0)}" text-anchor="${anchor}">${content}</text>`;
  const base = height - bottom;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#808080">`,
    `<title>${title}</title>`,
    text(left, 18, title, 'start'),
    ...up.ticks.map(
      (tick) =>
        `<path d="M${left} ${up.at(tick).toFixed(1)}H${width - 16}" stroke="#808080" stroke-opacity="0.25"/>${text(left - 6, up.at(tick) + 4, short(tick), 'end')}`,
    ),
    ...along.ticks.map((tick) =>
      text(along.at(tick), base + 16, label(tick), along.at(tick) > width - 40 ? 'end' : 'middle'),
    ),
    text((left + width) / 2, height - 6, x, 'middle'),
    `<polyline points="${line}" fill="none" stroke="#3b82f6" stroke-width="1.5"/>`,
    '</svg>',
    '',
  ].join('\n');
}

function scale(values: readonly number[], log: boolean, from: number, to: number) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const place = log ? Math.log : (value: number) => value;
  const span = place(high) - place(low) || 1;
  const ticks = log
    ? Array.from({ length: 12 }, (_, power) => 10 ** power).filter((tick) => tick >= low && tick <= high)
    : Array.from({ length: 5 }, (_, n) => low + ((high - low) * n) / 4);
  return { ticks, at: (value: number) => from + ((place(value) - place(low)) / span) * (to - from) };
}

const short = (value: number) =>
  value >= 1e6
    ? `${+(value / 1e6).toFixed(1)}M`
    : value >= 1e4
      ? `${+(value / 1e3).toFixed(1)}k`
      : String(Math.round(value));

if (import.meta.main) {
  const [url = '', directory = '.'] = process.argv.slice(2);
  await using session = await connect(url);
  for (const [name, svg] of await drawPictures(session)) await writeFile(join(directory, `${name}.svg`), svg);
}
