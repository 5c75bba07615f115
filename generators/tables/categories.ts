import { Assortment } from '../assortment.ts';
import { day } from '../calendar.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
import type { World } from '../world.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const categories = table('core.categories', {
  id: 'uuid',
  organization_id: 'uuid',
  name: 'text',
  slug: 'text',
  description: 'text',
  parent_id: 'uuid',
  path: 'text',
  depth: 'int4',
  position: 'int4',
  status: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
});

/** More than a tenant can have. */
const stride = 64;
export const categoryNumber = (tenant: number, category: number) => tenant * stride + category;
export const categoryCreated = (world: World, tenant: number) => world.tenantCreated(tenant) + day;

/** The tree of a tenant; `path` and `depth` are what the schema's trigger would make. */
export class CategoryRows extends Rows {
  write(writer: RowWriter, tenant: number): void {
    const { world, ids } = this;
    const count = this.assortment.categories(tenant);
    const created = categoryCreated(world, tenant);
    const founded = world.tenantCreated(tenant);
    const paths: string[] = [];
    const depths: number[] = [];
    for (let category = 0; category < count; category++) {
      const id = ids.text(subjects.categoryId, categoryNumber(tenant, category), created);
      const parent = Assortment.parent(category, count);
      paths.push(parent < 0 ? id : `${paths[parent]}/${id}`);
      depths.push(parent < 0 ? 0 : depths[parent]! + 1);
      const { name, slug } = world.pools.categories[this.assortment.categoryName(tenant, category)]!;
      writer.row(categories.width);
      ids.write(writer, subjects.categoryId, categoryNumber(tenant, category), created);
      ids.write(writer, subjects.organizationId, tenant, founded);
      writer.text(name);
      writer.text(`${slug}-${category}`);
      writer.pooled(world.pools.sentences, (tenant * 7 + category) % world.pools.sentences.size);
      if (parent < 0) writer.null();
      else ids.write(writer, subjects.categoryId, categoryNumber(tenant, parent), created);
      writer.text(paths[category]!);
      writer.int4(depths[category]!);
      writer.int4(category);
      writer.text(category > 2 && (tenant + category) % 37 === 0 ? 'archived' : 'active');
      writer.time(created);
      writer.time(created);
    }
  }
}
