/**
 * Randomness that is a pure function of (seed, subject, row, draw number): any row can be generated alone, in any
 * order, on any machine, and is always the same.
 */

/** A bijection of 32-bit integers that flips about half of the output bits per input bit (Wellons, "lowbias32"). */
export const mix = (value: number): number => mixed(value) >>> 0;

/** The same 32 bits as a signed integer, which V8 keeps in a register where an unsigned one becomes a float. */
export function mixed(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

/** value % by of whole numbers below 2^32: V8 divides integers only where it sees that they are, and floats slowly. */
export const modulo = (value: number, by: number): number => (value >>> 0) % (by >>> 0);

/** value % by of whole numbers 0 <= value < 2^53, 0 < by, exactly, in a tenth of the time of `%` on floats. */
export function remainder(value: number, by: number): number {
  const rest = value - Math.floor(value / by) * by;
  return rest < 0 ? rest + by : rest; // the quotient is rounded, up to the next whole number at most
}

/** What a stream of draws is about. Numbers are part of the data's definition: append, never renumber. */
export const subjects = {
  organization: 1,
  user: 2,
  member: 3,
  category: 4,
  product: 5,
  variant: 6,
  order: 7,
  item: 8,
  day: 9,
  location: 10,
  level: 11,
  movement: 12,
  productText: 13,
  orderText: 14,
  organizationText: 15,
  userText: 16,
  embedding: 17,
  direction: 18,
  archivedOrder: 19,
  organizationId: 101,
  userId: 102,
  memberId: 103,
  categoryId: 104,
  productId: 105,
  variantId: 106,
  orderId: 107,
  itemId: 108,
  authId: 109,
  locationId: 110,
  levelId: 111,
  movementId: 112,
  eventId: 113,
  archivedOrderId: 114,
  archivedItemId: 115,
  tagPool: 200,
  textPool: 201,
} as const;
export type Subject = (typeof subjects)[keyof typeof subjects];

/**
 * xoroshiro64** (Blackman, Vigna) whose 64-bit state is set per row. For one subject the states of rows below 2^32
 * are all different, because `mix` is a bijection: identifiers made of them cannot collide by their state.
 */
export class Random {
  /** One key a subject. */
  private readonly keys: Int32Array;
  private s0 = 0;
  private s1 = 0;

  constructor(seed: number) {
    const base = mix((seed | 0) ^ mix(Math.floor(seed / 4294967296)));
    this.keys = Int32Array.from({ length: 256 }, (_, subject) =>
      mixed(base + Math.imul(subject, 0x9e3779b9)),
    );
  }

  /** Starts the draws of `row`. Returns itself. */
  at(subject: Subject, row: number): this {
    const key = this.keys[subject]!;
    const s0 = mixed(row ^ key);
    const s1 = mixed(s0 + key + ((row / 4294967296) | 0) + 0x6a09e667);
    this.s0 = s0;
    this.s1 = (s0 | s1) === 0 ? 1 : s1;
    return this;
  }

  /** A whole number in [0, 2^32). */
  next(): number {
    const a = this.s0;
    const b = this.s1 ^ a;
    const product = Math.imul(a, 0x9e3779bb);
    this.s0 = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
    this.s1 = (b << 13) | (b >>> 19);
    return Math.imul((product << 5) | (product >>> 27), 5) >>> 0;
  }

  /** Starts the draws of `row` and puts the first three into `words`, as signed integers: all that a UUID needs. */
  three(subject: Subject, row: number, words: Int32Array): void {
    const key = this.keys[subject]!;
    let a = mixed(row ^ key);
    let b = mixed(a + key + ((row / 4294967296) | 0) + 0x6a09e667);
    if ((a | b) === 0) b = 1;
    for (let n = 0; n < 3; n++) {
      const product = Math.imul(a, 0x9e3779bb);
      words[n] = Math.imul((product << 5) | (product >>> 27), 5);
      b ^= a;
      a = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
      b = (b << 13) | (b >>> 19);
    }
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.next() / 4294967296;
  }

  /** A whole number in [0, limit). */
  below(limit: number): number {
    return ((this.next() / 4294967296) * limit) >>> 0;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 4294967296;
  }

  /**
   * A rank in [0, limit) with density falling as rank^-1/2: the first quarter of the ranks gets half of the draws.
   * Two uniforms and no power function, so that it is exact on every platform.
   */
  skewed(limit: number): number {
    const u = this.unit();
    return (u * u * limit) >>> 0;
  }
}

/**
 * A permutation of [0, size) without a table: a four-round Feistel network over the next even power of two, walked
 * until it lands inside (at most four steps on average).
 */
export class Permutation {
  private readonly size: number;
  private readonly mask: number;
  private readonly key: number;

  constructor(size: number, key: number) {
    let half = 1;
    while (4 ** half < size) half++;
    this.size = size;
    this.mask = 2 ** half - 1;
    this.key = key;
  }

  at(index: number): number {
    let x = index;
    do {
      let left = Math.floor(x / (this.mask + 1));
      let right = x & this.mask;
      for (let round = 1; round <= 4; round++) {
        const mixed = left ^ this.#mixed(right, round);
        left = right;
        right = mixed;
      }
      x = left * (this.mask + 1) + right;
    } while (x >= this.size);
    return x;
  }

  /** The index whose `at` is `value`: the rounds backwards, walked until it lands inside. */
  inverse(value: number): number {
    let x = value;
    do {
      let left = Math.floor(x / (this.mask + 1));
      let right = x & this.mask;
      for (let round = 4; round >= 1; round--) {
        const mixed = right ^ this.#mixed(left, round);
        right = left;
        left = mixed;
      }
      x = left * (this.mask + 1) + right;
    } while (x >= this.size);
    return x;
  }

  #mixed(half: number, round: number): number {
    return mixed(half ^ Math.imul(this.key + round, 0x85ebca6b)) & this.mask;
  }
}
