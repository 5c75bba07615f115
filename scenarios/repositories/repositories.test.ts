import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fault } from '../../config/fault.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { identityOf } from '../identity.ts';
import { drawParameters } from '../sources.ts';
import type { Tenant } from '../statement.ts';
import { Conflict } from './conflict.ts';
import { Orders } from './orders.ts';
import { Organizations } from './organizations.ts';
import { Products } from './products.ts';
import { type Caller, Service } from './service.ts';
import { Users } from './users.ts';

let setting: ScratchSetting;
let admin: Connection;
let service: Service;
let own: Tenant;
let other: Tenant;

const caller = (tenant = own): Caller => service.as(identityOf(tenant));
const serviceOf = (change: { commit?: boolean; prepared?: boolean; connections?: number } = {}) => {
  const { topology, database, catalogue } = setting;
  return new Service({ url: topology.get('primary').url('app', database), catalogue, ...change });
};

before(async () => {
  setting = await scratchSetting();
  const [first, , last] = setting.tenants;
  [own, other] = [first!, last!];
  admin = await connect(setting.scratch.url);
  service = serviceOf();
});
after(async () => {
  await service[Symbol.asyncDispose]();
  await admin[Symbol.asyncDispose]();
  await setting[Symbol.asyncDispose]();
});

/** The first draw of a statement's parameters, by their names. */
async function drawn(name: string, tenant = own): Promise<Record<string, string>> {
  const statement = setting.catalogue.find((each) => each.name === name)!;
  const [draw] = await drawParameters(admin, statement, tenant, 1, 1);
  return Object.fromEntries(statement.params.map((parameter, i) => [parameter.name, draw![i]!]));
}
const keyOf = async (tenant = own) => {
  const { id, created_at } = await drawn('orders/by-id', tenant);
  return { id: id!, created_at: new Date(created_at!) };
};

test('a member reads his tenant, its members, products and orders', async () => {
  const organization = await new Organizations(caller()).current();
  assert.equal(organization!.slug, own.label);
  const users = new Users(caller());
  const user = await users.byId(own.userId);
  const membership = await users.membership(own.userId);
  assert.match(user!.email, /@/);
  assert.equal(user!.role, membership!.role);

  const products = new Products(caller());
  const page = await products.newest();
  assert.equal(page.length, 20);
  const product = await products.byId(page[0]!.id);
  assert.equal(product!.price_cents, page[0]!.price_cents);
  const { word } = await drawn('products/search-function');
  const ids = (of: Awaited<ReturnType<typeof products.withVariants>>) =>
    of.map(({ id, variants }) => [id, ...variants.map((variant) => variant.id)]);
  const joined = ids(await products.withVariants());
  assert.ok(joined.some((row) => row.length > 2));
  assert.deepEqual(ids(await products.withVariantsOneByOne()), joined); // what N+1 asks is what the join answers
  assert.ok((await products.search(word!)).length > 0);

  const orders = new Orders(caller());
  const key = await keyOf();
  const order = await orders.byId(key);
  assert.deepEqual(order!.created_at, key.created_at);
  const items = await orders.items(key);
  assert.ok(items.length > 0);
  assert.ok(items.every(({ id, total_cents }) => id === key.id && total_cents === order!.total_cents));
  const { user_id } = await drawn('orders/by-user');
  assert.ok((await orders.ofCustomer(user_id!)).length > 0);
});

test('cents are numbers', async () => {
  const order = await new Orders(caller()).byId(await keyOf());
  assert.equal(typeof order!.total_cents, 'number');
  const { subtotal_cents, discount_cents, shipping_cents, tax_cents, total_cents } = order!;
  assert.equal(total_cents, subtotal_cents - discount_cents + shipping_cents + tax_cents);
});

test('a page goes on after the last row of the one before, whose Date is the exact cursor', async () => {
  const orders = new Orders(caller());
  const first = await orders.newest();
  const second = await orders.after(first.at(-1)!);
  const { rows } = await admin.query<{ id: string }>(
    `SELECT id FROM core.orders WHERE organization_id = $1 ORDER BY created_at DESC, id DESC LIMIT 40`,
    [own.id],
  );
  assert.deepEqual(
    [...first, ...second].map(({ id }) => id),
    rows.map(({ id }) => id),
  );
});

test('what is not there, and what is not the caller’s, is undefined', async () => {
  const nobody = '00000000-0000-4000-8000-000000000000';
  assert.equal(await new Products(caller()).byId(nobody), undefined);
  assert.equal(await new Users(caller()).byId(nobody), undefined);
  const foreign = await drawn('products/by-id', other);
  assert.equal(await new Products(caller()).byId(foreign.id!), undefined);
  assert.equal(await new Orders(caller()).byId(await keyOf(other)), undefined);
  const intruder = service.as({ userId: nobody, organizationId: own.id });
  assert.equal(await new Organizations(intruder).current(), undefined);
  assert.deepEqual(await new Orders(intruder).newest(), []);
});

