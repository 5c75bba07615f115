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
}

/** The change points of one column; null is a gap. */
export function changesOf(column: string, values: readonly (number | null)[], rule: Rule): SeriesChanges {
  const kept = values.flatMap((value, index) => (value === null ? [] : [{ value, index }]));
  const points = changePoints(
    kept.map(({ value }) => value),
    rule,
  ).map((point) => ({ ...point, index: kept[point.index]!.index }));
  return {
    column,
    points,
    count: kept.length,
    missing: values.length - kept.length,
    why: reason(
      kept.map(({ value }) => value),
      rule,
    ),
  };
}

/** Two on the left and `right` on the right: the fewest with which a change can be seen. */
function reason(values: readonly number[], { right }: Rule): string | null {
  if (values.length < right + 2)
    return `${values.length} values: a change needs at least ${right + 2}, ${right} of them after it`;
  if (values.every((value) => value === values[0])) return 'all values are equal';
  return null;
}
