import { windowEnd, windowStart } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { confirmed, orderStatuses, type Sales } from '../order-facts.ts';
import { OrderTimeline } from '../order-timeline.ts';
import type { Product } from '../product.ts';
import { subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

/**
 * What happened before the data set was made, as the triggers would have noted it: without it no index of the log could
 * be judged. Where the triggers are on, they note what is loaded too, as another login.
 */
export const auditLogs = table(
  'audit.logs',
  {
    organization_id: 'uuid',
    user_id: 'uuid',
    db_role: 'name',
    action: 'text',
    table_name: 'text',
    record_id: 'uuid',
    old_values: 'jsonb',
    new_values: 'jsonb',
    created_at: 'timestamptz',
  },
  { guarded: true, own: "db_role = 'olympus_app'" },
);

const bytesOf = (text: string) => Buffer.from(text);
/** Login, action and table. */
const heads = Encoded.runs(
  [
    ['UPDATE', 'core.products'],
    ['SOFT_DELETE', 'core.products'],
    ['UPDATE', 'core.orders'],
  ].map(([action, of]) => [bytesOf('olympus_app'), bytesOf(action!), bytesOf(of!)]),
);
const [repriced, deleted, settled] = [0, 1, 2] as const;
const statusChanges = Encoded.jsonb(orderStatuses.map((status) => ({ status })));
const pending = orderStatuses.indexOf('pending');
const nothingDeleted = Encoded.jsonb([{ deleted_at: null }]);
/** One order in so many has its change of status in the log. */
const ordersPerEntry = 8;

/** New prices, and products that were deleted, of the window. */
export class ProductAuditRows extends Rows {
  write(writer: RowWriter, product: Product): void {
    const { price, created, repriced: at, deleted: gone } = product;
    if (at > created && (gone === 0 || gone > at)) {
      this.#begin(writer, repriced, product);
      this.#price(writer, Math.floor((price * 9) / 10));
      this.#price(writer, price);
      writer.time(at);
    }
    if (gone >= windowStart && gone < windowEnd) {
      this.#begin(writer, deleted, product);
      writer.pooled(nothingDeleted, 0);
      writer.beginJson();
      writer.append(`{"deleted_at":"${new Date(gone).toISOString().replace('Z', '+00:00')}"}`);
      writer.end();
      writer.time(gone);
    }
  }

  #begin(writer: RowWriter, head: number, { tenant, number, created }: Product): void {
    const { world, ids } = this;
    const staff = world.staff.start(tenant);
    writer.row(auditLogs.width);
    ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
    ids.write(writer, subjects.userId, staff, world.userCreated(staff));
    writer.run(heads, head);
    ids.write(writer, subjects.productId, number, created);
  }

  #price(writer: RowWriter, cents: number): void {
    writer.beginJson();
    writer.append('{"price_cents":');
    writer.appendNumber(cents);
    writer.byte(125);
    writer.end();
  }
}

/** The last change of status of some orders, at the time at which it was. */
export class OrderAuditRows extends Rows {
  private readonly course = new OrderTimeline(this.world);

  write(writer: RowWriter, sales: Sales, i: number): void {
    const order = sales.from + i;
    const status = sales.status[i]!;
    if (order % ordersPerEntry !== 0 || status < confirmed) return;
    const { ids, course } = this;
    course.of(sales, i);
    writer.row(auditLogs.width);
    ids.writeKnown(writer, subjects.organizationId, sales.tenant[i]!, sales.founded[i]!);
    writer.null();
    writer.run(heads, settled);
    ids.write(writer, subjects.orderId, order, sales.time[i]!);
    writer.pooled(statusChanges, pending);
    writer.pooled(statusChanges, status);
    writer.time(course.updatedAt);
  }
}
