import { day, windowStart } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { type Random, subjects } from '../random.ts';
import { currencies, type World } from '../world.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

/** Orders of the months before the window, which have left core.orders. Only what such an order must have. */
export const archivedOrders = table(
  'archive.orders',
  {
    id: 'uuid',
    organization_id: 'uuid',
    order_number: 'text',
    customer_email: 'text',
    status: 'text',
    payment_status: 'text',
    fulfillment_status: 'text',
    subtotal_cents: 'int8',
    total_cents: 'int8',
    currency: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
    completed_at: 'timestamptz',
    archived_at: 'timestamptz',
  },
  { guarded: true },
);

export const archivedOrderItems = table(
  'archive.order_items',
  {
    id: 'uuid',
    organization_id: 'uuid',
    order_id: 'uuid',
    order_created_at: 'timestamptz',
    product_snapshot: 'jsonb',
    quantity: 'int4',
    unit_price_cents: 'int8',
    total_cents: 'int8',
    fulfilled_quantity: 'int4',
    created_at: 'timestamptz',
    archived_at: 'timestamptz',
  },
  { guarded: true },
);

/** One for so many orders of the window. */
const ordersPerArchived = 20;
const archivedDays = 89; // February to April
const maxItems = 3;
const completedStates = Encoded.runs([
  ['completed', 'captured', 'fulfilled'].map((text) => Buffer.from(text)),
]);
const currencyNames = Encoded.texts(currencies);

export const archivedCount = ({ scale }: World): number => Math.ceil(scale.orders / ordersPerArchived);

/** What both tables must agree on; the same for the same number. */
class ArchivedOrder {
  private readonly world: World;
  private readonly rows: number;
  tenant = 0;
  time = 0;
  items = 0;
  subtotal = 0;
  readonly quantities = new Int32Array(maxItems);
  readonly prices = new Int32Array(maxItems);

  constructor(world: World) {
    this.world = world;
    this.rows = archivedCount(world);
  }

  /** They lie in the order of time, and a tenant's are spread over all of it. */
  of(number: number, random: Random): void {
    random.at(subjects.archivedOrder, number);
    this.tenant = this.world.orders.tenantOf(random.below(this.rows), this.rows);
    this.time =
      windowStart -
      archivedDays * day +
      Math.floor(((number + random.unit()) / this.rows) * archivedDays * day);
    this.items = 1 + random.below(maxItems);
    this.subtotal = 0;
    for (let n = 0; n < this.items; n++) {
      this.quantities[n] = 1 + random.below(2);
      this.prices[n] = 999 + 500 * random.below(40);
      this.subtotal += this.quantities[n]! * this.prices[n]!;
    }
  }
}

export class ArchivedOrderRows extends Rows {
  private readonly order = new ArchivedOrder(this.world);

  write(writer: RowWriter, number: number): void {
    const { world, ids, order } = this;
    order.of(number, this.random);
    const { tenant, time, subtotal } = order;
    writer.row(archivedOrders.width);
    ids.write(writer, subjects.archivedOrderId, number, time);
    ids.writeKnown(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
    const month = new Date(time).toISOString().slice(0, 7).replace('-', '');
    writer.begin();
    writer.appendPooled(world.orderPrefixes, world.orderPrefix(tenant));
    writer.append(`${month}-`);
    writer.appendNumber(number + 1, 5);
    writer.end();
    writer.begin();
    writer.append('archived');
    writer.appendNumber(number);
    writer.append('@example.com');
    writer.end();
    writer.run(completedStates, 0);
    writer.int8(subtotal);
    writer.int8(subtotal);
    writer.pooled(currencyNames, world.currency(tenant));
    writer.time(time);
    writer.time(time + 7 * day);
    writer.time(time + 7 * day);
    writer.time(windowStart);
  }
}

export class ArchivedOrderItemRows extends Rows {
  private readonly order = new ArchivedOrder(this.world);

  /** The items of one archived order. */
  write(writer: RowWriter, number: number): void {
    const { world, ids, order } = this;
    order.of(number, this.random);
    const { tenant, time, quantities, prices } = order;
    for (let n = 0; n < order.items; n++) {
      writer.row(archivedOrderItems.width);
      ids.write(writer, subjects.archivedItemId, number * 4 + n, time);
      ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
      ids.write(writer, subjects.archivedOrderId, number, time);
      writer.time(time);
      writer.beginJson();
      writer.append('{"title":"Discontinued"}');
      writer.end();
      writer.int4(quantities[n]!);
      writer.int8(prices[n]!);
      writer.int8(quantities[n]! * prices[n]!);
      writer.int4(quantities[n]!);
      writer.time(time);
      writer.time(windowStart);
    }
  }
}
