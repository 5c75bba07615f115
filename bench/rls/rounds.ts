/** One side of interleaved pairs. */
export interface Contender {
  /** How many of the rounds it takes part in, from the first on. */
  readonly rounds: number;
  /** Executes the slot of one round. @returns milliseconds per execution */
  slot(round: number): Promise<number>;
}

/**
 * Interleaved rounds: each contender has one slot a round, in an order that rotates from a start chosen by the seed and
 * turns round every other time, so that none is always first or always after the same other.
 * `over` is asked before each round; true ends the rounds early.
 * @returns the slots' times by contender and round; fewer where it took no part
 */
export async function interleave(
  contenders: readonly Contender[],
  seed: number,
  over: () => boolean,
): Promise<number[][]> {
  const times: number[][] = contenders.map(() => []);
  const rounds = Math.max(0, ...contenders.map((contender) => contender.rounds));
  for (let round = 0; round < rounds && !over(); round++) {
    for (const i of orderOf(round, contenders.length, seed)) {
      const contender = contenders[i]!;
      if (round < contender.rounds) times[i]!.push(await contender.slot(round));
    }
  }
  return times;
}

/** The order of one round: over `count` rounds each place is everybody's once. */
export function orderOf(round: number, count: number, seed: number): number[] {
  const first = (((seed + round) % count) + count) % count;
  const order = Array.from({ length: count }, (_, i) => (first + i) % count);
  return Math.floor(round / count) % 2 === 0 ? order : order.toReversed();
}
