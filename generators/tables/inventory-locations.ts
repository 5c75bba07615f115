import { day } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
import type { World } from '../world.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const inventoryLocations = table('core.inventory_locations', {
  id: 'uuid',
  organization_id: 'uuid',
  name: 'text',
  code: 'text',
  address: 'jsonb',
  location_type: 'text',
  is_default: 'bool',
  fulfillment_priority: 'int4',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
});

const names = Encoded.texts(['Main warehouse', 'City shop', 'Second warehouse', 'Returns centre']);
const kinds = Encoded.texts(['warehouse', 'store', 'warehouse', 'virtual']);
const most = names.size;

export const locationNumber = (tenant: number, location: number) => tenant * most + location;
export const locationCreated = (world: World, tenant: number) => world.tenantCreated(tenant) + 2 * day;

/** The places where a tenant keeps its stock; the first is the default. */
export class InventoryLocationRows extends Rows {
  write(writer: RowWriter, tenant: number): void {
    const { world, ids } = this;
    const { addresses } = world.pools;
    const created = locationCreated(world, tenant);
    for (let location = 0; location < world.locations(tenant); location++) {
      writer.row(inventoryLocations.width);
      ids.write(writer, subjects.locationId, locationNumber(tenant, location), created);
      ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
      writer.pooled(names, location);
      writer.text(`LOC-${location + 1}`);
      writer.pooled(addresses, locationNumber(tenant, location) % addresses.size);
      writer.pooled(kinds, location);
      writer.bool(location === 0);
      writer.int4(location);
      writer.time(created);
      writer.time(created);
    }
  }
}
