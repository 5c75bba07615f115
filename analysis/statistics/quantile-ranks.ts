import { normalQuantile } from './normal.ts';

/** Ranks, from 1, of the samples between which a quantile lies; null: the samples are too few to bound it there. */
export interface Ranks {
  readonly low: number | null;
  readonly high: number | null;
}

/** Outside the interval on either side, of independent samples. */
const tail = 0.025;
/** Above this variance the binomial is as good as normal, two ranks more make up for the rest. */
const normalFrom = 25;

/**
 * The order statistics that enclose the q-quantile of what `count` samples were drawn from, with 95 %: how many samples
 * lie below it is binomial, whatever their distribution (Hahn and Meeker 1991, 5.2).
 */
export function quantileRanks(q: number, count: number): Ranks {
  if (count === 0) return { low: null, high: null };
  const variance = count * q * (1 - q);
  return variance < normalFrom ? exactRanks(q, count) : normalRanks(q, count, Math.sqrt(variance));
}

function normalRanks(q: number, count: number, deviation: number): Ranks {
  const half = normalQuantile(1 - tail) * deviation + 1;
  const [low, high] = [Math.floor(count * q - half), Math.ceil(count * q + half)];
  return { low: low < 1 ? null : low, high: high > count ? null : high };
}

/** Walks the binomial down from its top, where one of `count` samples above the quantile has the chance of none. */
function exactRanks(q: number, count: number): Ranks {
  let low: number | null = null;
  let high: number | null = null;
  let [chance, atLeast] = [q ** count, 0];
  for (let below = count; below >= 1; below--) {
    atLeast += chance;
    if (atLeast <= tail) high = below;
    if (low === null && atLeast >= 1 - tail) low = below;
    chance *= ((below / (count - below + 1)) * (1 - q)) / q;
  }
  return { low, high };
}

/** Samples from which the largest of them bounds a quantile from above. */
export const samplesThatBound = (q: number): number => Math.ceil(Math.log(tail) / Math.log(q));
