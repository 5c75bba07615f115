import type { Caller } from './service.ts';

/** An order is found by its id and its created_at, which names its month's partition. */
export interface OrderKey {
  readonly id: string;
  readonly created_at: Date;
}

export interface ListedOrder extends OrderKey {
  readonly organization_id: string;
  readonly order_number: string;
  readonly status: string;
  readonly total_cents: number;
}

export interface Order extends ListedOrder {
  readonly payment_status: string;
  readonly subtotal_cents: number;
  readonly discount_cents: number;
  readonly shipping_cents: number;
  readonly tax_cents: number;
  readonly shipping_address: Readonly<Record<string, unknown>> | null;
}

/** One item of an order, with what is the same for all of them. */
export interface OrderItem {
  readonly organization_id: string;
  readonly id: string;
  readonly order_number: string;
  readonly status: string;
  readonly total_cents: number;
  readonly item_id: string;
  readonly quantity: number;
  readonly unit_price_cents: number;
  readonly item_total_cents: number;
  readonly product_name: string | null;
}

/** What is ordered, by whom, and when: the time decides the month that numbers the order. */
export interface NewOrder {
  readonly product_id: string;
  readonly quantity: number;
  readonly user_id: string | null;
  readonly email: string;
  readonly created_at: Date;
}

export class Orders {
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  byId({ id, created_at }: OrderKey): Promise<Order | undefined> {
    return this.#caller.row('orders/by-id', { id, created_at });
  }

  /** Its items; none when there is no such order. */
  items({ id, created_at }: OrderKey): Promise<OrderItem[]> {
    return this.#caller.rows('orders/with-items', { id, created_at });
  }

  /** The newest 20. */
  newest(): Promise<(ListedOrder & { readonly customer_name: string | null })[]> {
    return this.#caller.rows('orders/recent');
  }

  /** The 20 after the last one of the page before. */
  after({ id, created_at }: OrderKey): Promise<ListedOrder[]> {
    return this.#caller.rows('orders/keyset', { id, created_at });
  }

  /** A customer's newest 10. */
  ofCustomer(userId: string): Promise<ListedOrder[]> {
    return this.#caller.rows('orders/by-user', { user_id: userId });
  }

  /** Orders one product at its present price; undefined when it is not for sale. */
  create({ product_id, quantity, user_id, email, created_at }: NewOrder): Promise<ListedOrder | undefined> {
    return this.#caller.row('orders/create', { product_id, quantity, user_id, email, created_at });
  }
}
