import { logLogSlopes } from '../statistics/log-log-slopes.ts';
import { median } from '../statistics/quantile.ts';
import { type Coefficients, type Measured, throughputAt } from './model.ts';

/** Where more load no longer changes throughput. */
export interface Plateau {
  /** The smallest load of the plateau. */
  readonly from: number;
  /** The middle throughput on it. */
  readonly throughput: number;
}

/**
 * So many loads, the largest so many times the smallest, make a plateau. Over such a span the law's own hill bends by
 * 1 - 2 / (sqrt(2) + 1/sqrt(2)) = 6 % where coherency makes it, so a plateau bends by less, and rises and falls by less.
 */
const minLoads = 3;
const minSpan = 2;
const tolerance = 0.05;

/** The middle throughput of each load, ascending by load. */
export const mediansOf = (data: readonly Measured[]): Measured[] =>
  [...Map.groupBy(data, ({ load }) => load)]
    .map(([load, same]) => ({ load, throughput: median(same.map(({ throughput }) => throughput))! }))
    .sort((a, b) => a.load - b.load);

/**
 * The longest run of the highest loads over which throughput stays the same; null when it still rises, or falls. The
 * law of scalability knows no such corner: a queue before full cores has one (its bounds are N/(Z+D) and 1/D: Lazowska
 * et al., "Quantitative System Performance", 1984, chapter 5), and the law drawn through it is too low at the corner and falls,
 * or rises, beyond it.
 * @param medians one throughput for each load, ascending by load
 */
export function plateauOf(medians: readonly Measured[]): Plateau | null {
  for (let first = 0; first + minLoads <= medians.length; first++) {
    const run = medians.slice(first);
    if (run.at(-1)!.load < minSpan * run[0]!.load) return null;
    const throughput = median(run.map((point) => point.throughput))!;
    const flat = run.every((point) => Math.abs(point.throughput / throughput - 1) <= tolerance);
    if (flat && Math.abs(trend(run)) <= tolerance) return { from: run[0]!.load, throughput };
  }
  return null;
}

/** What more load is expected to give: the plateau's throughput where there is one, else the law's. */
export const expectedAt = (law: Coefficients, plateau: Plateau | null, load: number): number =>
  plateau && load >= plateau.from ? plateau.throughput : throughputAt(law, load);

/** Theil and Sen's slope on log-log axes times the length of the run: the log of last over first. */
function trend(run: readonly Measured[]): number {
  const slopes = logLogSlopes(run.map(({ load, throughput }) => ({ x: load, y: throughput })));
  return median(slopes)! * Math.log(run.at(-1)!.load / run[0]!.load);
}
