/** With fewer windows a single stalled one would decide. */
const leastWindows = 10;
/** A window may leave the median by a tenth, or by four standard deviations of Poisson arrivals. */
const tolerance = 0.1;
const deviations = 4;

/**
 * Share (%) of windows whose count is off the median by more than a tenth and by more than random arrivals explain:
 * counts of an open model with exponential gaps have the standard deviation sqrt(median). null: too few windows.
 */
export function unsteadyShare(counts: readonly number[]): number | null {
  if (counts.length < leastWindows) return null;
  const middle = median(counts);
  const allowed = Math.max(tolerance * middle, deviations * Math.sqrt(middle));
  return (100 * counts.filter((count) => Math.abs(count - middle) > allowed).length) / counts.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
