const levels = '▁▂▃▄▅▆▇█';

/**
 * One character a value, from the least to the greatest; a gap is a blank.
 * @param minSpan from bottom to top at least, as a share of the middle: noise is not drawn as large as a change
 */
export function sparkline(values: readonly (number | null)[], minSpan = 0): string {
  const [least, most] = widened(range(values.filter((value) => value !== null)), minSpan);
  return values
    .map((value) => {
      if (value === null) return ' ';
      const share = most > least ? (value - least) / (most - least) : 0.5;
      return levels[Math.min(levels.length - 1, Math.floor(share * levels.length))];
    })
    .join('');
}

/** At most `width` values: means of equal parts. Gaps are left out of a mean, and a part of gaps is one. */
export function condense(values: readonly (number | null)[], width: number): (number | null)[] {
  if (values.length <= width) return [...values];
  return Array.from({ length: width }, (_, i) => {
    const part = values
      .slice(Math.floor((i * values.length) / width), Math.floor(((i + 1) * values.length) / width))
      .filter((value) => value !== null);
    return part.length === 0 ? null : part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

export interface Plotted {
  readonly x: number;
  readonly y: number;
  readonly mark: string;
}

/** Points on a grid from 0; later points cover earlier ones. */
export function plot(points: readonly Plotted[], { width = 64, height = 12 } = {}): string {
  const right = Math.max(...points.map(({ x }) => x));
  const top = Math.max(...points.map(({ y }) => y));
  const rows = Array.from({ length: height }, () => new Array<string>(width).fill(' '));
  for (const { x, y, mark } of points) {
    const row = height - 1 - Math.round((y / top) * (height - 1));
    rows[row]![Math.round((x / right) * (width - 1))] = mark;
  }
  const label = figure(top);
  const axis = rows.map((row, i) => {
    const name = i === 0 ? label : i === height - 1 ? '0'.padStart(label.length) : ' '.repeat(label.length);
    return `${name} │${row.join('').trimEnd()}`;
  });
  const end = figure(right);
  return [
    ...axis,
    `${' '.repeat(label.length)} └${'─'.repeat(width)}`,
    `${' '.repeat(label.length + 2)}0${end.padStart(width - 1)}`,
  ].join('\n');
}

/** An interval and its estimate on a line that shows `marks` too, such as "no change". */
export function intervalLine(
  { low, estimate, high }: { low: number; estimate: number; high: number },
  marks: readonly { at: number; mark: string }[],
  width = 64,
): string {
  const [least, most] = range([low, high, ...marks.map(({ at }) => at)]);
  const column = (value: number) =>
    most > least ? Math.round(((value - least) / (most - least)) * (width - 1)) : 0;
  const line = new Array<string>(width).fill(' ');
  for (const { at, mark } of marks) line[column(at)] = mark;
  for (let i = column(low); i <= column(high); i++) line[i] = '─';
  [line[column(low)], line[column(high)]] = ['├', '┤'];
  line[column(estimate)] = '●';
  return `${figure(least)} ${line.join('')} ${figure(most)}`;
}

/** A number of at most four figures, whole when it is large. */
export function figure(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}

/** The range, or the one around its middle that is so wide. */
function widened([least, most]: readonly [number, number], minSpan: number): [number, number] {
  const [middle, half] = [(least + most) / 2, (minSpan * Math.abs(least + most)) / 4];
  return [Math.min(least, middle - half), Math.max(most, middle + half)];
}

function range(values: readonly number[]): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}
