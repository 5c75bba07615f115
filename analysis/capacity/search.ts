import { likeliest } from './likeliest.ts';

export interface Probe {
  readonly rate: number;
  readonly ok: boolean;
  readonly why: string;
}

/** The highest rate that can be kept up, with what is known of it. Rates per second. */
export interface Maximum {
  /** The middle of what the probes leave possible; null: no rate passed. */
  readonly rate: number | null;
  /** The maximum lies between the two with 95 % certainty; high null: nothing failed that could be offered. */
  readonly low: number;
  readonly high: number | null;
  readonly probes: readonly Probe[];
  readonly why: string;
}

export interface SearchOptions {
  /** Where to begin; near the answer saves probes. */
  readonly start: number;
  /** What the generator itself may be asked: beyond it, it would be the generator that is measured. */
  readonly ceiling: number;
  /** It ends when the interval is this share of the rate wide. */
  readonly precision?: number;
  readonly most?: number;
}

/**
 * Goes up (or down) until one rate passes and another fails, then asks at the rate that the probes so far call as
 * likely too high as too low: probabilistic bisection (Horstein, IEEE Trans. Inf. Theory 9, 1963; QUEST, Watson and
 * Pelli 1983). A probe that noise decided shifts the interval a little in place of misleading all that follow. Ends
 * within `most` probes.
 */
export async function findMaximum(
  probe: (rate: number) => Promise<Omit<Probe, 'rate'>>,
  { start, ceiling, precision = 0.05, most = 10 }: SearchOptions,
): Promise<Maximum> {
  const probes: Probe[] = [];
  const ask = async (rate: number) => void probes.push({ rate, ...(await probe(rate)) });
  await ask(Math.min(start, ceiling));
  while (probes.length < most) {
    const next = bracket(probes, ceiling);
    if (next === null) break;
    await ask(next);
  }
  if (!probes.some(({ ok }) => ok)) {
    const high = Math.min(...probes.map(({ rate }) => rate));
    return { rate: null, low: 0, high, probes, why: `no rate passed: ${probes.at(-1)!.why}` };
  }
  if (probes.every(({ ok }) => ok)) {
    const rate = Math.max(...probes.map((each) => each.rate));
    const why =
      rate >= ceiling
        ? "nothing failed up to half of the generator's own ceiling: the limit lies beyond"
        : 'nothing failed within the probes allowed';
    return { rate, low: rate, high: null, probes, why };
  }
  let found = likeliest(probes);
  while (probes.length < most && found.high > (1 + precision) * found.low) {
    await ask(Math.min(found.middle, ceiling));
    found = likeliest(probes);
  }
  const { middle, low, high } = found;
  const first = Math.min(...probes.filter(({ ok }) => !ok).map(({ rate }) => rate));
  const crossed = probes.some(({ ok, rate }) => ok && rate > first);
  const why = crossed
    ? 'near the limit a higher rate passed than one that failed: the interval is wider for it'
    : 'every rate that passed lies below every one that failed';
  return { rate: middle, low, high, probes, why };
}

/** The search begins near the answer: its first steps are shorter than doublings. */
const [nearStep, farStep, nearSteps] = [1.5, 2, 3];

/** The next rate while only passes or only failures were seen; null when there are both, or no further to go. */
function bracket(probes: readonly Probe[], ceiling: number): number | null {
  const rates = probes.map(({ rate }) => rate);
  const step = probes.length < nearSteps ? nearStep : farStep;
  if (probes.every(({ ok }) => ok)) {
    const top = Math.max(...rates);
    return top >= ceiling ? null : Math.min(step * top, ceiling);
  }
  if (probes.some(({ ok }) => ok)) return null;
  const bottom = Math.min(...rates);
  return bottom <= 1 ? null : Math.max(1, bottom / step);
}
