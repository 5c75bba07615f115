export interface Probe {
  readonly rate: number;
  readonly ok: boolean;
  readonly why: string;
}

/** The highest rate that can be kept up, with what is known of it. Rates per second. */
export interface Maximum {
  /** null: not even the smallest rate passed. */
  readonly rate: number | null;
  /** Every probe at or below passed; 0 when none did. */
  readonly low: number;
  /** Every probe at or above failed; null when nothing failed below the generator's limit. */
  readonly high: number | null;
  readonly probes: readonly Probe[];
  readonly why: string;
}

export interface SearchOptions {
  /** Where to begin; near the answer saves probes. */
  readonly start: number;
  /** What the generator itself may be asked: beyond it, it would be the generator that is measured. */
  readonly ceiling: number;
  /** The bracket is narrowed to this share of the rate. */
  readonly precision?: number;
  readonly most?: number;
}

const edgeProbes = 2;

/**
 * Doubles (or halves) until a rate passes and its double fails, bisects the bracket geometrically, and probes both
 * edges once more: noise that let a rate pass by luck, or fail by bad luck, widens the interval. At most `most` probes.
 */
export async function findMaximum(
  probe: (rate: number) => Promise<Omit<Probe, 'rate'>>,
  { start, ceiling, precision = 0.03, most = 10 }: SearchOptions,
): Promise<Maximum> {
  const probes: Probe[] = [];
  const passes = async (rate: number): Promise<boolean> => {
    const outcome = await probe(rate);
    probes.push({ rate, ...outcome });
    return outcome.ok;
  };
  const left = () => most - probes.length;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let rate = Math.min(start, ceiling); left() > 0; ) {
    if (await passes(rate)) low = rate;
    else high = rate;
    if (low > 0 && high < Number.POSITIVE_INFINITY) break;
    if (low >= ceiling || high <= 1) break;
    rate = low > 0 ? Math.min(2 * rate, ceiling) : Math.max(1, rate / 2);
  }
  while (low > 0 && high < Number.POSITIVE_INFINITY && high / low > 1 + precision && left() > edgeProbes) {
    const middle = Math.sqrt(low * high);
    if (await passes(middle)) low = middle;
    else high = middle;
  }
  for (const edge of [low, high])
    if (edge > 0 && edge < Number.POSITIVE_INFINITY && left() > 0) await passes(edge);
  return conclude(probes, ceiling);
}

/** Pure: what the probes say together, lucky and unlucky ones included. */
function conclude(probes: readonly Probe[], ceiling: number): Maximum {
  const failed = probes.filter(({ ok }) => !ok).map(({ rate }) => rate);
  const passed = probes.filter(({ ok }) => ok).map(({ rate }) => rate);
  const firstFailure = Math.min(...failed);
  const lastPass = Math.max(...passed);
  const low = Math.max(0, ...passed.filter((rate) => rate < firstFailure));
  const above = failed.filter((rate) => rate > lastPass);
  const high = above.length > 0 ? Math.min(...above) : null;
  if (passed.length === 0)
    return { rate: null, low: 0, high, probes, why: `no rate passed: ${probes.at(-1)?.why ?? 'none was tried'}` };
  const mixed = probes.some(({ ok, rate }) => ok && rate >= firstFailure);
  const why =
    high === null
      ? lastPass >= ceiling
        ? "nothing failed up to half of the generator's own ceiling: the limit lies beyond"
        : 'it was not bracketed from above within the probes allowed'
      : mixed
        ? 'near the limit the same rate passed once and failed once: the interval holds both'
        : 'the edge was probed twice with the same outcome';
  return { rate: high === null ? lastPass : mixed ? Math.sqrt(Math.max(low, 1) * high) : low, low, high, probes, why };
}
