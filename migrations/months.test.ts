import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../config/fault.ts';
import { connect, type Session } from '../infra/topology/session.ts';
import { id, twoTenants } from '../test/two-tenants.ts';
import { archiveMonth, detachMonth, monthsOf } from './months.ts';

const newOrder = (createdAt: string, tenant = 'a') =>
  `INSERT INTO core.orders (organization_id, customer_email, created_at) VALUES ('${id(`${tenant}001`)}', 'x@example.com', '${createdAt}')`;

/** `count` orders of January 2026 with an item each, beside the two of the fixture. */
const fillJanuary = (session: Session, count: number) =>
  session.query(`
    WITH made AS (
      INSERT INTO core.orders (organization_id, customer_email, created_at, status)
      SELECT '${id('a001')}', 'x@example.com', timestamptz '2026-01-02 00:00+00' + n * interval '1 minute', 'delivered'
        FROM generate_series(1, ${count}) n RETURNING organization_id, id, created_at
    ) INSERT INTO core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents)
      SELECT organization_id, id, created_at, '{}', 1, 1, 1 FROM made`);

const held = async (session: Session) =>
  (
    await session.query(
      `SELECT (SELECT count(*)::int FROM archive.orders WHERE created_at >= '2026-01-01') AS orders,
              (SELECT count(*)::int FROM archive.order_items WHERE order_created_at >= '2026-01-01') AS items,
              CASE WHEN to_regclass('core.orders_2026_01') IS NOT NULL THEN 'there' ELSE 'gone' END AS leaf`,
    )
  ).rows[0];

test('a month is made while a writer of another month has not committed, and the writer can go on', async () => {
  await using database = await twoTenants();
  await using writer = await connect(database.url);
  await writer.query(`BEGIN; ${newOrder('2026-02-01 00:00+00')}`);
  await database.admin.query(
    `BEGIN; SET LOCAL lock_timeout = '60s'; SELECT ops.ensure_partitions('2030-01-01', '2030-01-01')`,
  );
  await writer.query(`SET LOCAL lock_timeout = '60s'; ${newOrder('2026-03-01 00:00+00')}`);
  await database.admin.query('COMMIT');
  await writer.query('COMMIT');
  const { rows } = await database.admin.query(
    `${newOrder('2030-01-31 23:59:59.999+00')} RETURNING tableoid::regclass::text AS leaf, order_number`,
  );
  assert.deepEqual(rows, [{ leaf: 'orders_2030_01', order_number: 'ACM-203001-00001' }]);
});

test('a month that no partition holds is refused, not put into a default', async () => {
  await using database = await twoTenants();
  await assert.rejects(
    database.admin.query(newOrder('2019-06-01 00:00+00')),
    /no partition of relation "orders" found/,
  );
});

test('a month is detached while another month is written, and no row is lost', async () => {
  await using database = await twoTenants();
  await using writer = await connect(database.url);
  await using detacher = await connect(database.url);
  await writer.query(`BEGIN; ${newOrder('2026-02-01 00:00+00')}`);
  // The writer's transaction has pruned January away, but CONCURRENTLY waits for whoever has the parent open. It must
  // not stop others meanwhile.
  const detached = detachMonth(detacher, '2026-01');
  await database.admin.query(`SET lock_timeout = '60s'; ${newOrder('2026-02-02 00:00+00', 'b')}`);
  await writer.query('COMMIT');
  await detached;
  const { rows } = await database.admin.query(`
    SELECT (SELECT count(*)::int FROM core.orders_2026_01) AS orders, (SELECT count(*)::int FROM core.order_items_2026_01) AS items,
           (SELECT count(*)::int FROM pg_inherits WHERE inhrelid IN ('core.orders_2026_01'::regclass, 'core.order_items_2026_01'::regclass)) AS attached`);
  assert.deepEqual(rows, [{ orders: 2, items: 2, attached: 0 }]);
  await detachMonth(detacher, '2026-01'); // a second time changes nothing
});

