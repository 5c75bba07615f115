import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Connection, connect, type Session } from '../infra/topology/session.ts';
import { until } from '../test/patience.ts';
import { id, twoTenants, twoTenantsRolledBack } from '../test/two-tenants.ts';

/** `count` connections that are closed together. */
async function connections(url: string, count: number): Promise<AsyncDisposable & { all: Connection[] }> {
  const all = await Promise.all(Array.from({ length: count }, () => connect(url, 'olympus-test')));
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** Waits until `blocked` really waits for a lock, so that the order of events is not left to the clock. */
async function untilWaiting(observer: Session, blocked: Connection): Promise<void> {
  const pid = (blocked.client as unknown as { processID: number }).processID;
  const waiting = 'SELECT FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = $2';
  await until(
    'the session waits for a lock',
    async () => (await observer.query(waiting, [pid, 'Lock'])).rows.length > 0,
  );
}

const insertOrder = `INSERT INTO core.orders (organization_id, customer_email, created_at) VALUES ($1, 'x@example.com', $2)`;

test('eight clients that insert at once, and roll some back, get order numbers without gaps or duplicates', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 8);
  const months = ['2026-03-31 23:59:59+00', '2026-04-01 00:00:00+00'];
  await Promise.all(
    clients.all.map(async (client, number) => {
      await client.query('SET synchronous_commit = off');
      for (let i = 0; i < 16; i++) {
        await client.query('BEGIN');
        await client.query(insertOrder, [id('a001'), months[(number + i) % 2]]);
        await client.query(i % 4 === 3 ? 'ROLLBACK' : 'COMMIT');
      }
    }),
  );
  const { rows } = await database.admin.query(
    `
    SELECT left(order_number, 11) AS prefix, count(*)::int AS orders, count(DISTINCT order_number)::int AS numbers,
           min(right(order_number, 5)) AS first, max(right(order_number, 5)) AS last
      FROM core.orders WHERE created_at >= '2026-03-01' AND organization_id = $1 GROUP BY 1 ORDER BY 1`,
    [id('a001')],
  );
  assert.deepEqual(rows, [
    { prefix: 'ACM-202603-', orders: 48, numbers: 48, first: '00001', last: '00048' },
    { prefix: 'ACM-202604-', orders: 48, numbers: 48, first: '00001', last: '00048' },
  ]);
});

test('numbers have the month of created_at in UTC, whatever the time zone of the session', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query("SET LOCAL timezone = 'America/New_York'");
  const { rows } = await database.admin.query(
    `${insertOrder.replace('$2', "'2026-05-31 22:00'")} RETURNING order_number, tableoid::regclass::text AS leaf`,
    [id('a001')],
  );
  assert.deepEqual(rows, [{ order_number: 'ACM-202606-00001', leaf: 'orders_2026_06' }]);
});

test('a number above 99999 is not truncated', async () => {
  await using database = await twoTenantsRolledBack();
  await database.admin.query("INSERT INTO core.order_counters VALUES ($1, '202606', 99999)", [id('a001')]);
  const { rows } = await database.admin.query(`${insertOrder} RETURNING order_number`, [
    id('a001'),
    '2026-06-15 00:00+00',
  ]);
  assert.deepEqual(rows, [{ order_number: 'ACM-202606-100000' }]);
});

test("two writers at two locations both count in the product's stock", async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 2);
  const [first, second] = clients.all as [Connection, Connection];
  await database.admin.query(
    "INSERT INTO core.inventory_locations (id, organization_id, name, code) SELECT $1, $2, 'Two', 'T'",
    [id('a105'), id('a001')],
  );
  await database.admin.query(
    'INSERT INTO core.inventory_levels (organization_id, product_id, location_id) VALUES ($1, $2, $3)',
    [id('a001'), id('a003'), id('a105')],
  );
  const add = (session: Session, quantity: number, location: string) =>
    session.query('UPDATE core.inventory_levels SET available = available + $1 WHERE location_id = $2', [
      quantity,
      id(location),
    ]);
  await first.query('BEGIN');
  await add(first, 5, 'a005');
  const waiting = add(second, 7, 'a105');
  await untilWaiting(database.admin, second);
  await first.query('COMMIT');
  await waiting;
  const { rows } = await database.admin.query(
    'SELECT inventory_quantity AS stock, version FROM core.products WHERE id = $1',
    [id('a003')],
  );
  assert.deepEqual(rows, [{ stock: 22, version: 1 }], 'stock is derived: the product was not edited');
});

