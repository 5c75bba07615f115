/** Samples in ascending order, at least one: what a quantile needs. */
export type Sorted = readonly [number, ...number[]] & { readonly order: 'ascending' };

/** The samples in ascending order; null when there are none. NaN is no sample and is refused. */
export function sorted(samples: readonly number[]): Sorted | null {
  if (samples.some(Number.isNaN)) throw new RangeError('NaN is no sample');
  return samples.length === 0 ? null : (samples.toSorted((a, b) => a - b) as unknown as Sorted);
}
