import { base, en, Faker } from '@faker-js/faker';
import { type Connection, identifier, transaction } from '../../infra/topology/session.ts';
import { copyBinary } from '../copy/copy.ts';
import type { Work } from '../load/work.ts';
import type { CopyTarget } from '../tables/table.ts';

/** The tables of the benchmark: the real ones' columns and checks, in a schema of their own. */
export const arena = 'bench_speed';
const path = (table: CopyTarget) => [arena, table.path.at(-1)!];
export const target = (table: CopyTarget) => path(table).join('.');
const columnList = (table: CopyTarget) => table.fields.map(identifier).join(', ');

/** A prepared file of one table of one unit, readable by the server. */
export interface Prepared {
  readonly table: CopyTarget;
  readonly binary: string;
  readonly text: string;
}

/** Ours: makes the rows of these units and copies them. */
export async function generate(connection: Connection, work: Work, units: readonly number[]): Promise<void> {
  for (const unit of units)
    await transaction(connection, async () => {
      const { parts, release } = work.open(unit);
      for (const { table, chunks } of parts)
        await copyBinary(connection, path(table), table.fields, chunks());
      release();
    });
}

/** The limit: the server reads the same rows from its own disk; no client, no socket, nothing is made. */
export async function copyFiles(
  connection: Connection,
  units: readonly (readonly Prepared[])[],
  format: 'binary' | 'text',
): Promise<void> {
  for (const files of units)
    await transaction(connection, async () => {
      for (const { table, [format]: file } of files)
        await connection.query(
          `COPY ${target(table)} (${columnList(table)}) FROM '${file.replaceAll("'", "''")}' (FORMAT ${format})`,
        );
    });
}

const rowsPerInsert = 100;
/** As many items to an order as ours have on average. */
const itemsPerOrder = 2.84;

/** What everybody writes first: faker for every value, INSERTs of a hundred rows; orders and their items. */
export async function naiveInserts(
  connection: Connection,
  orders: CopyTarget,
  items: CopyTarget,
  count: number,
): Promise<void> {
  const faker = new Faker({ locale: [en, base], seed: 1 });
  for (let made = 0; made < count; made += rowsPerInsert)
    await insert(connection, orders, rowsPerInsert, () => naiveOrder(faker));
  for (let made = 0; made < count * itemsPerOrder; made += rowsPerInsert)
    await insert(connection, items, rowsPerInsert, () => naiveItem(faker));
}

async function insert(
  connection: Connection,
  table: CopyTarget,
  rows: number,
  make: () => Record<string, unknown>,
): Promise<void> {
  const names = table.fields;
  const values: unknown[] = [];
  const places: string[] = [];
  for (let row = 0; row < rows; row++) {
    const made = make();
    for (const name of names) values.push(made[name] ?? null);
    places.push(`(${names.map((_, n) => `$${row * names.length + n + 1}`).join(', ')})`);
  }
  await connection.query(
    `INSERT INTO ${target(table)} (${columnList(table)}) VALUES ${places.join(', ')}`,
    values,
  );
}

function naiveAddress(faker: Faker): string {
  return JSON.stringify({
    zip: faker.location.zipCode(),
    city: faker.location.city(),
    line1: faker.location.streetAddress(),
    state: faker.location.state(),
    country: 'US',
  });
}

function naiveOrder(faker: Faker): Record<string, unknown> {
  const created = faker.date.between({ from: '2025-05-01T00:00:00Z', to: '2026-10-31T00:00:00Z' });
  const subtotal = faker.number.int({ min: 500, max: 90_000 });
  return {
    id: faker.string.uuid(),
    organization_id: faker.string.uuid(),
    user_id: faker.string.uuid(),
    order_number: `ORD-${created.toISOString().slice(0, 7).replace('-', '')}-${faker.string.numeric(8)}`,
    customer_email: faker.internet.email(),
    customer_name: faker.person.fullName(),
    customer_phone: faker.phone.number(),
    status: faker.helpers.arrayElement(['pending', 'shipped', 'delivered', 'completed']),
    payment_status: 'captured',
    fulfillment_status: 'fulfilled',
    subtotal_cents: subtotal,
    discount_cents: 0,
    shipping_cents: 390,
    tax_cents: 100,
    total_cents: subtotal + 490,
    currency: faker.finance.currencyCode(),
    discount_codes: '[]',
    shipping_address: naiveAddress(faker),
    billing_address: naiveAddress(faker),
    shipping_method: faker.helpers.arrayElement(['standard', 'express']),
    tracking_number: faker.string.alphanumeric(18),
    shipped_at: faker.date.soon({ refDate: created }),
    payment_method: JSON.stringify({ kind: 'card', last4: faker.string.numeric(4) }),
    source: faker.helpers.arrayElement(['web', 'mobile']),
    metadata: '{}',
    created_at: created,
    updated_at: faker.date.soon({ refDate: created }),
  };
}

function naiveItem(faker: Faker): Record<string, unknown> {
  const created = faker.date.between({ from: '2025-05-01T00:00:00Z', to: '2026-10-31T00:00:00Z' });
  const price = faker.number.int({ min: 99, max: 90_000 });
  const quantity = faker.number.int({ min: 1, max: 5 });
  return {
    id: faker.string.uuid(),
    organization_id: faker.string.uuid(),
    order_id: faker.string.uuid(),
    order_created_at: created,
    product_id: faker.string.uuid(),
    variant_id: faker.string.uuid(),
    product_snapshot: JSON.stringify({ name: faker.commerce.productName(), price_cents: price }),
    quantity,
    unit_price_cents: price,
    discount_cents: 0,
    tax_cents: Math.round(price / 10),
    total_cents: price * quantity,
    taxable: true,
    fulfilled_quantity: quantity,
    created_at: created,
  };
}