test('eight clients that sell the last ten pieces sell exactly ten', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 8);
  const outcomes: string[] = [];
  await Promise.all(
    clients.all.map(async (client) => {
      for (let i = 0; i < 3; i++)
        outcomes.push(
          await client.query("SELECT core.record_movement($1, 'sale', -1)", [id('a006')]).then(
            () => 'sold',
            (error: { code: string }) => error.code,
          ),
        );
    }),
  );
  assert.deepEqual(
    [outcomes.filter((one) => one === 'sold').length, outcomes.filter((one) => one === 'OL001').length],
    [10, 14],
  );
  const { rows } = await database.admin.query(
    `
    SELECT l.available, p.inventory_quantity AS stock, (SELECT sum(quantity)::int FROM core.inventory_movements WHERE inventory_level_id = l.id) AS moved
      FROM core.inventory_levels l JOIN core.products p ON p.id = l.product_id WHERE l.id = $1`,
    [id('a006')],
  );
  assert.deepEqual(rows, [{ available: 0, stock: 0, moved: 0 }], 'ten came in, ten went out');
});

test('moves, variants and deleted levels keep the sums', async () => {
  await using database = await twoTenantsRolledBack();
  const stock = async () =>
    (
      await database.admin.query(
        'SELECT p.inventory_quantity AS product, v.inventory_quantity AS variant FROM core.products p JOIN core.product_variants v ON v.product_id = p.id WHERE p.id = $1',
        [id('a003')],
      )
    ).rows[0];
  await database.admin.query(
    'INSERT INTO core.inventory_levels (id, organization_id, variant_id, location_id, available) VALUES ($1, $2, $3, $4, 4)',
    [id('a106'), id('a001'), id('a004'), id('a005')],
  );
  assert.deepEqual(await stock(), { product: 14, variant: 4 });
  await database.admin.query('DELETE FROM core.inventory_levels WHERE id = $1', [id('a006')]);
  assert.deepEqual(await stock(), { product: 4, variant: 4 });
  await database.admin.query('DELETE FROM core.inventory_levels WHERE id = $1', [id('a106')]);
  assert.deepEqual(await stock(), { product: 0, variant: 0 });
});

test('stock below zero is refused unless the product may be oversold', async () => {
  await using database = await twoTenants();
  const sell = () =>
    database.admin.query('UPDATE core.inventory_levels SET available = -99 WHERE id = $1', [id('a006')]);
  await assert.rejects(sell(), { code: 'OL001' });
  await database.admin.query("UPDATE core.products SET inventory_policy = 'continue' WHERE id = $1", [
    id('a003'),
  ]);
  await sell();
});

test('of two writers who read the same version the second gets SQLSTATE OL409, in either way of saying it', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 2);
  const [first, second] = clients.all as [Connection, Connection];
  const { rows } = await first.query<{ version: number }>('SELECT version FROM core.products WHERE id = $1', [
    id('a003'),
  ]);
  const read = rows[0]!.version;
  const save = (session: Session, price: number, version: number) =>
    session.query('UPDATE core.products SET price_cents = $1, version = $2 WHERE id = $3', [
      price,
      version,
      id('a003'),
    ]);
  await first.query('BEGIN');
  await save(first, 1, read);
  const late = save(second, 2, read);
  const refused = assert.rejects(late, {
    code: 'OL409',
    message: `stale version ${read} of core.products: it is ${read + 1}`,
  });
  await untilWaiting(database.admin, second);
  await first.query('COMMIT');
  await refused;
  const conditional = (version: number) =>
    database.admin.query(
      'UPDATE core.products SET price_cents = 3, version = version + 1 WHERE id = $1 AND version = $2',
      [id('a003'), version],
    );
  assert.equal((await conditional(read)).rowCount, 0);
  assert.equal((await conditional(read + 1)).rowCount, 1);
  assert.equal(
    (await database.admin.query('SELECT version FROM core.products WHERE id = $1', [id('a003')])).rows.length,
    1,
  );
});

