import { maxVariants, productStatuses } from '../assortment.ts';
import { windowEnd } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import type { Product } from '../product.ts';
import { type Random, subjects } from '../random.ts';
import { currencies } from '../world.ts';
import { categoryCreated, categoryNumber } from './categories.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const products = table('core.products', {
  id: 'uuid',
  organization_id: 'uuid',
  name: 'text',
  slug: 'text',
  description: 'text',
  short_description: 'text',
  price_cents: 'int4',
  compare_at_price_cents: 'int4',
  cost_cents: 'int4',
  currency: 'text',
  taxable: 'bool',
  sku: 'text',
  barcode: 'text',
  track_inventory: 'bool',
  inventory_quantity: 'int4',
  inventory_policy: 'text',
  weight_grams: 'int4',
  images: 'jsonb',
  attributes: 'jsonb',
  options: 'jsonb',
  seo_title: 'text',
  seo_keywords: 'text[]',
  category_id: 'uuid',
  tags: 'text[]',
  status: 'text',
  visibility: 'text',
  published_at: 'timestamptz',
  metadata: 'jsonb',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deleted_at: 'timestamptz',
  created_by: 'uuid',
  version: 'int4',
});

const statuses = Encoded.texts(productStatuses);
const policies = Encoded.texts(['deny', 'continue']);
const visibilities = Encoded.texts(['visible', 'hidden']);
const options = Encoded.jsonb([
  [],
  [{ name: 'Size', values: ['S', 'M', 'L', 'XL', 'XXL', '3XL'].slice(0, maxVariants) }],
]);
const seasons = Encoded.texts(['spring', 'summer', 'autumn', 'winter', 'all-year']);
const space = 32;
const hyphen = 45;

/** One row a product. The rows of a tenant lie scattered over the table, as they would after years of business. */
export class ProductRows extends Rows {
  write(writer: RowWriter, product: Product, stock = this.assortment.stock(product, -1)): void {
    const { world, ids } = this;
    const { pools } = world;
    const { tenant, number, created } = product;
    const staff = world.staff.start(tenant);
    const currency = currencies[world.currency(tenant)]!;
    const random = this.random.at(subjects.productText, number);
    const drawn = random.next() >>> 0;
    writer.row(products.width);
    ids.write(writer, subjects.productId, number, created);
    ids.write(writer, subjects.organizationId, tenant, world.tenantCreated(tenant));
    writer.begin();
    this.#words(writer, product, 'title', space);
    writer.end();
    writer.begin();
    this.#words(writer, product, 'slug', hyphen);
    writer.byte(hyphen);
    writer.appendBase36(product.place);
    writer.end();
    this.#description(writer, random);
    writer.pooled(pools.sentences, random.below(pools.sentences.size));
    writer.int4(product.price);
    if (drawn % 4 === 0) writer.int4(Math.floor(product.price / 80) * 100 + 99);
    else writer.null();
    writer.int4(Math.floor((product.price * (35 + (drawn % 40))) / 100));
    writer.text(currency);
    writer.bool(drawn % 25 > 0);
    this.#sku(writer, product, drawn);
    if (drawn % 3) writer.null();
    else {
      writer.begin();
      writer.appendNumber(4_000_000_000_000 + number, 13);
      writer.end();
    }
    writer.bool(product.tracked);
    writer.int4(stock);
    writer.pooled(policies, drawn % 10 ? 0 : 1);
    writer.int4(50 + (drawn % 5000));
    writer.pooled(pools.images, random.below(pools.images.size));
    writer.pooled(pools.attributes, random.below(pools.attributes.size));
    writer.pooled(options, product.variants ? 1 : 0);
    writer.begin();
    this.#words(writer, product, 'title', space);
    writer.end();
    if (drawn % 2) writer.null();
    else writer.pooled(pools.keywords, random.below(pools.keywords.size));
    if (product.category < 0) writer.null();
    else
      ids.write(
        writer,
        subjects.categoryId,
        categoryNumber(tenant, product.category),
        categoryCreated(world, tenant),
      );
    writer.pooled(pools.tags, random.below(pools.tags.size));
    writer.pooled(statuses, product.status);
    writer.pooled(visibilities, drawn % 30 ? 0 : 1);
    writer.timeOrNull(product.status === 1 ? 0 : Math.min(windowEnd - 1, created + (drawn % 100) * 36_000));
    this.#metadata(writer, product, random);
    writer.time(created);
    const updated = Math.floor(created + random.unit() * (windowEnd - created));
    writer.time(Math.max(updated, product.deleted));
    writer.timeOrNull(product.deleted);
    ids.write(writer, subjects.userId, staff, world.userCreated(staff));
    writer.int4(1 + (drawn % 6));
  }

  #words(writer: RowWriter, product: Product, form: 'title' | 'slug', between: number): void {
    const { pools } = this.world;
    writer.appendPooled(pools.adjectives[form], product.adjective);
    writer.byte(between);
    writer.appendPooled(pools.materials[form], product.material);
    writer.byte(between);
    writer.appendPooled(pools.products[form], product.noun);
  }

  #description(writer: RowWriter, random: Random): void {
    const { sentences } = this.world.pools;
    const count = 2 + random.below(4);
    writer.begin();
    for (let n = 0; n < count; n++) {
      if (n) writer.byte(space);
      writer.appendPooled(sentences, random.below(sentences.size));
    }
    writer.end();
  }

  #sku(writer: RowWriter, product: Product, drawn: number): void {
    if (drawn % 20 === 7) {
      writer.null();
      return;
    }
    writer.begin();
    writer.append('SKU-');
    writer.appendNumber(product.place, 6);
    writer.end();
  }

  /** Brands by rank, one colour of many, and a few featured products: three selectivities for containment. */
  #metadata(writer: RowWriter, product: Product, random: Random): void {
    const { pools } = this.world;
    writer.beginJson();
    writer.append('{"brand":"');
    writer.appendPooled(pools.brands, product.brand);
    writer.append('","color":"');
    writer.appendPooled(pools.colours, random.skewed(pools.colours.size));
    writer.append('","season":"');
    writer.appendPooled(seasons, random.below(seasons.size));
    writer.append(random.chance(0.04) ? '","featured":true}' : '","featured":false}');
    writer.end();
  }
}
