import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { Fault } from '../config/fault.ts';
import { silent } from '../config/progress.ts';
import { connect, type Session } from '../infra/topology/session.ts';
import { type Database, migrated } from '../test/migrated.ts';
import { withConnections } from './load/connections.ts';
import { createMarks } from './load/dataset.ts';
import { combine, digestTable } from './load/digest.ts';
import { loadUnits, tasksOf } from './load/streams.ts';
import { allWork, filledTables } from './load/work.ts';
import { Random, subjects } from './random.ts';
import { resolveScale } from './scales.ts';
import { readDataset, seed, seedShard } from './seed.ts';
import { verifyDataset } from './verify.ts';
import { World } from './world.ts';

const scale = 'tenants=15,customers=300,products=400,orders=1500';
let empty: Awaited<ReturnType<typeof migrated>>;
/** One data set for the tests that only look. */
let filled: Database;

before(async () => {
  empty = await migrated();
  filled = await empty.copy();
  await seed(filled.open, { scale, seed: 42 });
});
after(async () => {
  await filled?.[Symbol.asyncDispose]();
  await empty?.[Symbol.asyncDispose]();
});

const schemaOf = async (session: Session) =>
  (
    await session.query(
      `SELECT c.oid::regclass::text AS name, pg_get_indexdef(c.oid) AS definition, obj_description(c.oid, 'pg_class') AS comment
       FROM pg_class c WHERE c.relnamespace = 'core'::regnamespace AND c.relkind IN ('i', 'I')
       UNION ALL
       SELECT conname || ' of ' || conrelid::regclass, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint')
       FROM pg_constraint WHERE connamespace = 'core'::regnamespace AND contype <> 'n'
       UNION ALL
       SELECT tgname || ' of ' || tgrelid::regclass, pg_get_triggerdef(oid), tgenabled::text
       FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2`,
    )
  ).rows;

/** Index names that the server makes for leaves of a partitioned index are kept, so everything compares by name. */
test('indexes, constraints, comments and triggers are after the load what they were before', async () => {
  await using untouched = await empty.copy();
  await untouched.admin.query(`SELECT ops.ensure_partitions('2025-05-01', '2026-11-01')`);
  assert.deepEqual(await schemaOf(filled.admin), await schemaOf(untouched.admin));
});

test('a loaded data set verifies, and is returned as it is when it is wanted again', async () => {
  assert.deepEqual(await verifyDataset(filled.admin), []);
  const known = await readDataset(filled.admin);
  assert.deepEqual(await seed(filled.open, { scale, seed: 42 }), known);
  assert.ok(known!.tables.every(({ rows, bytes }) => rows > 0 && bytes > 0));
});

test('another seed, scale or generator is refused and the data set is kept', async () => {
  const refused = (options: { scale: string; seed: number }, message: RegExp) =>
    assert.rejects(
      seed(filled.open, options),
      (fault) => fault instanceof Fault && message.test(fault.message) && /--reload/.test(fault.next),
    );
  await refused({ scale, seed: 43 }, /seed 42, not .*seed 43/);
  await refused({ scale: 'tiny', seed: 42 }, /not scale tiny/);
  await filled.admin.query('UPDATE bench.dataset SET generator = generator - 1');
  await refused({ scale, seed: 42 }, /generator version/);
  await filled.admin.query('UPDATE bench.dataset SET generator = generator + 1');
  assert.deepEqual(await verifyDataset(filled.admin), []);
});

test('one damaged row is found, and what is damaged is said', async () => {
  await using session = await filled.open();
  const damaged = async (damage: string, ...messages: RegExp[]) => {
    await session.query('BEGIN; SET LOCAL session_replication_role = replica');
    await session.query(damage);
    const findings = await verifyDataset(session);
    for (const message of messages)
      assert.ok(
        findings.some((finding) => message.test(finding)),
        `${damage}: ${message} not among ${findings}`,
      );
    await session.query('ROLLBACK');
  };
  const one = (table: string) =>
    `ctid = (SELECT min(ctid) FROM ${table}) AND tableoid = (SELECT min(tableoid) FROM ${table})`;
  await damaged(
    `UPDATE core.order_items SET total_cents = total_cents + 1 WHERE id = (SELECT id FROM core.order_items LIMIT 1)`,
    /core\.order_items: rows were changed/,
    /1 orders do not agree/,
    /1 items do not add up/,
  );
  await damaged(
    `DELETE FROM core.products WHERE id = (SELECT product_id FROM core.order_items WHERE product_id IS NOT NULL LIMIT 1)`,
    /core\.products: 399 rows, 400 were generated/,
    /order_items_product_fk/,
  );
  await damaged(
    `UPDATE core.inventory_levels SET available = available + 1 WHERE ${one('core.inventory_levels')}`,
    /1 stock levels are not the sum/,
    /1 products do not have the stock/,
  );
  await damaged(
    `UPDATE core.organization_members SET status = 'inactive' WHERE role = 'owner'`,
    /15 tenants do not have/,
  );
  await damaged(
    `UPDATE core.inventory_movements SET reference_id = gen_random_uuid() WHERE id = (
       SELECT id FROM core.inventory_movements WHERE reference_id IS NOT NULL LIMIT 1)`,
    /1 movements refer to no order/,
  );
  await damaged('UPDATE core.order_counters SET last_value = last_value - 1', /order counters/);
  await damaged(
    `DELETE FROM core.orders WHERE organization_id = (SELECT id FROM core.organizations WHERE slug = 'titan-retail')`,
    /Zipf: tenant number 1/,
  );
  assert.deepEqual(await verifyDataset(session), []);
});