/** a002 > a202 > a302 > a402, and a502 beside. */
async function categoryTree(session: Session): Promise<void> {
  for (const [child, parent] of [
    ['a202', 'a002'],
    ['a302', 'a202'],
    ['a402', 'a302'],
    ['a502', null],
  ] as const)
    await session.query(
      'INSERT INTO core.categories (id, organization_id, name, slug, parent_id) VALUES ($1, $2, $3, $3, $4)',
      [id(child), id('a001'), child, parent && id(parent)],
    );
}
const pathOf = async (session: Session, category: string) => {
  const { rows } = await session.query<{ path: string; depth: number }>(
    'SELECT path, depth FROM core.categories WHERE id = $1',
    [id(category)],
  );
  return `${rows[0]!.depth} ${rows[0]!.path
    .split('/')
    .map((part) => part.slice(-4))
    .join('/')}`;
};
const move = (session: Session, category: string, parent: string | null) =>
  session.query('UPDATE core.categories SET parent_id = $2 WHERE id = $1', [
    id(category),
    parent && id(parent),
  ]);

test('a category that moves takes everything below it along', async () => {
  await using database = await twoTenantsRolledBack();
  await categoryTree(database.admin);
  assert.equal(await pathOf(database.admin, 'a402'), '3 a002/a202/a302/a402');
  await move(database.admin, 'a202', 'a502');
  assert.equal(await pathOf(database.admin, 'a402'), '3 a502/a202/a302/a402');
  await move(database.admin, 'a302', null);
  assert.equal(await pathOf(database.admin, 'a402'), '1 a302/a402');
});

test('a category below itself and a parent of another tenant are refused', async () => {
  await using database = await twoTenants();
  await categoryTree(database.admin);
  await assert.rejects(move(database.admin, 'a202', 'a402'), { code: '23514' });
  await assert.rejects(move(database.admin, 'a202', 'a202'), { code: '23514' });
  await assert.rejects(move(database.admin, 'a202', 'b002'), { code: '23503' });
});

test('two moves that would close a circle together: one of them is refused', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 2);
  const [first, second] = clients.all as [Connection, Connection];
  await categoryTree(database.admin);
  await first.query('BEGIN');
  await move(first, 'a002', 'a502');
  const refused = assert.rejects(move(second, 'a502', 'a402'), { code: '23514' });
  await untilWaiting(database.admin, second);
  await first.query('COMMIT');
  await refused;
});

test('moving a parent and its child at once ends in paths that agree with the parents, without a deadlock', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 2);
  const [first, second] = clients.all as [Connection, Connection];
  await categoryTree(database.admin);
  await first.query('BEGIN');
  await move(first, 'a202', 'a502');
  const child = move(second, 'a302', null);
  await untilWaiting(database.admin, second);
  await first.query('COMMIT');
  await child;
  assert.equal(await pathOf(database.admin, 'a202'), '1 a502/a202');
  assert.equal(await pathOf(database.admin, 'a402'), '1 a302/a402');
});

test('a category that is added below one that moves gets the path that the move makes', async () => {
  await using database = await twoTenants();
  await using clients = await connections(database.url, 2);
  const [first, second] = clients.all as [Connection, Connection];
  await categoryTree(database.admin);
  await first.query('BEGIN');
  await move(first, 'a202', 'a502');
  const added = second.query(
    "INSERT INTO core.categories (id, organization_id, name, slug, parent_id) VALUES ($1, $2, 'n', 'n', $3)",
    [id('a602'), id('a001'), id('a302')],
  );
  await untilWaiting(database.admin, second);
  await first.query('COMMIT');
  await added;
  assert.equal(await pathOf(database.admin, 'a602'), '3 a502/a202/a302/a602');
});
