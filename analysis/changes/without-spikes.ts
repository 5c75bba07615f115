import { median } from '../statistics/quantile.ts';

/** Neighbours on each side that say where the series stands: a level of four values and more stays as it is. */
const neighbours = 3;
/** Standard deviations, by the median absolute deviation, beyond which a value is a spike. */
const reach = 5;
const deviationOfMad = 1.4826;

/** Spikes drawn in to the edge of what values scatter about the median of their neighbours (winsorised locally). */
export function withoutSpikes(values: readonly number[]): number[] {
  const middle = values.map(
    (_, i) => median(values.slice(Math.max(0, i - neighbours), i + neighbours + 1)) ?? 0,
  );
  const limit =
    reach * deviationOfMad * (median(values.map((value, i) => Math.abs(value - middle[i]!))) ?? 0);
  if (limit === 0) return [...values];
  return values.map((value, i) => Math.max(middle[i]! - limit, Math.min(middle[i]! + limit, value)));
}
