/** A figure known as a range. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** When a limit is reached, as a range of days from now; null: never at that pace. */
export interface Forecast {
  readonly limit: number;
  readonly earliestDays: number | null;
  readonly latestDays: number | null;
}

/**
 * Days until `now` grows to `limit` at a pace per day that is known as a range. Linear: business that grows itself
 * gets there sooner, which is why the range is told and never one date.
 */
export function daysUntil(now: number, limit: number, perDay: Range): Forecast {
  const room = Math.max(0, limit - now);
  const days = (pace: number) => (pace > 0 ? room / pace : null);
  return { limit, earliestDays: days(perDay.high), latestDays: days(perDay.low) };
}

/**
 * The range of a pace from single days: their mean, give or take what days differ (two standard errors). It may reach below 0,
 * as the mean may: a size shrinks by a vacuum, and a range without its mean would be none.
 */
export function paceOf(days: readonly number[]): Range & { readonly mean: number } {
  const mean = days.reduce((sum, day) => sum + day, 0) / days.length;
  if (days.length < 2) return { mean, low: mean, high: mean };
  const variance = days.reduce((sum, day) => sum + (day - mean) ** 2, 0) / (days.length - 1);
  const margin = 2 * Math.sqrt(variance / days.length);
  return { mean, low: mean - margin, high: mean + margin };
}
