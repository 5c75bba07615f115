import { autocorrelation } from '../statistics/autocorrelation.ts';
import { type ChangePoint, changePoints, type Rule } from './change-points.ts';

export interface SeriesChanges {
  readonly column: string;
  /** `index` counts the rows of the data from 0, gaps included. */
  readonly points: readonly ChangePoint[];
  readonly count: number;
  /** Rows without a value; they are left out. */
  readonly missing: number;
  /** Why no change could be found here, or null when the series could be judged. */
  readonly why: string | null;
  /** What makes the changes doubtful; null: nothing was seen. */
  readonly doubt: string | null;
}

/** Below this probability the values between the changes are not taken for independent. */
const doubtful = 0.01;

/** The change points of one column; null is a gap. */
export function changesOf(column: string, values: readonly (number | null)[], rule: Rule): SeriesChanges {
  const kept = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const known = kept.map(({ value }) => value);
  const found = changePoints(known, rule);
  const points = found.map((point) => ({ ...point, index: kept[point.index]!.index }));
  return {
    column,
    points,
    count: kept.length,
    missing: values.length - kept.length,
    why: reason(known, rule),
    doubt: found.length === 0 ? null : doubtOf(known, found),
  };
}

/**
 * A process that wanders has levels without any change: nine in ten series of AR(0.9) have a change point
 * (docs/method.md, "Rates of the comparisons").
 */
function doubtOf(values: readonly number[], points: readonly ChangePoint[]): string | null {
  const bounds = [0, ...points.map(({ index }) => index), values.length];
  const levels = bounds.slice(1).map((to, i) => values.slice(bounds[i]!, to));
  const between = autocorrelation(levels);
  if (between === null || between.p >= doubtful) return null;
  return `values between the changes resemble their neighbours (autocorrelation ${between.estimate.toFixed(2)}), so a change may be where the series wandered, and p is too small`;
}

/** Two on the left and `right` on the right: the fewest with which a change can be seen. */
function reason(values: readonly number[], { right }: Rule): string | null {
  if (values.length < right + 2)
    return `${values.length} values: a change needs at least ${right + 2}, ${right} of them after it`;
  if (values.every((value) => value === values[0])) return 'all values are equal';
  return null;
}
