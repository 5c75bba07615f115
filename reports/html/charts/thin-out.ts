export interface Point {
  readonly x: number;
  /** null is a gap. */
  readonly y: number | null;
}

/**
 * What a picture of `columns` pixels can show of a line: of each column the first and the last point, the least and
 * the greatest, and a gap where one was. A line with few points is returned as it is. `points` are in the order of x.
 */
export function thinOut(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= 4 * columns) return points;
  const [from, to] = [points[0]!.x, points.at(-1)!.x];
  const columnOf = ({ x }: Point) => Math.min(columns - 1, Math.floor((columns * (x - from)) / (to - from)));
  return [...Map.groupBy(points, columnOf).values()].flatMap(essence);
}

function essence(points: readonly Point[]): Point[] {
  const known = points.filter(({ y }) => y !== null);
  const by = (better: (a: number, b: number) => boolean) =>
    known.reduce((best, point) => (better(point.y!, best.y!) ? point : best), known[0]!);
  const kept = new Set([
    points[0],
    ...(known.length > 0 ? [by((a, b) => a < b), by((a, b) => a > b)] : []),
    points.find(({ y }) => y === null),
    points.at(-1),
  ]);
  return points.filter((point) => kept.has(point));
}
