import { type Sorted, sorted } from './sorted.ts';

/** The q-quantile, 0 to 1, linear between order statistics (type 7 of Hyndman and Fan 1996; R's and NumPy's default). */
export function quantile(samples: Sorted, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies between 0 and 1, not at ${q}`);
  const at = (samples.length - 1) * q;
  const [low, high] = [samples[Math.floor(at)]!, samples[Math.ceil(at)]!];
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

/** Null when there are no samples. */
export function median(samples: readonly number[]): number | null {
  const ascending = sorted(samples);
  return ascending && quantile(ascending, 0.5);
}