test('a detached month comes back as it was', async () => {
  await using database = await twoTenants();
  const definition = async () =>
    (
      await database.admin.query(`
        SELECT 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) AS part FROM pg_constraint WHERE conrelid = 'core.orders_2026_01'::regclass
        UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = 'core.orders_2026_01'::regclass AND NOT tgisinternal
        UNION ALL SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'core.orders_2026_01'::regclass
        ORDER BY 1`)
    ).rows;
  const before = await definition();
  await detachMonth(database.admin, '2026-01');
  await database.admin.query("SELECT ops.attach_month('2026-01-01')");
  assert.deepEqual(await definition(), before);
  const { rows } = await database.admin.query('SELECT count(*)::int AS n FROM core.orders');
  assert.deepEqual(rows, [{ n: 2 }]);
});

test('archiving moves every order and item of a month in batches and drops the month', async () => {
  await using database = await twoTenants();
  await fillJanuary(database.admin, 25);
  await detachMonth(database.admin, '2026-01');
  assert.deepEqual(await archiveMonth(database.admin, '2026-01', { batch: 10 }), { orders: 27, items: 27 });
  assert.deepEqual(await held(database.admin), { orders: 27, items: 27, leaf: 'gone' });
  const { rows } = await database.admin.query(
    "SELECT orders, items, orders_moved, items_moved, finished_at IS NOT NULL AS finished FROM archive.months WHERE month = '2026-01-01'",
  );
  assert.deepEqual(rows, [
    { orders: '27', items: '27', orders_moved: '27', items_moved: '27', finished: true },
  ]);
});

test('archiving that was interrupted goes on where it stopped', async () => {
  await using database = await twoTenants();
  await fillJanuary(database.admin, 25);
  await detachMonth(database.admin, '2026-01');
  const stop = new AbortController();
  const progress = { stage() {}, note() {}, warn() {}, count: (done: number) => done >= 20 && stop.abort() };
  await assert.rejects(
    archiveMonth(database.admin, '2026-01', { batch: 10, progress, signal: stop.signal }),
    { name: 'AbortError' },
  );
  assert.deepEqual(await held(database.admin), { orders: 20, items: 20, leaf: 'there' });
  assert.deepEqual(await archiveMonth(database.admin, '2026-01', { batch: 10 }), { orders: 27, items: 27 });
});

test('a month whose rows went missing on the way is not dropped', async () => {
  await using database = await twoTenants();
  await fillJanuary(database.admin, 5);
  await detachMonth(database.admin, '2026-01');
  await database.admin.query("SELECT ops.archive_batch('2026-01-01', 2)");
  await database.admin.query(
    "DELETE FROM archive.orders WHERE created_at >= '2026-01-01' AND organization_id = $1",
    [id('a001')],
  );
  await assert.rejects(
    archiveMonth(database.admin, '2026-01'),
    /the archive of 2026-01 does not hold what the month held: 7 orders/,
  );
  assert.equal(((await held(database.admin)) as { leaf: string }).leaf, 'there');
});

test('a month that is still attached, or no month at all, is not archived', async () => {
  await using database = await twoTenants();
  const usage = (part: RegExp) => (error: Fault) => error.reason === 'usage' && part.test(error.message);
  await assert.rejects(
    archiveMonth(database.admin, '2026-01'),
    usage(/2026-01 of orders and items is not detached/),
  );
  await assert.rejects(archiveMonth(database.admin, '2026-13'), usage(/"2026-13" is no month/));
  await assert.rejects(
    detachMonth(database.admin, '2019-01'),
    usage(/core\.order_items has no month 2019-01/),
  );
});

