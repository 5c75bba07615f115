import { ranks } from '../statistics/ranks.ts';
import { bestSplit } from './e-divisive.ts';
import { moments, studentTest } from './student.ts';
import { withoutSpikes } from './without-spikes.ts';

/** What counts as a change: docs/method.md, "Change points". */
export const defaultRule = {
  /** Points looked at together; windows overlap by half. */
  window: 50,
  /** A change is less probable than this without one. */
  p: 0.0001,
  /** Least change of the level, seen from either side: 0.05 is 5 %. One that its uncertainty lets be as large is as large. */
  magnitude: 0.05,
  /** Least number of points from the change to the end, and one more to the next change: outliers that meet are no level. */
  right: 3,
} as const;
export type Rule = { readonly [key in keyof typeof defaultRule]: number };

export interface ChangePoint {
  /** 0-based: the first point after the change. */
  readonly index: number;
  /** Mean from the change before, or the beginning, to this one, spikes drawn in. */
  readonly before: number;
  /** The same from this change to the next, or to the end. */
  readonly after: number;
  /** after / before; null unless both are above 0: over a change of sign a ratio says nothing. */
  readonly ratio: number | null;
  readonly p: number;
}

/** The sample standard deviation of one point is unknown: a level needs two. */
const left = 2;

/**
 * Change points of a series as Hunter finds them (Fleming et al., "Hunter: Using Change Point Detection to Hunt for
 * Performance Regressions", ICPE 2023; Apache Otava): E-divisive in windows at 10 times the wanted p (weak points),
 * then the weakest are merged away until all that stay are significant and large. Three things differ from Apache Otava
 * (at 1ceb153), and spikes are drawn in before anything is tested: they hid one step of 10 % in three. It calls changes too easily: Student's test divides by n - 1 where Otava divides by n, and both
 * neighbours of a merged point are judged anew where Otava keeps the left one's old p. And it misses dips: a split is
 * tested against all the rest of the window, in which what came back to its level hides (a dip of 10 % for 6 nights of
 * noise 2 %: 43 % found, here 100 %). With those three put back, and no least number of points around a change, all ten
 * lists of Otava's tests on the TigerBeetle series come out.
 */
export function changePoints(values: readonly number[], rule: Rule = defaultRule): ChangePoint[] {
  const calm = withoutSpikes(values);
  return merge(weakPoints(calm, rule), calm, rule);
}

