import type { Caller } from './service.ts';

export interface Product {
  readonly organization_id: string;
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly price_cents: number;
  readonly images: readonly unknown[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly version: number;
}

export interface ListedProduct {
  readonly organization_id: string;
  readonly id: string;
  readonly name: string;
  readonly price_cents: number;
  readonly created_at: Date;
}

export interface FoundProduct {
  readonly id: string;
  readonly name: string;
  readonly price_cents: number;
  readonly rank: number;
}

export interface Variant {
  readonly id: string;
  readonly name: string;
  readonly price_cents: number;
  readonly inventory_quantity: number;
}

export interface ProductWithVariants {
  readonly id: string;
  readonly name: string;
  readonly variants: readonly Variant[];
}

export interface PricedProduct {
  readonly organization_id: string;
  readonly id: string;
  readonly price_cents: number;
  readonly version: number;
}

export class Products {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  byId(id: string): Promise<Product | undefined> {
    return this.#caller.row('products/by-id', { id });
  }

  /** The newest 20 that are for sale. */
  newest(): Promise<(ListedProduct & Pick<Product, 'images'>)[]> {
    return this.#caller.rows('products/listing');
  }

  /** The newest 20 with their variants, in one statement. */
  withVariants(): Promise<ProductWithVariants[]> {
    return this.#caller.rows('products/with-variants');
  }

  /** The same by 1 + 20 statements (N+1), as code that follows objects asks: kept to be measured beside the join. */
  async withVariantsOneByOne(): Promise<ProductWithVariants[]> {
    const products: ProductWithVariants[] = [];
    for (const { id, name } of await this.newest())
      products.push({
        id,
        name,
        variants: await this.#caller.rows('products/variants-of', { product_id: id }),
      });
    return products;
  }

  /** The 20 after the last one of the page before, newest first, for sale or not. */
  after({ created_at, id }: Pick<ListedProduct, 'created_at' | 'id'>): Promise<ListedProduct[]> {
    return this.#caller.rows('products/keyset', { created_at, id });
  }

  /** The 20 that match best. */
  search(word: string): Promise<FoundProduct[]> {
    return this.#caller.rows('products/search-function', { word });
  }

  /**
   * Sets the price of a product as it was read; undefined when there is none.
   * @throws Conflict when it has another version by now.
   */
  updatePrice({
    id,
    version,
    price_cents,
  }: Pick<Product, 'id' | 'version' | 'price_cents'>): Promise<PricedProduct | undefined> {
    return this.#caller.row('products/update-price', { id, price_cents, version });
  }
}
