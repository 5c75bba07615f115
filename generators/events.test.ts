import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { migrate } from '../migrations/runner.ts';
import { type TestDatabase, testDatabase } from '../test/server.ts';
import { appendDays } from './append.ts';
import { type EventKind, type OrderEvent, orderEvents } from './events.ts';
import { resolveScale } from './scales.ts';
import { seed } from './seed.ts';
import { storedWorld } from './stored-world.ts';
import { World } from './world.ts';

const scale = resolveScale('tenants=5,customers=40,products=60,orders=6000');
const world = new World(42, scale);

/** A data set with two appended days. */
let stored: TestDatabase;
before(async () => {
  stored = await testDatabase('g_events');
  const open = () => connect(stored.url);
  await migrate(stored.admin);
  await assert.rejects(storedWorld(stored.admin), /no complete data set/);
  await seed(open, { scale, seed: 42 });
  await appendDays(open, 2);
});
after(() => stored?.[Symbol.asyncDispose]());

async function all(events: AsyncIterable<OrderEvent[]>): Promise<OrderEvent[]> {
  const batches = [];
  for await (const batch of events) batches.push(batch);
  return batches.flat();
}

test('the events are the same in batches of any size and from any part of the orders', async () => {
  const once = await all(orderEvents(world));
  const sizes = [];
  for await (const batch of orderEvents(world, { batch: 777 })) sizes.push(batch.length);
  assert.ok(sizes.slice(0, -1).every((size) => size === 777) && sizes.at(-1)! <= 777, `${sizes}`);
  assert.deepEqual(await all(orderEvents(world, { batch: 777 })), once);
  const parts = [orderEvents(world, { to: 4321 }), orderEvents(world, { from: 4321 })];
  assert.deepEqual((await Promise.all(parts.map(all))).flat(), once);
  assert.equal(new Set(once.map(({ eventId }) => eventId)).size, once.length);
});

test('every order runs its course: placed before paid before sent before delivered, and ended once', async () => {
  const courses = new Map<string, OrderEvent[]>();
  for (const event of await all(orderEvents(world)))
    courses.set(event.orderId, [...(courses.get(event.orderId) ?? []), event]);
  const seen = new Set<EventKind>();
  for (const events of courses.values()) {
    assert.ok(events.every(({ occurredAt }, n) => n === 0 || occurredAt >= events[n - 1]!.occurredAt));
    assert.ok(events[0]!.kind === 'placed' || (events[0]!.kind === 'drafted' && events.length === 1));
    const last = events.at(-1)!;
    const ends: EventKind[] = ['completed', 'cancelled', 'refunded', 'shipped', 'delivered'];
    if (ends.includes(last.status as EventKind)) assert.equal(last.kind, last.status);
    for (const { kind } of events) seen.add(kind);
  }
  assert.equal(seen.size, 8, [...seen].join());
});

test('revenue and counts of the events equal those of the database, appended days included', async () => {
  const { admin } = stored;
  const { rows: expected } = await admin.query(`
    SELECT organization_id AS organization, (created_at AT TIME ZONE 'UTC')::date::text AS day, currency,
           count(*)::int AS orders,
           count(*) FILTER (WHERE status IN ('delivered', 'completed'))::int AS done,
           count(*) FILTER (WHERE payment_status IN ('captured', 'refunded'))::int AS paid,
           coalesce(sum(total_cents) FILTER (WHERE status NOT IN ('draft', 'cancelled', 'refunded')), 0)::float8 AS revenue
    FROM core.orders GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
  const nothing = { orders: 0, done: 0, paid: 0, revenue: 0 };
  const sums = new Map<string, typeof nothing & Record<string, unknown>>();
  for await (const batch of orderEvents(await storedWorld(admin)))
    for (const { organizationId, placedAt, currency, kind, revenueCents } of batch) {
      const day = new Date(placedAt).toISOString().slice(0, 10);
      const key = `${organizationId} ${day} ${currency}`;
      const sum = sums.get(key) ?? { organization: organizationId, day, currency, ...nothing };
      if (kind === 'drafted' || kind === 'placed') sum.orders++;
      if (kind === 'paid') sum.paid++;
      if (kind === 'delivered') sum.done++;
      if (kind === 'refunded') sum.done--;
      sum.revenue += revenueCents;
      sums.set(key, sum);
    }
  const actual = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
  assert.deepEqual(actual, expected);
});

test('an event names the order of the database, with its times, its customer and its items', async () => {
  const { rows } = await stored.admin.query(`
    SELECT o.id, organization_id, user_id, status, currency, total_cents::float8,
           extract(epoch FROM o.created_at)::float8 * 1000 AS placed, extract(epoch FROM o.updated_at)::float8 * 1000 AS updated,
           extract(epoch FROM shipped_at)::float8 * 1000 AS shipped, extract(epoch FROM delivered_at)::float8 * 1000 AS delivered,
           extract(epoch FROM completed_at)::float8 * 1000 AS completed, extract(epoch FROM cancelled_at)::float8 * 1000 AS cancelled,
           i.items, i.pieces
    FROM core.orders o JOIN (
      SELECT order_id, count(*)::int AS items, sum(quantity)::int AS pieces FROM core.order_items GROUP BY 1) i ON i.order_id = o.id
    ORDER BY o.id`);
  const orders = new Map<string, Record<string, unknown>>();
  for (const event of await all(orderEvents(await storedWorld(stored.admin)))) {
    const { orderId, organizationId, userId, status, currency, totalCents, placedAt, items, pieces } = event;
    const order = orders.get(orderId) ?? {
      ...{ id: orderId, organization_id: organizationId, user_id: userId, status, currency },
      ...{ total_cents: totalCents, placed: placedAt, updated: 0, items, pieces },
      ...{ shipped: null, delivered: null, completed: null, cancelled: null },
    };
    if (event.kind in order) order[event.kind] = event.kind === 'placed' ? placedAt : event.occurredAt;
    order.updated = event.occurredAt;
    orders.set(orderId, order);
  }
  const made = [...orders.values()].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  assert.deepEqual(made, rows);
});