/** Indexes in ascending order. */
function weakPoints(values: readonly number[], { window, p }: Rule): number[] {
  const weakP = p < 0.05 ? p * 10 : p < 0.5 ? p * 2 : p;
  const found = new Set<number>();
  for (let start = 0; start < values.length; ) {
    const inWindow = divide(values.slice(start, start + window), weakP).map((index) => start + index);
    for (const index of inWindow) found.add(index);
    start = Math.max(inWindow.at(-1) ?? 0, start + Math.floor(window / 2));
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Where a dip ends was searched for too: it has to be so many times less probable than a step. In 360,000 nights of
 * white noise that makes 16 false alarms; without dips there are 14.
 */
const searched = 100;

/**
 * Splits again and again at the greatest Q of all parts, as long as that split is significant: as a step up to the end
 * of the part, or as a dip up to where Q says that it ends.
 */
function divide(values: readonly number[], p: number): number[] {
  const best = (from: number, to: number) => {
    const split = bestSplit(values.slice(from, to));
    return split && { from, to, index: from + split.tau, until: from + split.kappa, q: split.q };
  };
  const parts = [best(0, values.length)].filter((part) => part !== null);
  const indexes: number[] = [];
  while (parts.length > 0) {
    const greatest = parts.reduce((a, b) => (b.q > a.q ? b : a));
    const { from, to, index, until } = greatest;
    const before = values.slice(from, index);
    const step = studentTest(before, values.slice(index, to)) <= p;
    const dip = () => studentTest(before, values.slice(index, until)) <= p / searched;
    if (!step && !dip()) break;
    indexes.push(index);
    parts.splice(parts.indexOf(greatest), 1);
    for (const part of [best(from, index), best(index, to)]) if (part) parts.push(part);
  }
  return indexes.sort((a, b) => a - b);
}

function merge(indexes: readonly number[], values: readonly number[], rule: Rule): ChangePoint[] {
  const bounds = [0, ...indexes, values.length];
  const at = (i: number) => describe(values, bounds[i]!, bounds[i + 1]!, bounds[i + 2]!);
  const points = indexes.map((_, i) => at(i));
  for (;;) {
    const weakest = weakestOf(points, bounds, rule);
    if (weakest === null) return points.map(({ error: _, apart: __, ...point }) => point);
    bounds.splice(weakest + 1, 1);
    points.splice(weakest, 1);
    // only its two neighbours lie beside other values now
    for (const neighbour of [weakest - 1, weakest]) if (points[neighbour]) points[neighbour] = at(neighbour);
  }
}

function weakestOf(points: readonly Described[], bounds: readonly number[], rule: Rule): number | null {
  const least = (score: (point: Described, i: number) => number): number | null =>
    points.length === 0
      ? null
      : points.reduce((best, point, i) => (score(point, i) < score(points[best]!, best) ? i : best), 0);
  const insignificant = least(({ p }) => -p);
  if (insignificant !== null && points[insignificant]!.p >= rule.p) return insignificant;
  const scattered = points.findIndex(({ apart }) => !apart(rule.p));
  if (scattered !== -1) return scattered;
  const short = points.findIndex(
    (_, i) =>
      bounds[i + 2]! - bounds[i + 1]! < rule.right + (i + 1 < points.length ? 1 : 0) ||
      bounds[i + 1]! - bounds[i]! < left,
  );
  if (short !== -1) return short;
  const smallest = least(magnitude);
  return smallest !== null && magnitude(points[smallest]!) <= rule.magnitude ? smallest : null;
}

interface Described extends ChangePoint {
  /** Of after - before. */
  readonly error: number;
  /** By ranks, which no spike can move far, both sides differ as surely; or as surely as so few values can. */
  apart(p: number): boolean;
}

function describe(values: readonly number[], from: number, index: number, to: number): Described {
  const [a, b] = [values.slice(from, index), values.slice(index, to)];
  const [left, right] = [moments(a), moments(b)];
  const [before, after] = [left.mean, right.mean];
  const variance = (left.squares + right.squares) / Math.max(1, a.length + b.length - 2);
  const error = Math.sqrt(variance * (1 / a.length + 1 / b.length));
  const apart = (p: number) => rankTest(a, b) <= Math.max(p, almost * leastRankP(a.length, b.length));
  const ratio = before > 0 && after > 0 ? after / before : null;
  return { index, before, after, ratio, p: studentTest(a, b), error, apart };
}

/** So few values cannot be surer than when all of one side lie above the other; so much less sure is allowed. */
const almost = 3;

/** Student's test on ranks: Wilcoxon's, nearly (Conover and Iman, The American Statistician 35, 1981). */
function rankTest(a: readonly number[], b: readonly number[]): number {
  const ranked = ranks([...a, ...b]);
  return studentTest(ranked.slice(0, a.length), ranked.slice(a.length));
}

function leastRankP(m: number, n: number): number {
  const [low, high] = [Array.from({ length: m }, (_, i) => i), Array.from({ length: n }, (_, i) => m + i)];
  return rankTest(low, high);
}

/**
 * So many standard errors below the least magnitude a change may be estimated: with none a step of exactly that size is
 * found every other time, with this one four times in five.
 */
const uncertain = 0.84;

/** The greatest relative change, seen from the left and from the right, that its uncertainty allows. */
function magnitude({ before, after, error }: Described): number {
  const most = Math.abs(after - before) + uncertain * error;
  const relative = (from: number) => (from === 0 ? 0 : most / Math.abs(from));
  return Math.max(relative(before), relative(after));
}
