import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { to as copyTo } from 'pg-copy-streams';
import { type OrderEvent, orderEvents } from '../../generators/events.ts';
import { storedWorld } from '../../generators/stored-world.ts';
import type { Olap } from '../../infra/services/olap.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import type { Connection } from '../../infra/topology/session.ts';
import type { OlapLoading } from '../../result/result.ts';

/** A database of our own in ClickHouse. Disposing it drops it. */
export interface Warehouse extends AsyncDisposable {
  readonly client: Olap;
  readonly database: string;
}

const ordersTable = `
CREATE TABLE {table} (
  organization_id UUID, id UUID, user_id Nullable(UUID), created_at DateTime64(6, 'UTC'),
  status LowCardinality(String), currency LowCardinality(String), total_cents Int64
) ENGINE = MergeTree ORDER BY (organization_id, created_at)`;

const eventsTable = `
CREATE TABLE order_events (
  event_id UUID, kind LowCardinality(String), occurred_at DateTime64(3, 'UTC'), organization_id UUID, order_id UUID,
  user_id Nullable(UUID), placed_at DateTime64(3, 'UTC'), status LowCardinality(String),
  currency LowCardinality(String), total_cents Int64, revenue_cents Int64, items UInt16, pieces UInt32
) ENGINE = MergeTree ORDER BY (organization_id, placed_at)`;

const columns: [string, ...string[]] = [
  'organization_id',
  'id',
  'user_id',
  'created_at',
  'status',
  'currency',
  'total_cents',
];
const copyOut = (where = '') => `
COPY (SELECT organization_id, id, user_id, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
             status, currency, total_cents
      FROM core.orders ${where}) TO STDOUT WITH (FORMAT csv, NULL '\\N')`;

export async function openWarehouse(endpoint: Endpoint, open: (url: string) => Olap): Promise<Warehouse> {
  const database = `olympus_bench_${randomBytes(6).toString('hex')}`;
  {
    await using setUp = open(endpoint.url('app'));
    await setUp.command({ query: `CREATE DATABASE ${database}` });
  }
  const client = open(Object.assign(new URL(endpoint.url('app')), { pathname: `/${database}` }).href);
  await using owned = new AsyncDisposableStack();
  owned.defer(() => client.close());
  owned.defer(async () => void (await client.command({ query: `DROP DATABASE IF EXISTS ${database}` })));
  await client.command({ query: ordersTable.replace('{table}', 'orders') });
  const all = owned.move();
  return { client, database, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Every order of the primary: COPY out as CSV, streamed into an insert. */
export async function loadOrders(session: Connection, { client }: Warehouse, where = ''): Promise<Loaded> {
  let bytes = 0;
  const started = performance.now();
  const rows = session.client.query(copyTo(copyOut(where)));
  // Counted on its way: a listener for `data` sets the stream flowing before the insert reads it, and its start is lost.
  const counted = async function* () {
    for await (const chunk of rows as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const values = Readable.from(counted(), { objectMode: false });
  await client.insert({ table: 'orders', columns, values, format: 'CSV' });
  return {
    path: 'COPY out of the primary, CSV, insert',
    rows: rows.rowCount ?? 0,
    bytes,
    ms: performance.now() - started,
  };
}

type Loaded = Pick<OlapLoading, 'path' | 'rows' | 'bytes' | 'ms'>;

/** The generator's events of the orders, as JSON lines, in batches. */
export async function loadEvents(
  session: Connection,
  { client }: Warehouse,
  maxOrders: number,
  signal: AbortSignal,
): Promise<Loaded> {
  const world = await storedWorld(session);
  await client.command({ query: eventsTable });
  const loaded = { path: "generator's events, JSON lines, insert", rows: 0, bytes: 0, ms: 0 };
  for await (const batch of orderEvents(world, { to: Math.min(maxOrders, world.calendar.orders) })) {
    signal.throwIfAborted();
    const values = batch.map(eventRow);
    const started = performance.now();
    await client.insert({ table: 'order_events', values, format: 'JSONEachRow' });
    loaded.ms += performance.now() - started;
    loaded.rows += batch.length;
    loaded.bytes += values.reduce((sum, row) => sum + JSON.stringify(row).length + 1, 0);
  }
  return loaded;
}

const time = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

const eventRow = (event: OrderEvent) => ({
  event_id: event.eventId,
  kind: event.kind,
  occurred_at: time(event.occurredAt),
  organization_id: event.organizationId,
  order_id: event.orderId,
  user_id: event.userId,
  placed_at: time(event.placedAt),
  status: event.status,
  currency: event.currency,
  total_cents: event.totalCents,
  revenue_cents: event.revenueCents,
  items: event.items,
  pieces: event.pieces,
});

/** What is there, out as Parquet and in again. */
export async function throughParquet({ client, database }: Warehouse): Promise<Loaded[]> {
  const started = performance.now();
  const { stream } = await client.exec({ query: 'SELECT * FROM orders FORMAT Parquet' });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const file = Buffer.concat(chunks);
  const out = performance.now();
  await client.command({ query: ordersTable.replace('{table}', 'orders_again') });
  await client.insert({
    table: 'orders_again',
    values: Readable.from([file], { objectMode: false }),
    format: 'Parquet',
  });
  const back = performance.now();
  const answer = await client.query({
    query: `SELECT count() AS n FROM ${database}.orders_again`,
    format: 'JSONEachRow',
  });
  const rows = Number((await answer.json<{ n: string }>())[0]!.n);
  return [
    { path: 'Parquet, out', rows, bytes: file.length, ms: out - started },
    { path: 'Parquet, insert', rows, bytes: file.length, ms: back - out },
  ];
}
