import { levelNumber } from '../assortment.ts';
import { day, windowDays, windowEnd, windowStart } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { OrdersOfDay } from '../orders-of-day.ts';
import type { Product } from '../product.ts';
import { mix, subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const inventoryMovements = table('core.inventory_movements', {
  id: 'uuid',
  organization_id: 'uuid',
  inventory_level_id: 'uuid',
  movement_type: 'text',
  quantity: 'int4',
  previous_quantity: 'int4',
  new_quantity: 'int4',
  reference_type: 'text',
  reference_id: 'uuid',
  reason: 'text',
  performed_by: 'uuid',
  created_at: 'timestamptz',
});

const kinds = Encoded.texts(['receive', 'sale', 'damage', 'adjustment', 'return']);
const references = Encoded.texts(['purchase', 'order']);
const reasons = Encoded.texts(['delivery', 'sold', 'broken', 'stock-take', 'returned']);
const [receive, sale, damage, adjustment, returned] = [0, 1, 2, 3, 4] as const;
const maxMovements = 4;
/** How many days are searched for an order: the smallest tenants have none on most days. */
const daysTried = 28;

/**
 * How each stock level came to be: goods received, then a sale and up to two changes more. Quantities before and
 * after chain, and the last is what the level has available.
 */
export class InventoryMovementRows extends Rows {
  private readonly kind = new Uint8Array(maxMovements);
  private readonly change = new Int32Array(maxMovements);
  private readonly orders = new OrdersOfDay(this.world);
  /** Of the movement that is written next: when, for which order (-1: none is known), and when that was placed. */
  private time = 0;
  private order = -1;
  private placed = 0;

  write(writer: RowWriter, product: Product): void {
    this.assortment.eachLevel(product, (variant, location, available) =>
      this.#chain(writer, product, levelNumber(product.number, variant, location), available),
    );
  }

  #chain(writer: RowWriter, product: Product, level: number, available: number): void {
    const { kind, change } = this;
    const random = this.random.at(subjects.movement, level);
    const count = 1 + random.below(maxMovements - 1);
    let sum = 0;
    for (let n = 1; n < count; n++) {
      const drawn = random.below(20);
      kind[n] = n === 1 || drawn < 14 ? sale : drawn < 16 ? damage : drawn < 18 ? adjustment : returned;
      change[n] = kind[n] === returned ? 1 : kind[n] === damage ? -1 : -1 - random.below(5);
      sum += change[n]!;
    }
    kind[0] = receive;
    change[0] = available - sum;
    const begin = Math.max(windowStart, product.created);
    const step = (windowEnd - begin) / (count + 1);
    let quantity = 0;
    for (let n = 0; n < count; n++) {
      const time = Math.floor(begin + step * (n + random.unit() * 0.9));
      this.#refer(product.tenant, level * maxMovements + n, kind[n]!, time, begin + step * (n + 1));
      this.#movement(writer, product, level, n, quantity);
      quantity += change[n]!;
    }
  }

  /**
   * When it was, and which order it was for: the tenant's next one before `end` for what was sold, then; one of the week
   * before for what came back.
   */
  #refer(tenant: number, number: number, kind: number, time: number, end: number): void {
    const { orders } = this;
    this.time = time;
    this.order = -1;
    if (kind !== sale && kind !== returned) return;
    const index = Math.floor((time - windowStart) / day);
    for (let tried = 0; tried < daysTried; tried++) {
      const on = kind === sale ? index + tried : index - 1 - tried;
      if (on < 0 || on >= windowDays || !orders.find(tenant, on, mix(number))) continue;
      if (kind === sale && (orders.time < time || orders.time >= end)) continue;
      this.order = orders.order;
      this.placed = orders.time;
      if (kind === sale) this.time = orders.time;
      return;
    }
  }

  #movement(writer: RowWriter, product: Product, level: number, n: number, before: number): void {
    const { world, ids, time } = this;
    const { tenant, created } = product;
    const kind = this.kind[n]!;
    const change = this.change[n]!;
    writer.row(inventoryMovements.width);
    ids.write(writer, subjects.movementId, level * maxMovements + n, time);
    ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
    ids.write(writer, subjects.levelId, level, created);
    writer.pooled(kinds, kind);
    writer.int4(change);
    writer.int4(before);
    writer.int4(before + change);
    if (kind === receive) writer.pooled(references, 0);
    else if (kind === sale || kind === returned) writer.pooled(references, 1);
    else writer.null();
    if (this.order < 0) writer.null();
    else ids.write(writer, subjects.orderId, this.order, this.placed);
    writer.pooled(reasons, kind);
    const staff = world.staff.start(tenant);
    if (kind === sale) writer.null();
    else ids.write(writer, subjects.userId, staff, world.userCreated(staff));
    writer.time(time);
  }
}
