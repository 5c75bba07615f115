import type { Product } from './product.ts';

/** A power of two. At 32 bytes they take 8 MB, which a processor's last cache holds. */
const slots = 262_144;
/** Of an entry in 32-bit words; in 64-bit words it is half of that. */
const stride = 8;

/**
 * What sales need of the products that were sold lately, half a cache line each, by the low bits of their number:
 * computing it takes several times as long as reading it, and a few products are in most orders.
 */
export class KnownProducts {
  private readonly words: Int32Array;
  private readonly times: Float64Array;
  private readonly describe: (number: number, tenant: number) => Product;

  constructor(describe: (number: number, tenant: number) => Product) {
    this.words = new Int32Array(slots * stride).fill(-1);
    this.times = new Float64Array(this.words.buffer);
    this.describe = describe;
  }

  /** Where a product stands, for the following. */
  at(number: number, tenant: number): number {
    const at = (number & (slots - 1)) * stride;
    if (this.words[at] !== number) this.#fill(at, this.describe(number, tenant));
    return at;
  }

  /** Whatever stands where the product would: `at` finds it in the processor's cache a little later. */
  touch(number: number): number {
    return this.words[(number & (slots - 1)) * stride]!;
  }

  number(at: number): number {
    return this.words[at]!;
  }

  price(at: number): number {
    return this.words[at + 1]!;
  }

  /** A `soldName`. */
  name(at: number): number {
    return this.words[at + 2]!;
  }

  variants(at: number): number {
    return this.words[at + 3]!;
  }

  created(at: number): number {
    return this.times[(at >> 1) + 2]!;
  }

  repriced(at: number): number {
    return this.times[(at >> 1) + 3]!;
  }

  #fill(at: number, product: Product): void {
    const { words, times } = this;
    words[at] = product.number;
    words[at + 1] = product.price;
    words[at + 2] = soldName(product.adjective, product.material, product.noun);
    words[at + 3] = product.variants;
    times[(at >> 1) + 2] = product.created;
    times[(at >> 1) + 3] = product.repriced;
  }
}

/** The words of a sold product's name in one number: the adjective above, material and noun in the lower 16 bits. */
export const soldName = (adjective: number, material: number, noun: number): number =>
  (adjective << 16) | (material << 8) | noun;
