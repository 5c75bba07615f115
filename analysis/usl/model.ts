/**
 * The Universal Scalability Law (Gunther, "Guerrilla Capacity Planning", 2007) with three coefficients:
 * X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)).
 */
export interface Coefficients {
  /** Contention: the part of the work that is done one at a time. */
  readonly alpha: number;
  /** Coherency: the price of agreeing, paid by each pair. */
  readonly beta: number;
  /** Throughput at load 1. */
  readonly gamma: number;
}

export interface Measured {
  readonly load: number;
  readonly throughput: number;
}

const denominator = ({ alpha, beta }: Coefficients, load: number) =>
  1 + alpha * (load - 1) + beta * load * (load - 1);

export const throughputAt = (coefficients: Coefficients, load: number): number =>
  (coefficients.gamma * load) / denominator(coefficients, load);

/** d X / d (alpha, beta, gamma). */
export function gradientAt(coefficients: Coefficients, load: number): [number, number, number] {
  const d = denominator(coefficients, load);
  const byAlpha = (-coefficients.gamma * load * (load - 1)) / d ** 2;
  return [byAlpha, byAlpha * load, load / d];
}

/** N* = sqrt((1 - alpha) / beta), where throughput is greatest; null when it grows for ever (beta 0) or never (alpha >= 1). */
export function peakOf(coefficients: Coefficients): Measured | null {
  const { alpha, beta } = coefficients;
  if (beta <= 0 || alpha >= 1) return null;
  const load = Math.sqrt((1 - alpha) / beta);
  return { load, throughput: throughputAt(coefficients, load) };
}

/** Sum of squared residuals; infinite where the model has a pole. */
export function squaredError(coefficients: Coefficients, data: readonly Measured[]): number {
  let sum = 0;
  for (const { load, throughput } of data) {
    if (denominator(coefficients, load) <= 0) return Number.POSITIVE_INFINITY;
    sum += (throughput - throughputAt(coefficients, load)) ** 2;
  }
  return sum;
}
