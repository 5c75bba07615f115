/** Both above 0. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The slopes on log-log axes between all pairs of points of different x. Their median is Theil and Sen's slope, which one
 * odd point does not bend.
 */
export const logLogSlopes = (points: readonly Point[]): number[] =>
  points.flatMap((a, i) =>
    points.slice(i + 1).flatMap((b) => (b.x === a.x ? [] : [Math.log(b.y / a.y) / Math.log(b.x / a.x)])),
  );
