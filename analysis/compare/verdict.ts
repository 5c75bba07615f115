/** The release gate's limits on a ratio B/A where more is worse (docs/method.md, "Comparing two sides"). */
export const limits = {
  /** A change is called only when the estimate exceeds this ratio. */
  change: 1.03,
  /** Below this upper end no regression that matters is left. */
  pass: 1.05,
} as const;

export type RatioVerdict =
  | 'regression'
  | 'improvement'
  | 'pass'
  | 'inconclusive'
  | 'not enough samples'
  | 'not independent';

export interface Ratio {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** What an interval of B/A means; with `higherIsBetter` the ratio is judged upside down. */
export function judge({ estimate, low, high }: Ratio, higherIsBetter: boolean): RatioVerdict {
  if (higherIsBetter) return judge({ estimate: 1 / estimate, low: 1 / high, high: 1 / low }, false);
  if (low > 1 && estimate > limits.change) return 'regression';
  if (high < 1 && estimate < 1 / limits.change) return 'improvement';
  return high < limits.pass ? 'pass' : 'inconclusive';
}
