import { Assortment, variantNumber } from '../assortment.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import type { Product } from '../product.ts';
import { subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const variants = table(
  'core.product_variants',
  {
    id: 'uuid',
    organization_id: 'uuid',
    product_id: 'uuid',
    name: 'text',
    option_values: 'jsonb',
    price_cents: 'int4',
    sku: 'text',
    inventory_quantity: 'int4',
    weight_grams: 'int4',
    position: 'int4',
    status: 'text',
    created_at: 'timestamptz',
    updated_at: 'timestamptz',
  },
  { overwritten: { updated_at: 'created_at' } },
); // set_updated_at fires when stock arrives

const sizeNames = ['S', 'M', 'L', 'XL', 'XXL', '3XL'];
const sizes = Encoded.texts(sizeNames);
const values = Encoded.jsonb(sizeNames.map((Size) => ({ Size })));
const statuses = Encoded.texts(['active', 'archived']);

export class VariantRows extends Rows {
  /** `stockOf` is told a variant, 1..n. */
  write(
    writer: RowWriter,
    product: Product,
    stockOf = (variant: number) => this.assortment.stock(product, variant),
  ): void {
    const { world, ids } = this;
    const { tenant, number, created } = product;
    for (let variant = 1; variant <= product.variants; variant++) {
      const id = variantNumber(number, variant);
      writer.row(variants.width);
      ids.write(writer, subjects.variantId, id, created);
      ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
      ids.write(writer, subjects.productId, number, created);
      writer.pooled(sizes, variant - 1);
      writer.pooled(values, variant - 1);
      writer.int4(Assortment.variantPrice(product.price, variant - 1));
      writer.begin();
      writer.append('SKU-');
      writer.appendNumber(product.place, 6);
      writer.byte(45);
      writer.appendNumber(variant);
      writer.end();
      writer.int4(stockOf(variant));
      writer.int4(100 + 50 * variant);
      writer.int4(variant);
      writer.pooled(statuses, id % 41 ? 0 : 1);
      writer.time(created);
      writer.time(created);
    }
  }
}
