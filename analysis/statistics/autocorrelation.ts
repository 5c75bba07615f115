import { normalProbability } from './normal.ts';
import { ranks } from './ranks.ts';

export interface Autocorrelation {
  /** Between neighbours, over all series, by ranks so that single spikes do not matter; corrected for their length. */
  readonly estimate: number;
  /** How probable as much of it is among independent values. */
  readonly p: number;
}

/** Fewer neighbours show nothing. */
const least = 8;

/** Whether neighbouring values of these series resemble each other; null where they are too short to show it. */
export function autocorrelation(series: readonly (readonly number[])[]): Autocorrelation | null {
  let [products, squares, count] = [0, 0, 0];
  for (const values of series) {
    const deviations = ranks(values).map(
      (rank) => (rank - (values.length + 1) / 2) / Math.max(1, values.length),
    );
    for (const [i, deviation] of deviations.entries()) {
      squares += deviation * deviation;
      if (i > 0) products += deviation * deviations[i - 1]!;
    }
    count += values.length;
  }
  if (count < least || squares === 0) return null;
  // Deviations from the sample's own mean pull the coefficient down by (1 + 3 r) / n in each series (Kendall 1954).
  const own = count / series.length;
  const raw = products / squares;
  const estimate = Math.min(0.99, (raw + 1 / own) / Math.max(0.2, 1 - 3 / own));
  return { estimate, p: 1 - normalProbability((raw + 1 / own) * Math.sqrt(count)) };
}