test('a price is written once for each version that was read; the second writer gets a Conflict', async () => {
  const products = new Products(caller());
  const [listed] = await products.newest();
  const read = (await products.byId(listed!.id))!;
  const written = await products.updatePrice({ ...read, price_cents: 4321 });
  assert.equal(written!.price_cents, 4321);
  assert.equal(written!.version, read.version + 1);
  assert.equal((await products.byId(read.id))!.price_cents, 4321);
  await products.updatePrice({ ...read, ...written!, price_cents: 5432 });
  await assert.rejects(
    products.updatePrice({ ...read, price_cents: 1 }),
    (error) => error instanceof Conflict && error.statement === 'products/update-price',
  );
  assert.equal((await products.byId(read.id))!.price_cents, 5432);
});

test('of writers with the same version at once, one wins and all others get a Conflict', async () => {
  const products = new Products(caller());
  const [listed] = await products.newest();
  const read = (await products.byId(listed!.id))!;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, (_, i) => products.updatePrice({ ...read, price_cents: 100 + i })),
  );
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  assert.equal(refused.length, outcomes.length - 1);
  assert.ok(refused.every((reason) => reason instanceof Conflict));
  assert.equal((await products.byId(read.id))!.version, read.version + 1);
});

test('an order has the present price, the next number of its month, and its item', async () => {
  const orders = new Orders(caller());
  const [listed] = await new Products(caller()).newest();
  const { created_at } = await keyOf();
  const asked = {
    product_id: listed!.id,
    quantity: 3,
    user_id: own.userId,
    email: 'a@example.com',
    created_at,
  };
  const first = (await orders.create(asked))!;
  const second = (await orders.create(asked))!;
  const number = ({ order_number }: { order_number: string }) => Number(order_number.split('-')[2]);
  assert.equal(number(second), number(first) + 1);
  const product = await new Products(caller()).byId(listed!.id);
  const items = await orders.items(second);
  assert.deepEqual(
    items.map(({ quantity, unit_price_cents, item_total_cents }) => [
      quantity,
      unit_price_cents,
      item_total_cents,
    ]),
    [[3, product!.price_cents, 3 * product!.price_cents]],
  );
  assert.equal((await orders.byId(second))!.total_cents, 3 * product!.price_cents);
});

test('what is not for sale is not ordered', async () => {
  const foreign = await drawn('products/by-id', other);
  const order = await new Orders(caller()).create({
    ...{ product_id: foreign.id!, quantity: 1, user_id: null, email: 'a@example.com' },
    created_at: (await keyOf()).created_at,
  });
  assert.equal(order, undefined);
});

test('a service that does not commit leaves nothing behind', async () => {
  await using rehearsal = serviceOf({ commit: false });
  const products = new Products(rehearsal.as(identityOf(own)));
  const [listed] = await products.newest();
  const read = (await products.byId(listed!.id))!;
  for (let i = 0; i < 2; i++)
    assert.equal((await products.updatePrice({ ...read, price_cents: 7 }))!.price_cents, 7);
  assert.deepEqual(await products.byId(read.id), read);
});

test('an identity does not stay with its connection, and a failed call does not harm the next', async () => {
  await using single = serviceOf({ connections: 1, prepared: false });
  const [mine, theirs] = [own, other].map((tenant) => new Orders(single.as(identityOf(tenant))));
  assert.ok((await mine!.newest()).every(({ organization_id }) => organization_id === own.id));
  await assert.rejects(mine!.byId({ id: 'no uuid', created_at: new Date(0) }), { code: '22P02' });
  const rows = await theirs!.newest();
  assert.ok(rows.length > 0 && rows.every(({ organization_id }) => organization_id === other.id));
});

test('a connection that was cut, whenever that shows, costs one call, and the pool goes on', async () => {
  await using single = serviceOf({ connections: 1 });
  const organizations = new Organizations(single.as(identityOf(own)));
  for (let cut = 0; cut < 20; cut++) {
    const { slug } = (await organizations.current())!;
    assert.equal(slug, own.label);
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'olympus-service' AND datname = current_database()`,
    );
    await organizations
      .current()
      .catch((error: Error) => assert.match(error.message, /terminat|ECONNRESET|EPIPE/));
  }
});

test('quotes in an identity stay text', async () => {
  const intruder = service.as({ userId: `'; SELECT 'x`, organizationId: own.id });
  await assert.rejects(new Organizations(intruder).current(), { code: '22P02' });
});

test('parameters that the statement does not take, and statements that there are not, are named', async () => {
  await assert.rejects(
    caller().rows('products/by-id', { idd: '1' }),
    (error: Fault) => error.reason === 'defect' && /takes the parameters id, not idd/.test(error.message),
  );
  await assert.rejects(caller().rows('products/by-idd'), /no statement "products\/by-idd"/);
});
