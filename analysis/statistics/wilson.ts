/** A share of a number of looks, with its interval. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided 99.9 %: it is looked at again and again until it decides. */
const z = 3.2905;

/** Wilson's score interval (1927), which holds for shares of 0 and 1 and for few looks too. */
export function wilson(found: number, of: number): Share {
  const share = found / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
