import type { KnownProducts } from './known-products.ts';

/** Items of an order, at most. */
export const maxItems = 10;
/** Orders that are drawn before the first of their products is looked up: what is kept of them stays in the first cache. */
export const ordersAhead = 64;

/** What is drawn about a few orders and their items, and not needed any more once their products are known. */
export class DrawnAhead {
  private readonly coupons = new Uint8Array(ordersAhead);
  private readonly freights = new Uint8Array(ordersAhead);
  private readonly wantedProducts = new Int32Array(ordersAhead * maxItems);
  private readonly olderProducts = new Int32Array(ordersAhead * maxItems);
  private readonly places = new Float64Array(ordersAhead * maxItems);
  private readonly reductions = new Uint8Array(ordersAhead * maxItems);
  private firstOrder = 0;
  private firstItem = 0;
  /** Written so that reading ahead has a result that the compiler must keep. */
  seen = 0;

  /** Begins at this order, whose first item is `item`. */
  begin(order: number, item: number): void {
    this.firstOrder = order;
    this.firstItem = item;
  }

  order(order: number, coupon: boolean, freight: number): void {
    this.coupons[order - this.firstOrder] = coupon ? 1 : 0;
    this.freights[order - this.firstOrder] = freight;
  }

  /**
   * @param which in [0, 1): of a product's variants
   * @param wanted the product at the item's rank of popularity; -1: its tenant has none
   * @param older one that is sold instead where that did not exist yet
   */
  item(item: number, which: number, reduced: boolean, wanted: number, older: number): void {
    const at = item - this.firstItem;
    this.places[at] = which;
    this.reductions[at] = reduced ? 1 : 0;
    this.wantedProducts[at] = wanted;
    this.olderProducts[at] = older;
  }

  /**
   * Reads once of every product that may be among the items before `end`. Looked up alone, each waits for the memory;
   * one after another with no decision between them, the processor waits for several at once.
   */
  touch(known: KnownProducts, end: number): void {
    let seen = 0;
    for (let at = 0; at < end - this.firstItem; at++)
      seen ^= known.touch(this.wantedProducts[at]!) ^ known.touch(this.olderProducts[at]!);
    this.seen = seen;
  }

  coupon(order: number): boolean {
    return this.coupons[order - this.firstOrder] === 1;
  }

  freight(order: number): number {
    return this.freights[order - this.firstOrder]!;
  }

  which(item: number): number {
    return this.places[item - this.firstItem]!;
  }

  reduced(item: number): boolean {
    return this.reductions[item - this.firstItem] === 1;
  }

  wanted(item: number): number {
    return this.wantedProducts[item - this.firstItem]!;
  }

  older(item: number): number {
    return this.olderProducts[item - this.firstItem]!;
  }
}
