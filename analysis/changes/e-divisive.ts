/**
 * Where one interval of a series most probably changes: E-divisive (Matteson and James, JASA 109, 2014). Over all
 * splits of `values` into X = [0, tau) and Y = [tau, kappa) the one with the greatest
 * Q = mn/(m+n) (2 mean|x - y| - mean|x - x'| - mean|y - y'|), in O(n^2) by sums over rectangles.
 * Null when there are fewer than two values.
 */
export function bestSplit(values: readonly number[]): { tau: number; kappa: number; q: number } | null {
  const n = values.length;
  if (n < 2) return null;
  const sums = rectangleSums(values);
  const within = (from: number, to: number) =>
    (at(sums, n, to, to) - 2 * at(sums, n, from, to) + at(sums, n, from, from)) / 2;
  let best: { tau: number; kappa: number; q: number } | null = null;
  for (let tau = 1; tau < n; tau++) {
    const inX = within(0, tau);
    for (let kappa = tau + 1; kappa <= n; kappa++) {
      const [x, y] = [tau, kappa - tau];
      const between = at(sums, n, tau, kappa) - at(sums, n, tau, tau);
      const q =
        (2 / (x + y)) *
        (between - (x > 1 ? (y / (x - 1)) * inX : 0) - (y > 1 ? (x / (y - 1)) * within(tau, kappa) : 0));
      if (best === null || q > best.q) best = { tau, kappa, q };
    }
  }
  return best;
}

/** One piece of memory for all windows: a long series has tens of thousands. */
let scratch = new Float64Array(0);

/** Sums of |v_i - v_j| over i < row and j < column. */
function rectangleSums(values: readonly number[]): Float64Array {
  const n = values.length;
  const size = (n + 1) * (n + 1);
  if (scratch.length < size) scratch = new Float64Array(size);
  const sums = scratch;
  sums.fill(0, 0, n + 1);
  for (let i = 1; i <= n; i++) {
    let row = 0;
    sums[i * (n + 1)] = 0;
    for (let j = 1; j <= n; j++) {
      row += Math.abs(values[i - 1]! - values[j - 1]!);
      sums[i * (n + 1) + j] = sums[(i - 1) * (n + 1) + j]! + row;
    }
  }
  return sums;
}

const at = (sums: Float64Array, n: number, row: number, column: number) => sums[row * (n + 1) + column]!;
