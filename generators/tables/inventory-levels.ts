import { levelNumber, variantNumber } from '../assortment.ts';
import { windowEnd } from '../calendar.ts';
import type { RowWriter } from '../copy/writer.ts';
import type { Product } from '../product.ts';
import { subjects } from '../random.ts';
import { locationCreated, locationNumber } from './inventory-locations.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const inventoryLevels = table('core.inventory_levels', {
  id: 'uuid',
  organization_id: 'uuid',
  product_id: 'uuid',
  variant_id: 'uuid',
  location_id: 'uuid',
  available: 'int4',
  reserved: 'int4',
  incoming: 'int4',
  updated_at: 'timestamptz',
});

/** What a tracked product, or each of its variants, has in stock at the locations that hold it. */
export class InventoryLevelRows extends Rows {
  write(writer: RowWriter, product: Product): void {
    this.assortment.eachLevel(product, (variant, location, available) => {
      const { world, ids } = this;
      const { tenant, number, created } = product;
      const level = levelNumber(number, variant, location);
      writer.row(inventoryLevels.width);
      ids.write(writer, subjects.levelId, level, created);
      ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
      if (variant) writer.null();
      else ids.write(writer, subjects.productId, number, created);
      if (variant) ids.write(writer, subjects.variantId, variantNumber(number, variant), created);
      else writer.null();
      ids.write(
        writer,
        subjects.locationId,
        locationNumber(tenant, location),
        locationCreated(world, tenant),
      );
      writer.int4(available);
      writer.int4(level % 7 ? 0 : Math.min(available, 1 + (level % 3)));
      writer.int4(available < 10 && level % 2 ? 50 : 0);
      writer.time(Math.floor((created + windowEnd) / 2));
    });
  }
}
