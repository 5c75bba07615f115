import { changePoints, defaultRule } from '../changes/change-points.ts';
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

/** Levels are told apart from this change on: below it the gate decides nothing either. */
const levelRule = { ...defaultRule, magnitude: 0.03 };

/**
 * Where the nights stood last, and how far one may be above: null when there are fewer nights than a baseline needs.
 * After a gain the level is the new one. A rise that nobody accepted is none: the level stays what it was before it, and
 * the limit is what nights scatter about their own level, so that no step widens it.
 * @param values log(head / control), oldest first
 * @param accepted the level that somebody gave a reason for; 0: head is the control. What is slower from the first night
 *   on is no level either
 */
export function baselineOf(values: readonly number[], accepted = 0): Baseline | null {
  if (values.length < baseline.least) return null;
  const levels = levelsOf(values.slice(-baseline.most));
  const own = lastLevel(levels);
  const level = Math.min(median(own)!, accepted + suspicion.least);
  const scatter = levels.flatMap((nights) => {
    const middle = median(nights)!;
    return nights.map((value) => Math.abs(value - middle));
  });
  const mad = median(scatter)!;
  const spread = suspicion.deviations * deviationOfMad * mad * Math.sqrt(1 + ofMedian / own.length);
  return { level, limit: Math.max(suspicion.least, spread) };
}

/** Nights between change points, in order. */
function levelsOf(values: readonly number[]): number[][] {
  const points = changePoints(values.map(Math.exp), levelRule).map(({ index }) => index);
  const bounds = [0, ...points, values.length];
  return bounds.slice(1).map((to, i) => values.slice(bounds[i]!, to));
}

/** That of the newest gain; rises after it are findings, and no level. */
function lastLevel(levels: readonly (readonly number[])[]): readonly number[] {
  const fell = (i: number) => i > 0 && median(levels[i]!)! < median(levels[i - 1]!)!;
  return levels[
    Math.max(
      0,
      levels.findLastIndex((_, i) => fell(i)),
    )
  ]!;
}