test('e-mail addresses are unique whatever their case, and some are written with capitals', async () => {
  const { rows } = await filled.admin.query(
    `SELECT count(*) = count(DISTINCT lower(email)) AS unique, bool_or(email <> lower(email)) AS capitals FROM core.users`,
  );
  assert.deepEqual(rows, [{ unique: true, capitals: true }]);
});

test('statuses follow age, prices follow categories, every tenant sells something', async () => {
  const { rows } = await filled.admin.query(
    `SELECT
       (SELECT count(*) FROM core.orders WHERE status IN ('delivered', 'completed') AND created_at < '2026-08-01')::float
         / (SELECT count(*) FROM core.orders WHERE created_at < '2026-08-01') AS old_done,
       (SELECT count(*) FROM core.orders WHERE status IN ('delivered', 'completed') AND created_at >= '2026-10-30')::float
         / (SELECT count(*) FROM core.orders WHERE created_at >= '2026-10-30') AS new_done,
       (SELECT sum(n * (mean - overall) ^ 2) / sum(var + n * (mean - overall) ^ 2) FROM (
          SELECT count(*) AS n, avg(price_cents) AS mean, var_pop(price_cents) * count(*) AS var,
                 avg(avg(price_cents)) OVER () AS overall
          FROM core.products GROUP BY organization_id, category_id) x)::float AS explained,
       (SELECT min(least(products, orders)) FROM core.organizations o,
          LATERAL (SELECT count(*) AS products FROM core.products p WHERE p.organization_id = o.id) a,
          LATERAL (SELECT count(*) AS orders FROM core.orders r WHERE r.organization_id = o.id) b)::int AS smallest`,
  );
  const [{ old_done, new_done, explained, smallest }] = rows as [Record<string, number>];
  assert.ok(old_done! > 0.85 && new_done! < 0.3, `done: old ${old_done}, new ${new_done}`);
  assert.ok(explained! > 0.4, `categories explain ${explained} of the prices' variance`);
  assert.ok(smallest! >= 3, `the smallest tenant has ${smallest} products or orders`);
});

test('most sales of stock name an order of their tenant, placed at that moment', async () => {
  const { rows } = await filled.admin.query(
    `SELECT count(*) FILTER (WHERE o.id IS NOT NULL)::float / count(*) AS known, count(DISTINCT o.id)::int AS orders
     FROM core.inventory_movements m
     LEFT JOIN core.orders o ON o.id = m.reference_id AND o.organization_id = m.organization_id AND o.created_at = m.created_at
     WHERE movement_type = 'sale'`,
  );
  const [{ known, orders }] = rows as [Record<string, number>];
  assert.ok(known! > 0.8 && orders! > 100, `${known} of the sales name ${orders} orders`);
});

test('the same rows come of any number of streams, any size and any order of units; other rows of another seed', async () => {
  await using database = await empty.copy();
  const load = async (number: number, streams: number, size: number) => {
    await database.admin.query(
      `TRUNCATE ${filledTables.map(({ name }) => name).join(', ')} CASCADE; DROP SCHEMA IF EXISTS bench CASCADE`,
    );
    await createMarks(database.admin);
    const sizes = { tenants: size, users: size * 3, products: size * 5, orders: size * 7 };
    const tasks = tasksOf(allWork(new World(number, resolveScale(scale)), { sizes }));
    const random = new Random(streams).at(subjects.day, size);
    const shuffled = tasks.map((task) => [random.next(), task] as const).sort((a, b) => a[0] - b[0]);
    await withConnections(database.open, streams, (connections) =>
      loadUnits(
        connections,
        shuffled.map(([, task]) => task),
        { progress: silent, signal: new AbortController().signal },
      ),
    );
    const digests = [];
    for (const table of filledTables) digests.push(await digestTable(database.admin, table));
    return combine(digests);
  };
  const known = (await readDataset(filled.admin))!.digest;
  assert.equal(await load(42, 1, 7), known);
  assert.equal(await load(42, 2, 31), known);
  assert.equal(await load(42, 3, 100), known);
  assert.notEqual(await load(43, 2, 100), known);
});

test('two processes that load a half each end with the same data set, and only the last one finishes it', async () => {
  await using database = await empty.copy();
  const half = (index: number, of = 2) => seedShard(database.open, { scale, seed: 42, shard: { index, of } });
  assert.equal(await half(2), null);
  assert.equal(await readDataset(database.admin), null);
  await assert.rejects(half(1, 3), /in 2 parts, not in 3/);
  assert.equal((await half(1))?.digest, (await readDataset(filled.admin))!.digest);
  assert.deepEqual(await verifyDataset(database.admin), []);
});

