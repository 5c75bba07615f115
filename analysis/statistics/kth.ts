/**
 * The k-th smallest (from 1) of all differences b_j - a_i of ascending samples, by bisection on its value: every step
 * counts in one pass, so a million differences are never written down.
 */
export function kthDifference(a: Float64Array, b: Float64Array, k: number): number {
  const [low, high] = [b[0]! - a[a.length - 1]!, b[b.length - 1]! - a[0]!];
  return kth(low, high, k, (value) => atMost(a, b, value));
}

/** The k-th smallest (from 1) of the averages (d_i + d_j) / 2 of ascending values, i <= j, in the same way. */
export function kthWalshAverage(d: Float64Array, k: number): number {
  const negative = d.map((x) => -x).reverse();
  return kth(d[0]!, d[d.length - 1]!, k, (value) => {
    const diagonal = d.reduce((count, x) => count + Number(x <= value), 0);
    return (atMost(negative, d, 2 * value) + diagonal) / 2;
  });
}

/** The least value of which `count` says at least k. */
function kth(low: number, high: number, k: number, count: (value: number) => number): number {
  if (count(low) >= k) return low;
  let [below, at] = [low, high];
  for (let step = 0; step < 200; step++) {
    const middle = below + (at - below) / 2;
    if (middle <= below || middle >= at) break;
    if (count(middle) >= k) at = middle;
    else below = middle;
  }
  return at;
}

/** How many differences b_j - a_i are at most `value`. */
function atMost(a: Float64Array, b: Float64Array, value: number): number {
  let [count, below] = [0, 0];
  for (const x of a) {
    while (below < b.length && b[below]! - x <= value) below++;
    count += below;
  }
  return count;
}
