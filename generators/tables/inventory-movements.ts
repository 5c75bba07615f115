import { levelNumber, type Product } from '../assortment.ts';
import { windowEnd, windowStart } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
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
  reason: 'text',
  performed_by: 'uuid',
  created_at: 'timestamptz',
});

const kinds = Encoded.texts(['receive', 'sale', 'damage', 'adjustment', 'return']);
const references = Encoded.texts(['purchase', 'order']);
const reasons = Encoded.texts(['delivery', 'sold', 'broken', 'stock-take', 'returned']);
const [receive, sale, damage, adjustment, returned] = [0, 1, 2, 3, 4] as const;
const mostMovements = 4;

/**
 * How each stock level came to be: goods received, then a sale and up to two changes more. Quantities before and
 * after chain, and the last is what the level has available.
 */
export class InventoryMovementRows extends Rows {
  private readonly kind = new Uint8Array(mostMovements);
  private readonly change = new Int32Array(mostMovements);

  write(writer: RowWriter, product: Product): void {
    this.assortment.eachLevel(product, (variant, location, available) =>
      this.#chain(writer, product, levelNumber(product.number, variant, location), available),
    );
  }

  #chain(writer: RowWriter, product: Product, level: number, available: number): void {
    const { kind, change } = this;
    const random = this.random.at(subjects.movement, level);
    const count = 1 + random.below(mostMovements - 1);
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
      this.#movement(writer, product, level, n, quantity, time);
      quantity += change[n]!;
    }
  }

  #movement(
    writer: RowWriter,
    product: Product,
    level: number,
    n: number,
    before: number,
    time: number,
  ): void {
    const { world, ids } = this;
    const { tenant, created } = product;
    const kind = this.kind[n]!;
    const change = this.change[n]!;
    writer.row(inventoryMovements.width);
    ids.write(writer, subjects.movementId, level * mostMovements + n, time);
    ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
    ids.write(writer, subjects.levelId, level, created);
    writer.pooled(kinds, kind);
    writer.int4(change);
    writer.int4(before);
    writer.int4(before + change);
    if (kind === receive) writer.pooled(references, 0);
    else if (kind === sale || kind === returned) writer.pooled(references, 1);
    else writer.null();
    writer.pooled(reasons, kind);
    const staff = world.staff.start(tenant);
    if (kind === sale) writer.null();
    else ids.write(writer, subjects.userId, staff, world.userCreated(staff));
    writer.time(time);
  }
}
