import { Assortment } from './assortment.ts';
import { Identifiers } from './identifiers.ts';
import type { Product } from './product.ts';
import { Random, subjects } from './random.ts';
import type { World } from './world.ts';

export const dimensions = 128;

/** A product as a vector store holds it. */
export interface Embedded {
  /** core.products.id and its organization_id. */
  readonly id: string;
  readonly organization: string;
  /** Unit length. */
  readonly vector: Float32Array;
}

/** What a product's direction is made of, with its share: what it is counts most, its own noise least. */
const shares = { noun: 1, category: 0.7, material: 0.4, brand: 0.3, adjective: 0.2 } as const;
type Trait = keyof typeof shares;
const traits = Object.keys(shares) as Trait[];
const noise = 0.25;

/**
 * Embeddings of the products: a function of seed and product, as every row is, so that a vector store can be filled
 * from the same seed and holds the same truth. Products that share noun, category, material or brand are near.
 */
export class ProductEmbeddings {
  private readonly world: World;
  private readonly assortment: Assortment;
  private readonly random: Random;
  private readonly ids: Identifiers;
  private readonly directions = new Map<number, Float64Array>();
  private readonly product: Product = Assortment.blank();

  constructor(world: World) {
    this.world = world;
    this.assortment = new Assortment(world);
    this.random = new Random(world.seed);
    this.ids = new Identifiers(world.seed);
  }

  /** Product number 0 to `world.scale.products` - 1. */
  at(number: number): Embedded {
    const product = this.assortment.product(number, this.product);
    const { tenant, created } = product;
    return {
      id: this.ids.text(subjects.productId, number, created),
      organization: this.ids.text(subjects.organizationId, tenant, this.world.tenantCreated(tenant)),
      vector: this.#vector(product),
    };
  }

  /** All of them, one at a time. */
  *[Symbol.iterator](): Generator<Embedded> {
    for (let number = 0; number < this.world.scale.products; number++) yield this.at(number);
  }

  #vector(product: Product): Float32Array {
    const { tenant, category, noun, material, brand, adjective } = product;
    const name = category < 0 ? -1 : this.assortment.categoryName(tenant, category);
    const indexes: Record<Trait, number> = { noun, category: name, material, brand, adjective };
    const sum = new Float64Array(dimensions);
    for (const [kind, trait] of traits.entries())
      if (indexes[trait] >= 0) add(sum, this.#direction(kind, indexes[trait]), shares[trait]);
    add(sum, drawn(this.random.at(subjects.embedding, product.number)), noise);
    const length = Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
    return Float32Array.from(sum, (x) => x / length);
  }

  #direction(kind: number, index: number): Float64Array {
    const row = index * traits.length + kind;
    let known = this.directions.get(row);
    if (!known) {
      known = drawn(this.random.at(subjects.direction, row));
      this.directions.set(row, known);
    }
    return known;
  }
}

/** Uniform in a cube: in 128 dimensions two of them are nearly orthogonal. No function that differs by platform. */
const drawn = (random: Random) => Float64Array.from({ length: dimensions }, () => random.unit() - 0.5);

function add(sum: Float64Array, direction: Float64Array, share: number): void {
  for (let i = 0; i < dimensions; i++) sum[i]! += direction[i]! * share;
}
