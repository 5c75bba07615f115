import type { RowWriter } from '../copy/writer.ts';
import type { Sales } from '../order-facts.ts';
import { subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const orderItems = table('core.order_items', {
  id: 'uuid',
  organization_id: 'uuid',
  order_id: 'uuid',
  order_created_at: 'timestamptz',
  product_id: 'uuid',
  variant_id: 'uuid',
  product_snapshot: 'jsonb',
  quantity: 'int4',
  unit_price_cents: 'int8',
  discount_cents: 'int8',
  tax_cents: 'int8',
  total_cents: 'int8',
  taxable: 'bool',
  fulfilled_quantity: 'int4',
  created_at: 'timestamptz',
});

export class OrderItemRows extends Rows {
  private readonly organization = new Int32Array(4);
  private readonly order = new Int32Array(4);

  /** The items of the order at index `i`. */
  write(writer: RowWriter, sales: Sales, i: number): void {
    const { ids } = this;
    const order = sales.from + i;
    const tenant = sales.tenant[i]!;
    const time = sales.time[i]!;
    const founded = sales.founded[i]!;
    const status = sales.status[i]!;
    const sent = status >= 4 && status !== 7;
    for (let at = sales.first[i]!; at < sales.first[i + 1]!; at++) {
      const quantity = sales.quantity[at]!;
      const price = sales.price[at]!;
      const product = sales.product[at]!;
      const variant = sales.variant[at]!;
      writer.row(orderItems.width);
      ids.write(writer, subjects.itemId, order * 16 + at - sales.first[i]!, time);
      if (at === sales.first[i]) {
        ids.writeKnown(writer, subjects.organizationId, tenant, founded);
        writer.last16(this.organization);
        ids.write(writer, subjects.orderId, order, time);
        writer.last16(this.order);
      } else {
        writer.field16(this.organization);
        writer.field16(this.order);
      }
      writer.time(time);
      if (product < 0) writer.null();
      else ids.write(writer, subjects.productId, product, sales.productCreated[at]!);
      if (variant < 0) writer.null();
      else ids.write(writer, subjects.variantId, variant, sales.productCreated[at]!);
      this.#snapshot(writer, sales, at);
      writer.int4(quantity);
      writer.int8(price);
      writer.int8(sales.itemDiscount[at]!);
      writer.int8(sales.itemTax[at]!);
      writer.int8(quantity * price - sales.itemDiscount[at]!);
      writer.bool(true);
      writer.int4(sent ? quantity : 0);
      writer.time(time);
    }
  }

  /** What the product was when it was sold. */
  #snapshot(writer: RowWriter, sales: Sales, at: number): void {
    const { sold } = this.world.pools;
    const name = sales.name[at]!;
    writer.begin();
    writer.appendPooled(sold.opening, name >> 16);
    writer.appendPooled(sold.rest, ((name >> 8) & 255) * sold.nouns + (name & 255));
    writer.appendNumber(sales.price[at]!);
    writer.byte(125);
    writer.end();
  }
}
