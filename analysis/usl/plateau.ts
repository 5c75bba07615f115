import { type Coefficients, type Measured, throughputAt } from './model.ts';

/** Where more load no longer changes throughput. */
export interface Plateau {
  /** The smallest load of the plateau. */
  readonly from: number;
  /** The middle throughput on it. */
  readonly throughput: number;
}

/** So many loads, the largest so many times the smallest, make a plateau; a hill's top is shorter. */
const leastLoads = 4;
const leastSpan = 4;
/** No load's throughput lies further from the middle; its ends, where it would rise or fall, not as far. */
const tolerance = 0.1;
const endTolerance = 0.05;

/** The middle throughput of each load, ascending by load. */
export const mediansOf = (data: readonly Measured[]): Measured[] =>
  [...Map.groupBy(data, ({ load }) => load)]
    .map(([load, same]) => ({ load, throughput: middle(same.map(({ throughput }) => throughput)) }))
    .sort((a, b) => a.load - b.load);

/**
 * The longest run of the highest loads over which throughput stays the same; null when it still rises, or falls. The
 * law of scalability knows no such corner: a queue before full cores has one (its bounds are N/(Z+D) and 1/D: Lazowska
 * et al., "Quantitative System Performance", 1984, chapter 5), and the law drawn through it is too low at the corner and falls,
 * or rises, beyond it.
 * @param medians one throughput for each load, ascending by load
 */
export function plateauOf(medians: readonly Measured[]): Plateau | null {
  for (let first = 0; first + leastLoads <= medians.length; first++) {
    const run = medians.slice(first);
    if (run.at(-1)!.load < leastSpan * run[0]!.load) return null;
    const throughput = middle(run.map((point) => point.throughput));
    const within = (share: number) => (point: Measured) =>
      Math.abs(point.throughput / throughput - 1) <= share;
    const flat = run.every(within(tolerance)) && [run[0]!, run.at(-1)!].every(within(endTolerance));
    if (flat && Math.abs(trend(run)) <= tolerance) return { from: run[0]!.load, throughput };
  }
  return null;
}

/** What more load is expected to give: the plateau's throughput where there is one, else the law's. */
export const expectedAt = (law: Coefficients, plateau: Plateau | null, load: number): number =>
  plateau && load >= plateau.from ? plateau.throughput : throughputAt(law, load);

/** Theil and Sen's slope on log-log axes times the length of the run: the log of last over first. */
function trend(run: readonly Measured[]): number {
  const logs = run.map(({ load, throughput }) => ({ x: Math.log(load), y: Math.log(throughput) }));
  const slopes = logs.flatMap((a, i) => logs.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x)));
  return middle(slopes) * (logs.at(-1)!.x - logs[0]!.x);
}

function middle(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const at = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[at]! : (ascending[at - 1]! + ascending[at]!) / 2;
}
