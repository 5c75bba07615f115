import { median } from '../statistics/quantile.ts';

/**
 * One slot as one pair: A's median batch, and B as A times the median ratio of the batches that ran beside each other.
 * A machine that slows down for longer than a batch slows down both of a neighbouring pair, so their ratio keeps what a
 * quotient of two medians or minima would lose.
 * @param batches neighbours in time, all above 0, at least one
 */
export function slotPair(batches: readonly (readonly [a: number, b: number])[]): [a: number, b: number] {
  const a = median(batches.map(([one]) => one))!;
  const ratio = median(batches.map(([one, other]) => Math.log(other / one)))!;
  return [a, a * Math.exp(ratio)];
}
