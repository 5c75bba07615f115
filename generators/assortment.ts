import { day, windowDays, windowEnd, windowStart } from './calendar.ts';
import { KnownProducts } from './known-products.ts';
import type { Product } from './product.ts';
import { Permutation, Random, remainder, subjects } from './random.ts';
import { tradeStart, type World } from './world.ts';

export const maxVariants = 6;
const maxLocations = 4;

export const productStatuses = ['active', 'draft', 'archived'] as const;

/** Price level of a category in cents: from 4 to 700 in money, by the category's name. */
const levels = [400, 700, 1200, 1900, 2900, 4500, 7000, 11000, 18000, 32000, 70000];
/** Quantiles of a product's price against its category's level (a lognormal's, sigma 0.45). */
const spread = [0.35, 0.48, 0.57, 0.65, 0.72, 0.8, 0.87, 0.95, 1.05, 1.15, 1.26, 1.4, 1.56, 1.77, 2.1, 2.9];

/** Products and categories of all tenants. */
export class Assortment {
  private readonly world: World;
  private readonly random: Random;
  private readonly establishedShare = 0.6;
  /** Order of the rows in the table: the products of a tenant lie scattered, as after years of business. */
  readonly order: Permutation;

  readonly known: KnownProducts;

  constructor(world: World) {
    this.world = world;
    this.order = new Permutation(world.scale.products, 13);
    this.random = new Random(world.seed);
    const scratch = Assortment.blank();
    this.known = new KnownProducts((number, tenant) => this.product(number, scratch, tenant));
  }

  static blank(): Product {
    return {
      number: 0,
      tenant: 0,
      place: 0,
      created: 0,
      category: 0,
      price: 0,
      repriced: 0,
      variants: 0,
      status: 0,
      deleted: 0,
      tracked: false,
      brand: 0,
      adjective: 0,
      material: 0,
      noun: 0,
    };
  }

  /** Categories of a tenant: the square root of its products, 3 to 60. */
  categories(tenant: number): number {
    return Math.max(3, Math.min(60, Math.floor(Math.sqrt(this.world.products.count(tenant)))));
  }

  /** Index into the pool of category names. Neighbours differ, so names are unlike within a tenant. */
  categoryName(tenant: number, category: number): number {
    const first = this.random.at(subjects.category, tenant).next();
    return remainder(first + category, this.world.pools.categories.length);
  }

  /** The tree: one root in six, at least two; below them three children each, then theirs. -1: a root. */
  static parent(category: number, count: number): number {
    const roots = Math.max(2, Math.floor(count / 6));
    return category < roots ? -1 : Math.floor((category - roots) / 3);
  }

  /** How many of a tenant's products are older than the window of orders: at least one, if it has any. */
  established(count: number): number {
    return Math.min(count, Math.max(1, Math.floor(count * this.establishedShare)));
  }

  created(count: number, place: number, jitter: number): number {
    const old = this.established(count);
    return place < old
      ? tradeStart + Math.floor(((place + jitter) / old) * 200 * day)
      : windowStart + Math.floor(((place - old + jitter) / (count - old)) * windowDays * day);
  }

  /** Fills `product` with what is known about product `number`. */
  product(number: number, product: Product, tenant = this.world.products.tenantOf(number)): Product {
    const { world } = this;
    const start = world.products.start(tenant);
    const count = world.products.start(tenant + 1) - start;
    const random = this.random.at(subjects.product, number);
    product.number = number;
    product.tenant = tenant;
    product.place = number - start;
    product.created = this.created(count, product.place, random.unit());
    const categories = this.categories(tenant);
    const drawn = random.unit();
    product.category = drawn < 0.97 ? Math.floor((drawn / 0.97) * categories) : -1;
    const factor = spread[random.below(spread.length)]! * (0.9 + random.unit() * 0.2);
    product.variants = Math.max(0, random.below(9) - 4) && 1 + random.below(maxVariants - 1);
    const state = random.unit();
    const age = (windowEnd - product.created) / (windowDays * day);
    product.status = state < 0.02 + 0.16 / (1 + 4 * age) ? 1 : state > 1 - 0.09 * age ? 2 : 0;
    product.deleted = random.chance(0.03)
      ? product.created + Math.floor(random.unit() * (windowEnd - product.created))
      : 0;
    product.repriced = random.chance(0.3) ? windowStart + random.below(windowDays) * day : 0;
    product.tracked = random.chance(0.85);
    product.brand = random.skewed(world.pools.brands.size);
    product.adjective = random.below(world.pools.adjectives.title.size);
    product.material = random.below(world.pools.materials.title.size);
    product.noun = random.below(world.pools.products.title.size);
    product.price = this.#price(tenant, product.category, factor);
    return product;
  }

  /** Price of variant `variant` of a product; the first costs what the product costs. */
  static variantPrice(price: number, variant: number): number {
    return price + variant * Math.floor(price / 2000) * 100;
  }

  /**
   * Stock of a product: `each` is told variant (1..n; 0 is the product itself, when it has none), location and
   * pieces. The first location holds everything, the others two things of five.
   */
  eachLevel(product: Product, each: (variant: number, location: number, available: number) => void): void {
    if (!product.tracked) return;
    const locations = this.world.locations(product.tenant);
    for (let variant = Math.min(1, product.variants); variant <= product.variants; variant++)
      for (let location = 0; location < locations; location++) {
        const available = this.#available(product.number, variant, location);
        if (available >= 0) each(variant, location, available);
      }
  }

  /** Pieces of one variant, or with -1 of the whole product, over all locations. */
  stock(product: Product, wanted: number): number {
    let sum = 0;
    this.eachLevel(product, (variant, _, available) => {
      if (wanted < 0 || variant === wanted) sum += available;
    });
    return sum;
  }

  /** -1: not kept there. One level in ten is sold out, one in five is low. */
  #available(product: number, variant: number, location: number): number {
    const random = this.random.at(subjects.level, levelNumber(product, variant, location));
    if (random.unit() > 0.4 && location > 0) return -1;
    const kind = random.unit();
    if (kind < 0.1) return 0;
    return kind < 0.3 ? random.below(10) : 10 + random.skewed(400);
  }

  #price(tenant: number, category: number, factor: number): number {
    const name = category < 0 ? 0 : this.categoryName(tenant, category);
    const cents = levels[(name * 7) % levels.length]! * factor;
    return Math.max(1, Math.round(cents / 100)) * 100 - 1;
  }
}

/** Number of the stock level of a product's variant at a location, unique over all. */
export const levelNumber = (product: number, variant: number, location: number) =>
  (product * (maxVariants + 1) + variant) * maxLocations + location;

/** Number of variant 1..n of a product, unique over all. */
export const variantNumber = (product: number, variant: number) => product * (maxVariants + 1) + variant;