test('old orders that have ended move with their items, others stay', async () => {
  await using database = await twoTenants();
  await fillJanuary(database.admin, 25);
  const { rows } = await database.admin.query<{ months: number }>(
    "SELECT (extract(year FROM age(now(), '2026-02-01')) * 12 + extract(month FROM age(now(), '2026-02-01')))::int AS months",
  );
  const archive = async () =>
    (
      await database.admin.query<{ moved: number }>('SELECT ops.archive_old_orders($1, 20) AS moved', [
        rows[0]!.months,
      ])
    ).rows[0]!.moved;
  assert.deepEqual([await archive(), await archive(), await archive()], [20, 5, 0]);
  assert.deepEqual(await held(database.admin), { orders: 25, items: 25, leaf: 'there' });
  assert.deepEqual(
    (await database.admin.query('SELECT count(*)::int AS n FROM core.orders')).rows,
    [{ n: 2 }],
    'pending ones stay',
  );
});

const monthsSinceJanuary = async (session: Session): Promise<number> =>
  (
    await session.query<{ months: number }>(
      "SELECT (extract(year FROM age(now(), '2026-02-01')) * 12 + extract(month FROM age(now(), '2026-02-01')))::int AS months",
    )
  ).rows[0]!.months;

test('the archive gets the columns that orders and items got, and keeps those that they lost', async () => {
  await using database = await twoTenants();
  const { admin } = database;
  await fillJanuary(admin, 6);
  const months = await monthsSinceJanuary(admin);
  const archive = () => admin.query('SELECT ops.archive_old_orders($1, 2) AS moved', [months]);
  await archive();
  await admin.query('ALTER TABLE core.orders ADD COLUMN gift boolean NOT NULL DEFAULT true');
  await admin.query('ALTER TABLE core.order_items ADD COLUMN note text');
  await admin.query('ALTER TABLE core.orders DROP COLUMN customer_email');
  assert.deepEqual((await archive()).rows, [{ moved: 2 }]);
  const { rows } = await admin.query(
    `SELECT gift, customer_email IS NULL AS nameless, count(*)::int AS n FROM archive.orders
      WHERE created_at >= '2026-01-01' GROUP BY 1, 2 ORDER BY 1 NULLS FIRST`,
  );
  assert.deepEqual(rows, [
    { gift: null, nameless: false, n: 2 },
    { gift: true, nameless: true, n: 2 },
  ]);
  await detachMonth(admin, '2026-01');
  assert.deepEqual(await archiveMonth(admin, '2026-01'), { orders: 8, items: 8 });
});

test('a column of another type is refused with the command that mends it, and nothing is moved', async () => {
  await using database = await twoTenants();
  const { admin } = database;
  await fillJanuary(admin, 2);
  await admin.query('ALTER TABLE core.order_items ADD COLUMN note text');
  await admin.query('ALTER TABLE archive.order_items ADD COLUMN note integer');
  await assert.rejects(
    admin.query('SELECT ops.archive_old_orders($1)', [await monthsSinceJanuary(admin)]),
    /column note is text in core\.order_items, and integer in archive\.order_items/,
  );
  assert.equal(((await held(admin)) as { orders: number }).orders, 0);
});

test('orders are not archived in a transaction that would not see an item that was just added', async () => {
  await using database = await twoTenants();
  await database.admin.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await assert.rejects(
    database.admin.query('SELECT ops.archive_old_orders(1)'),
    /archived at READ COMMITTED, not at repeatable read/,
  );
  await database.admin.query('ROLLBACK');
});

test('a detaching that was interrupted is finished, and what it was is known before', async () => {
  await using database = await twoTenants();
  await using reader = await connect(database.url);
  await using detacher = await connect(database.url);
  await reader.query('BEGIN; SELECT count(*) FROM core.orders');
  // CONCURRENTLY marks the month in a transaction of its own, then waits for the reader; there it is cut off.
  await detacher.query("SET lock_timeout = '300ms'");
  await assert.rejects(
    detacher.query('ALTER TABLE core.orders DETACH PARTITION core.orders_2026_01 CONCURRENTLY'),
  );
  assert.equal((await monthsOf(database.admin)).find(({ month }) => month === '2026-01')?.state, 'detaching');
  await reader.query('COMMIT');
  await detachMonth(database.admin, '2026-01');
  assert.equal((await monthsOf(database.admin)).find(({ month }) => month === '2026-01')?.state, 'detached');
});
