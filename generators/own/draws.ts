import { mix, Permutation } from '../random.ts';

/** A number in [0, 1) of each row: where in its law a column's value lies. */
export type Position = (row: number) => number;

/** What a text is known by among the draws: the same on every machine (FNV-1a). */
export function keyOf(seed: number, ...names: readonly string[]): number {
  let hash = mix((seed | 0) ^ mix(Math.floor(seed / 4294967296) + 0x9e3779b9));
  for (const name of names) {
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    hash = mix(hash + 0x6a09e667);
  }
  return hash | 0;
}

/** 32 bits of a row that are a bijection of it below 2^32, whatever the key. */
export const hashed = (row: number, key: number): number =>
  mix(mix(row ^ key) + key + Math.floor(row / 4294967296));

/** 53 bits, since a table may have more rows than 32 bits tell apart. */
export const unit = (row: number, key: number): number =>
  ((hashed(row, key) >>> 5) * 67108864 + (hashed(row, key ^ 0x5bd1e995) >>> 6)) / 9007199254740992;

/** Half a step above the start of each share, so that no rounding puts it into the one before. */
const within = (index: number, of: number): number => (index + 0.5) / of;

/**
 * @param order that share of the rows takes the value of its place in the table, so that the correlation of the values with
 * the order of the rows is this number
 */
export function drawnPosition(rows: number, key: number, order: number): Position {
  if (order === 0) return (row) => unit(row, key);
  const share = Math.abs(order);
  const place: Position = order > 0 ? (row) => within(row, rows) : (row) => within(rows - 1 - row, rows);
  if (share >= 0.999) return place;
  return (row) => (unit(row, key ^ 0x2545f491) < share ? place(row) : unit(row, key));
}

/** No two rows have the same one, and every share of the law gets its share of the rows exactly. */
export function spreadPosition(
  rows: number,
  key: number,
  order = 0,
): Position & { rowAt(index: number): number } {
  const permutation = new Permutation(Math.max(1, rows), key);
  const place =
    order > 0.5
      ? [(row: number) => row, (index: number) => index]
      : order < -0.5
        ? [(row: number) => rows - 1 - row, (index: number) => rows - 1 - index]
        : [(row: number) => permutation.at(row), (index: number) => permutation.inverse(index)];
  return Object.assign((row: number) => within(place[0]!(row), rows), { rowAt: place[1]! });
}

/** Positions for several columns whose values, taken together, are never the same twice. */
export function jointPositions(sizes: readonly number[], key: number): Position[] {
  const permutation = new Permutation(
    sizes.reduce((all, size) => all * size, 1),
    key,
  );
  let below = 1;
  return sizes.map((size) => {
    const divisor = below;
    below *= size;
    return (row) => within(Math.floor(permutation.at(row) / divisor) % size, size);
  });
}

/** Ranks by Zipf's law, as the area below x^-exponent from 1 to size + 1. */
export class Ranks {
  readonly size: number;
  readonly #exponent: number;
  readonly #whole: number;

  constructor(size: number, exponent: number) {
    this.size = size;
    this.#exponent = Math.abs(exponent - 1) < 1e-9 ? 1 : exponent;
    this.#whole = this.#area(size);
  }

  #area(rank: number): number {
    if (this.#exponent === 0) return rank;
    if (this.#exponent === 1) return Math.log(rank + 1);
    return ((rank + 1) ** (1 - this.#exponent) - 1) / (1 - this.#exponent);
  }

  /** Share of all draws that goes to ranks before this one. */
  share(rank: number): number {
    return rank >= this.size ? 1 : this.#area(rank) / this.#whole;
  }

  at(position: number): number {
    const area = position * this.#whole;
    const rank =
      this.#exponent === 0
        ? area
        : this.#exponent === 1
          ? Math.exp(area) - 1
          : (area * (1 - this.#exponent) + 1) ** (1 / (1 - this.#exponent)) - 1;
    return Math.max(0, Math.min(this.size - 1, Math.floor(rank)));
  }
}

/** Finds the share of a list of weights in which a position lies, and how far. */
export class Shares {
  readonly #sums: Float64Array;

  constructor(weights: readonly number[]) {
    this.#sums = new Float64Array(weights.length + 1);
    for (const [i, weight] of weights.entries()) this.#sums[i + 1] = this.#sums[i]! + weight;
  }

  at(position: number): number {
    const wanted = position * this.#sums.at(-1)!;
    let [low, high] = [0, this.#sums.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#sums[middle]! <= wanted) low = middle;
      else high = middle;
    }
    return low;
  }

  /** From 0 to 1 within the share of this index. */
  inside(position: number, index: number): number {
    const wanted = position * this.#sums.at(-1)!;
    const [from, to] = [this.#sums[index]!, this.#sums[index + 1]!];
    return to === from ? 0 : Math.max(0, Math.min(1, (wanted - from) / (to - from)));
  }
}
