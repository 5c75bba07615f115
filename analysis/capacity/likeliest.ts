import { normalProbability } from '../statistics/normal.ts';

/** Where the limit lies, given which rates passed. */
export interface Likeliest {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

const gridPoints = 600;
/** How far noise may move one probe, as a standard deviation of the log rate; each as likely before anything is known. */
const noises = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16];
/** A probe may fail or pass for a reason that has nothing to do with its rate: a checkpoint, a neighbour. */
const lapse = 0.02;
const tail = 0.025;

/**
 * Posterior of the limit under P(a rate passes) = Phi(ln(limit / rate) / noise), the noise unknown, over a grid of
 * limits evenly spaced in the logarithm. Returns its median and the 95 % interval.
 */
export function likeliest(probes: readonly { readonly rate: number; readonly ok: boolean }[]): Likeliest {
  const rates = probes.map(({ rate }) => rate);
  const [from, to] = [Math.log(Math.min(...rates) / 2), Math.log(2 * Math.max(...rates))];
  const limits = Array.from({ length: gridPoints }, (_, i) => from + ((to - from) * i) / (gridPoints - 1));
  const weights = limits.map((limit) =>
    noises.reduce((sum, noise) => sum + likelihood(probes, limit, noise), 0),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const at = (share: number): number => {
    let sum = 0;
    for (const [i, weight] of weights.entries()) {
      sum += weight;
      if (sum >= share * total) return Math.exp(limits[i]!);
    }
    return Math.exp(to);
  };
  return { middle: at(0.5), low: at(tail), high: at(1 - tail) };
}

function likelihood(
  probes: readonly { readonly rate: number; readonly ok: boolean }[],
  limit: number,
  noise: number,
): number {
  let product = 1;
  for (const { rate, ok } of probes) {
    const passes = lapse + (1 - 2 * lapse) * normalProbability((limit - Math.log(rate)) / noise);
    product *= ok ? passes : 1 - passes;
  }
  return product;
}
