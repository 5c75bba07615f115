import { seeded } from '../../analysis/statistics/seeded.ts';

/**
 * Which of `count` things each request asks for: the one at place k with a weight of 1/k (Zipf's law), as readers of
 * a shop do. Equal seeds, equal requests.
 */
export function zipf(count: number, seed: number): () => number {
  const random = seeded(seed);
  const sums: number[] = [];
  let total = 0;
  for (let place = 1; place <= count; place++) {
    total += 1 / place;
    sums.push(total);
  }
  return () => {
    const drawn = random() * total;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** A machine that stops for the whole time has figures too: some of these requests are for what others asked for. */
const fewest = 5;

/** Runs `clients` loops of `act` side by side until `until`, each a few times at least; the clock is performance.now(). */
export async function clientsUntil(
  clients: number,
  until: number,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let done = 0; (performance.now() < until || done < fewest) && !signal.aborted; done++) await act();
    }),
  );
  signal.throwIfAborted();
}
