import { type Coefficients, gradientAt, type Measured, squaredError, throughputAt } from './model.ts';
import { solve } from './solve.ts';

const names = ['alpha', 'beta', 'gamma'] as const;
type Name = (typeof names)[number];

/**
 * The three coefficients by least squares of the throughput itself, none below 0: what R's package usl calls "nls", and
 * the variant that gives the published alpha 0.0277 and beta 0.000104 of SPEC SDM91. (With gamma fixed at X(1) the
 * same data give 0.0126 and 0.000111, by the quadratic of the linearised law 0.0170 and 0.0000789.) Bounds are kept by
 * trying what is free: the unbounded optimum if it is feasible, else the best with alpha, beta or both at 0.
 * `start` saves steps when a good guess is known, as in resampling.
 */
export function fit(data: readonly Measured[], start: Coefficients = linearised(data)): Coefficients {
  const whole = descend(data, start, names);
  if (whole.alpha >= 0 && whole.beta >= 0) return whole;
  const bounded = [
    descend(data, { ...start, alpha: 0 }, ['beta', 'gamma']),
    descend(data, { ...start, beta: 0 }, ['alpha', 'gamma']),
    descend(data, { ...start, alpha: 0, beta: 0 }, ['gamma']),
  ];
  return bounded
    .filter(({ alpha, beta }) => alpha >= 0 && beta >= 0)
    .reduce((a, b) => (squaredError(b, data) < squaredError(a, data) ? b : a));
}

/**
 * N/X = (1/gamma) (1 + alpha (N - 1) + beta N (N - 1)) is linear in 1/gamma, alpha/gamma and beta/gamma; the weights
 * X^4/N^2 turn its errors back into errors of X.
 */
function linearised(data: readonly Measured[]): Coefficients {
  const rows = data.map(({ load, throughput }) => ({
    x: [1, load - 1, load * (load - 1)],
    y: load / throughput,
    weight: (throughput ** 2 / load) ** 2,
  }));
  const normal = names.map((_, i) =>
    names.map((_, j) => rows.reduce((sum, { x, weight }) => sum + weight * x[i]! * x[j]!, 0)),
  );
  const right = names.map((_, i) => rows.reduce((sum, { x, y, weight }) => sum + weight * x[i]! * y, 0));
  const [c0 = 0, c1 = 0, c2 = 0] = solve(normal, right) ?? [];
  const best = Math.max(...data.map(({ load, throughput }) => throughput / load));
  if (!(c0 > 0)) return { alpha: 0.01, beta: 1e-6, gamma: best };
  return { alpha: Math.max(0, c1 / c0), beta: Math.max(0, c2 / c0), gamma: 1 / c0 };
}

/** Levenberg and Marquardt's descent over the free coefficients; the others stay. */
function descend(data: readonly Measured[], start: Coefficients, free: readonly Name[]): Coefficients {
  let at = start;
  let error = squaredError(at, data);
  let damping = 1e-4;
  for (let step = 0; step < 200 && damping < 1e12; step++) {
    const move = solve(...damped(data, at, free, damping));
    const next = move && moved(at, free, move);
    const nextError = next ? squaredError(next, data) : Number.POSITIVE_INFINITY;
    if (next && nextError < error && next.gamma > 0) {
      const gain = (error - nextError) / error;
      [at, error, damping] = [next, nextError, Math.max(damping / 10, 1e-12)];
      if (gain < 1e-14) break;
    } else damping *= 10;
  }
  return at;
}

function moved(at: Coefficients, free: readonly Name[], move: readonly number[]): Coefficients {
  const next = { ...at };
  for (const [i, name] of free.entries()) next[name] += move[i]!;
  return next;
}

/** The normal equations of one step. */
function damped(
  data: readonly Measured[],
  at: Coefficients,
  free: readonly Name[],
  damping: number,
): [matrix: number[][], right: number[]] {
  const columns = free.map((name) => names.indexOf(name));
  const matrix = columns.map(() => columns.map(() => 0));
  const right = columns.map(() => 0);
  for (const { load, throughput } of data) {
    const gradient = gradientAt(at, load);
    const residual = throughput - throughputAt(at, load);
    columns.forEach((p, i) => {
      right[i]! += gradient[p]! * residual;
      columns.forEach((q, j) => {
        matrix[i]![j]! += gradient[p]! * gradient[q]!;
      });
    });
  }
  for (let i = 0; i < columns.length; i++) matrix[i]![i]! *= 1 + damping;
  return [matrix, right];
}
