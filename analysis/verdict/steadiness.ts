import { median } from '../statistics/quantile.ts';

/** With fewer windows a single stalled one would decide. */
const minWindows = 10;
/** A window may be off by a tenth, or by four standard deviations of Poisson arrivals. */
const tolerance = 0.1;
const deviations = 4;

/**
 * Share (%) of windows whose count is off the median by more than a tenth and by more than random arrivals explain:
 * counts of an open model with exponential gaps have the standard deviation sqrt(median). null: too few windows.
 */
export function unsteadyShare(counts: readonly number[]): number | null {
  const middle = median(counts) ?? 0;
  return shareOff(counts.map((count) => ({ count, expected: middle })));
}

/**
 * The same against a schedule that says how many were due in each window, so that a ramp or a recorded day may change:
 * each window is expected to serve the share of its due requests that the middle one serves. null: too few windows.
 */
export function unsteadyAgainst(windows: readonly { count: number; due: number }[]): number | null {
  const share = median(windows.flatMap(({ count, due }) => (due > 0 ? [count / due] : []))) ?? 0;
  return shareOff(windows.map(({ count, due }) => ({ count, expected: due * share })));
}

function shareOff(windows: readonly { count: number; expected: number }[]): number | null {
  if (windows.length < minWindows) return null;
  const off = windows.filter(
    ({ count, expected }) =>
      Math.abs(count - expected) > Math.max(tolerance * expected, deviations * Math.sqrt(expected)),
  );
  return (100 * off.length) / windows.length;
}
