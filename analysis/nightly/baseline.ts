import { median } from '../statistics/quantile.ts';
import { nightRules } from './rules.ts';

export interface Baseline {
  /** Median of log(head / control) over the nights. */
  readonly level: number;
  /** A night is above when its value exceeds the level by more than this. */
  readonly limit: number;
}

const { baseline, suspicion } = nightRules;
/** The median absolute deviation of a normal distribution, upside down. */
const deviationOfMad = 1.4826;
/** Variance of a median of n against that of one value: about pi / (2 n). */
const ofMedian = 1.57;

/** Null when there are fewer nights than a baseline needs. */
export function baselineOf(values: readonly number[]): Baseline | null {
  if (values.length < baseline.least) return null;
  const used = values.slice(-baseline.most);
  const level = median(used)!;
  const mad = median(used.map((value) => Math.abs(value - level)))!;
  const spread = suspicion.deviations * deviationOfMad * mad * Math.sqrt(1 + ofMedian / used.length);
  return { level, limit: Math.max(suspicion.least, spread) };
}