/** Runs the generator in a process of its own; it is killed as soon as it says something that matches. */
async function killAt(url: string, line: RegExp): Promise<void> {
  const program = new URL('seed.child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, url, scale, line.source], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL', `it ended before it said ${line}`);
}

test('killed while it loads rows and again while it builds indexes, the load is resumed to the same data set', async () => {
  await using database = await empty.copy();
  await killAt(database.url, /^\d+ rows$/);
  assert.equal(await readDataset(database.admin), null);
  await killAt(database.url, /^[5-9]\d builds$/);
  assert.match((await verifyDataset(database.admin)).join(), /not complete/);
  const resumed = await seed(database.open, { scale, seed: 42 });
  assert.equal(resumed.digest, (await readDataset(filled.admin))!.digest);
  assert.deepEqual(await verifyDataset(database.admin), []);
});

test('connections that are lost in the middle are opened again, and the load goes on to the same data set', async () => {
  await using database = await empty.copy();
  const warnings: string[] = [];
  let losses = 0;
  const cut = () =>
    database.admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
  let cutting: Promise<unknown> = Promise.resolve();
  const progress = {
    ...silent,
    warn: (text: string) => void warnings.push(text),
    count: (_done: number, _of: number, unit: string) => {
      // Once while rows are loaded, once while indexes are built.
      if ((unit === 'rows' && losses === 0) || (unit === 'builds' && losses === 1)) {
        losses++;
        cutting = cut();
      }
    },
  };
  const resumed = await seed(database.open, { scale, seed: 42, progress });
  await cutting;
  assert.equal(resumed.digest, (await readDataset(filled.admin))!.digest);
  assert.deepEqual(await verifyDataset(database.admin), []);
  assert.ok(
    warnings.length >= 1 && warnings.every((text) => /connection was lost/.test(text)),
    `${warnings}`,
  );
});

test('a server that is not there is said at once', async () => {
  const warnings: string[] = [];
  const progress = { ...silent, warn: (text: string) => void warnings.push(text) };
  await assert.rejects(
    seed(() => connect('postgres://nobody@127.0.0.1:1/olympus'), { scale, seed: 1, progress }),
    /Cannot connect to 127\.0\.0\.1:1/,
  );
  assert.deepEqual(warnings, []);
});

test('an abort stops soon with its reason, and leaves what can be resumed', async () => {
  await using database = await empty.copy();
  const stop = new AbortController();
  const progress = { ...silent, count: () => stop.abort(new Error('enough')) };
  await assert.rejects(seed(database.open, { scale, seed: 42, progress, signal: stop.signal }), /enough/);
  const resumed = await seed(database.open, { scale, seed: 42, streams: 1 });
  assert.equal(resumed.digest, (await readDataset(filled.admin))!.digest);
});

test('a database with rows of somebody else is not touched', async () => {
  await using database = await empty.copy();
  await database.admin.query(`INSERT INTO core.organizations (name, slug) VALUES ('Mine', 'mine')`);
  await assert.rejects(
    seed(database.open, { scale, seed: 1 }),
    /core\.organizations has rows that are not from/,
  );
  const { rows } = await database.admin.query(`SELECT to_regclass('bench.dataset') AS mark`);
  assert.deepEqual(rows, [{ mark: null }]);
});

test('months that have no partition are made', async () => {
  await using database = await empty.copy();
  const { admin, open } = database;
  await admin.query(
    'DROP TABLE core.order_items_2026_03, core.orders_2026_03, core.inventory_movements_2025_07, core.orders_2026_10 CASCADE',
  );
  assert.equal((await seed(open, { scale, seed: 42 })).digest, (await readDataset(filled.admin))!.digest);
  assert.deepEqual(await verifyDataset(admin), []);
});

test('a schema that does not fit is named, before anything is changed', async () => {
  await using database = await empty.copy();
  const { admin } = database;
  const refused = (message: RegExp) => assert.rejects(seed(database.open, { scale, seed: 1 }), message);
  await admin.query('ALTER TABLE core.products ADD rating integer NOT NULL');
  await refused(/core\.products\.rating needs a value/);
  await admin.query(
    'ALTER TABLE core.products DROP rating; ALTER TABLE core.orders ALTER tax_cents TYPE numeric',
  );
  await refused(/core\.orders\.tax_cents is of type numeric, not int8/);
  await admin.query('ALTER TABLE core.orders DROP tax_cents CASCADE');
  await refused(/core\.orders\.tax_cents does not exist/);
  await admin.query('DROP TABLE core.order_counters CASCADE');
  await refused(/core\.order_counters does not exist|tax_cents/);
});

test('numbers that cannot be are refused', async () => {
  const open = () => Promise.reject(new Error('not reached'));
  await assert.rejects(seed(open, { scale, seed: 1.5 }), /1\.5 is not a whole number/);
  await assert.rejects(seed(open, { scale, seed: 1, streams: 0 }), /0 streams/);
  await assert.rejects(seedShard(open, { scale, seed: 1, shard: { index: 5, of: 4 } }), /no shard 5 of 4/);
});
