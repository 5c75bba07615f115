import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { connect } from '../../infra/topology/session.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { generatorsText } from './generators-text.ts';
import { likeness, shapesOf } from './likeness.ts';
import { seedOwn, verifyOwn } from './seed-own.ts';

const today = new Date('2026-06-01');

/** Settings of one load; what a test is about stands in `more`. */
const options = (text: string, more: Partial<Parameters<typeof seedOwn>[1]> = {}) => ({
  ...{ file: 'generators.yaml', text, factor: 1, seed: 1, streams: 2, reload: false },
  ...{ progress: silent, signal: new AbortController().signal },
  ...more,
});

let database: TestDatabase;
before(async () => {
  database = await testDatabase('own');
});
after(() => database[Symbol.asyncDispose]());
const open = () => connect(database.url);

/** A schema of this test alone; dropped before the next. */
async function schema(sql: string): Promise<void> {
  await database.admin.query(
    `DROP SCHEMA IF EXISTS bench, public CASCADE; CREATE SCHEMA public; SET search_path = public; ${sql}`,
  );
}
const rows = async <Row extends object>(sql: string) => (await database.admin.query<Row>(sql)).rows;

const refused = async (text: string, message: RegExp, next = /./, more = {}) => {
  await assert.rejects(seedOwn(open, options(text, more)), (error) => {
    assert.ok(error instanceof Fault, String((error as Error).stack));
    assert.equal(error.reason, 'usage');
    assert.match(error.message, message);
    assert.match(error.next, next);
    return true;
  });
};

/** Everything that a failed load could have changed: rows, indexes, constraints, and records of ours. */
const whole = async () =>
  await rows(`
    SELECT c.relname, c.relkind, pg_get_indexdef(i.indexrelid) AS index, (xpath('/row/n/text()', query_to_xml(
      CASE WHEN c.relkind = 'r' THEN format('SELECT count(*) AS n FROM %I.%I', n.nspname, c.relname) ELSE 'SELECT 0 AS n' END,
      false, true, '')))[1]::text AS rows,
      ARRAY(SELECT conname || pg_get_constraintdef(k.oid) FROM pg_constraint AS k WHERE k.conrelid = c.oid ORDER BY conname) AS keys
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
    WHERE n.nspname IN ('public', 'bench') ORDER BY n.nspname, c.relname`);

const shop = `
  CREATE TABLE tenant (id int PRIMARY KEY, name text NOT NULL UNIQUE);
  CREATE TABLE product (tenant_id int NOT NULL REFERENCES tenant, id bigint GENERATED ALWAYS AS IDENTITY, sku varchar(6) NOT NULL,
    PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, sku));
  CREATE TABLE customer (tenant_id int NOT NULL REFERENCES tenant, id uuid NOT NULL, mail text, PRIMARY KEY (tenant_id, id));
  CREATE TABLE line (tenant_id int NOT NULL, product_id bigint NOT NULL, customer_id uuid NOT NULL, quantity smallint NOT NULL CHECK (quantity > 0),
    net numeric(8, 2) NOT NULL, total numeric(8, 2) GENERATED ALWAYS AS (net * quantity) STORED,
    FOREIGN KEY (tenant_id, product_id) REFERENCES product (tenant_id, id), FOREIGN KEY (tenant_id, customer_id) REFERENCES customer);
  CREATE INDEX ON line (customer_id);`;

const shopLaws = `
tables:
  public.tenant: { rows: 20, columns: { id: sequence, name: { faker: company } } }
  public.product: { rows: 400, columns: { tenant_id: { ref: public.tenant, zipf: 0.7 }, id: sequence, sku: { faker: slug } } }
  public.customer: { rows: 300, columns: { tenant_id: { ref: public.tenant }, id: uuid, mail: { faker: email, nulls: 0.25 } } }
  public.line:
    rows: 3000
    columns:
      tenant_id: { ref: public.product, zipf: 0.6 }
      product_id: { ref: public.product }
      customer_id: { ref: public.customer, within: tenant_id }
      quantity: { number: [1, 9], zipf: 1 }
      net: { number: [1, 99.99], step: 0.01 }
`;

test('two composite keys that share the tenant hold; the same file and seed make the same rows, whatever the streams', async () => {
  await schema(shop);
  const first = await seedOwn(open, options(shopLaws, { streams: 3 }));
  assert.deepEqual(first.tables.map(({ name, rows: count }) => [name, count]).sort(), [
    ['public.customer', 300],
    ['public.line', 3000],
    ['public.product', 400],
    ['public.tenant', 20],
  ]);
  assert.deepEqual(first.foreignKeys, { valid: 4, unchecked: [] });
  const [facts] = await rows(`
    SELECT (SELECT count(*) FROM customer WHERE mail IS NULL)::int AS without, count(*)::int AS whole,
           (SELECT max(n) FROM (SELECT count(*) AS n FROM line GROUP BY product_id) AS x)::int AS likeliest
    FROM line AS l JOIN customer AS c ON c.tenant_id = l.tenant_id AND c.id = l.customer_id`);
  const { without, whole: matched, likeliest } = facts as Record<string, number>;
  assert.equal(matched, 3000);
  assert.ok(without! > 50 && without! < 100, `${without} of 300 are null, of 75`);
  assert.ok(
    likeliest! > 30,
    `the likeliest of 400 products has ${likeliest} of 3000 lines; alike it would be 7.5`,
  );
  const [next] = await rows<{ id: string }>(
    `INSERT INTO product (tenant_id, sku) VALUES (1, 'zzzzzz') RETURNING id`,
  );
  assert.equal(Number(next!.id), 401, 'sequences go on behind the rows');
  await rows('UPDATE line SET net = net + 1 WHERE ctid = (SELECT min(ctid) FROM line)');
  const changed = (await verifyOwn(open))!;
  assert.deepEqual(changed.findings.toSorted(), [
    'public.line: rows were changed (their digest differs).',
    'public.product: 401 rows, 400 were generated.',
  ]);
  const again = await seedOwn(open, options(shopLaws, { streams: 1, reload: true }));
  assert.equal(again.digest, first.digest);
  const other = await seedOwn(open, options(shopLaws, { seed: 2, reload: true }));
  assert.notEqual(other.digest, first.digest);
  await refused(shopLaws, /holds other generated rows \(factor 1, seed 2\)/, /--reload/);
});

test('keys of several columns, references to itself, circles of tables, enums, domains and arrays are kept', async () => {
  await schema(`
    CREATE TYPE mood AS ENUM ('good', 'so so', 'bad');
    CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
    CREATE TABLE "Boss" ("No" int PRIMARY KEY, "Above" int REFERENCES "Boss", home int NOT NULL);
    CREATE TABLE house (id int PRIMARY KEY, keeper int NOT NULL UNIQUE REFERENCES "Boss", "2" text, "1" text);
    ALTER TABLE "Boss" ADD FOREIGN KEY (home) REFERENCES house DEFERRABLE;
    CREATE TABLE pair (a int REFERENCES "Boss", b int REFERENCES house, mood mood, share percent, tags text[], doc jsonb, net inet,
      words tsvector, took interval, size numrange, made timestamptz, done timestamptz, code char(3), PRIMARY KEY (a, b), UNIQUE (code, a));`);
  const laws = `
tables:
  public.Boss: { rows: 50, columns: { "No": { sequence: 1, start: 7 }, Above: { ref: public.Boss }, home: { ref: public.house } } }
  public.house: { rows: 40, columns: { id: sequence, keeper: { ref: public.Boss }, "2": { values: [two] }, "1": { values: [one] } } }
  public.pair:
    rows: 1500
    columns:
      a: { ref: public.Boss, zipf: 1 }
      b: { ref: public.house }
      mood: { values: { good: 0.7, so so: 0.2, bad: 0.1 } }
      share: { map: mood, values: { good: "100", so so: "50", bad: "0" } }
      tags: { array: { faker: word, nulls: 0.1 }, length: [0, 4] }
      doc: { json: { n: { number: [1, 9] }, who: { faker: lastName }, deep: { json: { ok: { values: ["true"] } } } } }
      net: { faker: ip }
      words: { faker: words }
      took: { values: ["1 day", "2 hours"] }
      size: { values: ["[1,2)", empty] }
      made: { time: [2026-01-01, 2026-02-01], order: 1 }
      done: { after: made, by: [1h, 2d], nulls: 0.5 }
      code: { text: [3, 3] }
`;
  const { foreignKeys } = await seedOwn(open, options(laws));
  assert.equal(foreignKeys.valid, 5);
  const [facts] = await rows(
    `
    SELECT (SELECT count(*) FROM "Boss" WHERE "Above" >= "No")::int AS above, (SELECT count(*) FROM "Boss" WHERE "Above" IS NULL)::int AS top,
           (SELECT min("2" || "1") || max("2" || "1") FROM house) AS named, bool_and(mood IS NOT NULL) AS moods,
           bool_and(share = CASE mood WHEN 'good' THEN 100 WHEN 'so so' THEN 50 ELSE 0 END) AS mapped,
           bool_and(done IS NULL OR done - made BETWEEN interval '1 hour' AND interval '2 days') AS later,
           count(done)::int AS done, count(DISTINCT (a, b))::int AS pairs, avg((mood = 'good')::int)::float8 AS good,
           bool_and(doc #>> '{deep,ok}' = 'true' AND (doc -> 'n')::int BETWEEN 1 AND 9) AS documents
    FROM pair`,
  );
  const { done, good, ...others } = facts as Record<string, number>;
  assert.deepEqual(others, {
    ...{ above: 0, top: 1, named: 'twoonetwoone', moods: true, mapped: true, later: true },
    ...{ pairs: 1500, documents: true },
  });
  assert.ok(done! > 650 && done! < 850, `${done} of 1500, of 750`);
  assert.ok(Math.abs(good! - 0.7) < 0.05, `${good} are good, of 0.7`);
  const [order] = await rows<{ correlation: number }>(
    `SELECT correlation FROM pg_stats WHERE tablename = 'pair' AND attname = 'made'`,
  );
  assert.ok(order!.correlation > 0.99, `order: 1 gives ${order!.correlation}`);
});

test('a file that is wrong, or rows that the server refuses, leave the database as it was', async () => {
  await schema(`${shop} CREATE TABLE odd (id int PRIMARY KEY, n int CHECK (n % 2 = 0) NOT NULL, x point)`);
  const before = await whole();
  const with_ = (from: string, to: string) => {
    assert.ok(shopLaws.includes(from), from);
    return shopLaws.replace(from, to);
  };
  await refused(
    with_('public.tenant:', 'public.tenants:'),
    /generators\.yaml:3: the database has no table "public\.tenants"/,
    /"public\.tenant"/,
  );
  await refused(
    with_('quantity: {', 'quantty: {'),
    /:12: public\.line has no column "quantty"/,
    /"quantity"/,
  );
  await refused(
    with_('sku: { faker: slug }', 'sku: { faker: slug }, total: uuid'),
    /public\.product has no column "total"/,
  );
  await refused(with_('net: {', 'total: {'), /:13: public\.line\.total is generated/);
  await refused(with_(', net: {'.slice(2), '#'), /public\.line\.net \(numeric\(8,2\)\) needs a value/);
  await refused(with_('nulls: 0.25', 'nulls: 1.5'), /:5: "nulls" is "1\.5"/);
  await refused(
    with_('name: { faker: company }', 'name: { faker: company, nulls: 0.1 }'),
    /name may not be null/,
  );
  await refused(
    with_('{ number: [1, 9], zipf: 1 }', '{ number: [1, 99999] }'),
    /smallint holds -32768 to 32767/,
  );
  await refused(
    with_('{ ref: public.customer, within: tenant_id }', '{ ref: public.customer }'),
    /foreign key line_tenant_id_customer_id_fkey has the column tenant_id too/,
    /within: tenant_id/,
  );
  await refused(
    with_('name: { faker: company }', 'name: { values: [one, two] }'),
    /\(name\) is unique, and its laws give 2 different values for 20 rows/,
  );
  await refused(
    with_('mail: { faker: email, nulls: 0.25 }', 'mail: { same: mail }'),
    /in a circle: public\.customer\.mail -> public\.customer\.mail/,
  );
  await refused(
    with_('net: { number: [1, 99.99], step: 0.01 }', 'net: { values: [zebra] }'),
    /public\.line\.net: the server reads no numeric/,
  );
  await refused(`${shopLaws}  public.odd: { rows: 2e12, columns: {} }`, /"rows" is "2e12"/);
  assert.deepEqual(await whole(), before, 'nothing was begun');
  // The server refuses it after 3,450 rows of others are in, and after the indexes are gone.
  await refused(
    `${shopLaws}  public.odd: { rows: 40, columns: { id: sequence, n: { values: [2, 4, 5] }, x: { values: ["(1,2)"] } } }`,
    /public\.odd, row \d+, column n: new row for relation "odd" violates check constraint "odd_n_check".*CHECK/,
    /law of n \(generators\.yaml:14, "values"\)\. The tables are empty again/,
  );
  assert.deepEqual(await whole(), before, 'rows, indexes and keys are as before');
  await database.admin.query("INSERT INTO tenant VALUES (1, 'real')");
  await refused(shopLaws, /public\.tenant has rows that were not generated here: nothing was changed/);
  assert.deepEqual(await rows('SELECT name FROM tenant'), [{ name: 'real' }]);
  await refused(shopLaws, /has rows that were not generated here/, /./, { reload: true });
  await database.admin.query('CREATE SCHEMA bench; CREATE TABLE bench.own (precious int)');
  await refused(shopLaws, /a schema "bench" that is not the record/, /./, { reload: true });
});

test('a load that was cut off goes on where it stopped, and makes the same rows', async () => {
  await schema('CREATE TABLE t (id int PRIMARY KEY, x text)');
  const laws = 'tables: { public.t: { rows: 120000, columns: { id: sequence, x: { text: [5, 9] } } } }';
  const expected = await seedOwn(open, options(laws));
  await schema('CREATE TABLE t (id int PRIMARY KEY, x text)');
  const stop = new AbortController();
  const progress = { ...silent, count: () => stop.abort(new Error('stopped')) };
  await assert.rejects(
    seedOwn(open, options(laws, { streams: 1, progress, signal: stop.signal })),
    /stopped/,
  );
  const [cut] = await rows<{ n: number }>('SELECT count(*)::int AS n FROM t');
  assert.ok(cut!.n > 0 && cut!.n < 120_000, `${cut!.n} rows are there`);
  const { digest } = await seedOwn(open, options(laws));
  assert.equal(digest, expected.digest);
});

/** Words that stand in rows and nowhere else. */
const secret = /secret|hidden\d|1987|4711|0815|\b77\d{3}\b/;

test('of a column that was not released no value is in generators.yaml, whatever statistics hold; of a released one there are', async () => {
  await schema(`
    CREATE TYPE kind AS ENUM ('label a', 'label b');
    CREATE TABLE person (id int PRIMARY KEY, "e-mail" text, phone text, note text, born date, weight numeric, pin int, flag bool, kind kind,
      tags text[], numbers int[], doc jsonb, spot inet, at timestamptz, state text CHECK (state IN ('on', 'off')), part varchar(30), open text);
    INSERT INTO person SELECT n, 'secret' || n % 5 || '@secret.org', 'secret' || n, repeat('hidden' || n % 9 || ' ', 9), date '1987-01-01' + n % 3, 4711.0815,
      77000 + n % 7, true, 'label b', ARRAY['secret', 'hidden' || n % 3], ARRAY[77123], jsonb_build_object('secret', 'hidden' || n),
      '10.47.11.1', '1987-05-05', 'on', 'secret' || n % 2, 'open' || n % 3
    FROM generate_series(1, 500) AS n;
    CREATE INDEX ON person (upper("e-mail"), (pin + 77000));
    CREATE STATISTICS both_of (mcv) ON pin, part FROM person;
    ANALYZE`);
  const masked = await generatorsText(database.admin, { releases: [], today });
  assert.deepEqual(masked.released, []);
  assert.doesNotMatch(masked.text, secret);
  assert.doesNotMatch(masked.text, /open[012]/);
  assert.match(masked.text, /values: \["label a", "label b"\]/);
  assert.match(masked.text, /state: \{ values: \["on", "off"\]/);
  assert.match(masked.text, /e-mail: \{ faker: email, distinct: 5/);
  const some = await generatorsText(database.admin, {
    releases: ['person.open', 'public.person.pin'],
    today,
  });
  assert.deepEqual(some.released, ['public.person.pin', 'public.person.open']);
  assert.match(some.text, /open: \{ values: \{ (?=.*open0: 0\.33)(?=.*open1: 0\.33)/);
  assert.match(some.text, /pin: \{ values: \{ .*"77003": 0\.14/);
  assert.doesNotMatch(some.text.replaceAll(/^ +pin:.*$/gm, ''), secret);
  const all = await generatorsText(database.admin, { releases: ['person.*'], today });
  assert.doesNotMatch(
    all.text.replaceAll(/^ +(?:pin|weight|born|at|part):.*$/gm, ''),
    secret,
    'a wildcard takes nothing personal',
  );
  assert.match(all.notes.join(), /does not take e-mail, phone, note, tags, numbers, doc, spot:/);
  await assert.rejects(generatorsText(database.admin, { releases: ['person.opn'], today }), /no such column/);
  await database.admin.query('TRUNCATE person; CREATE TABLE bench_holder ()');
  await seedOwn(open, options(masked.text, { factor: 0.1 }));
});

const foreign = join(import.meta.dirname, '../../test/foreign');

/** Statements whose rows the planner estimates, on the source and then on generated rows: no value that is masked is in them. */
const asked = {
  bank: [
    'SELECT FROM pgbench_accounts WHERE aid = 77',
    'SELECT FROM pgbench_history JOIN pgbench_tellers USING (tid)',
  ],
  film: [
    'SELECT FROM rental WHERE customer_id = 5',
    'SELECT FROM rental JOIN inventory USING (inventory_id) WHERE film_id = 7',
    "SELECT FROM film WHERE rating = 'teens'",
    'SELECT FROM payment JOIN rental USING (rental_id) WHERE rental.customer_id = 9',
    'SELECT FROM film_actor WHERE actor_id = 3',
    'SELECT FROM rental WHERE return_date IS NULL',
  ],
  quoted: [
    'SELECT FROM "Sales Data"."Order Lines" WHERE "order" = 5',
    `SELECT FROM "Sales Data"."Order Lines" WHERE "Made At" < '2026-01-01'`,
    'SELECT FROM "select"."Notes" WHERE id < 500',
  ],
} as const;

async function estimates({ admin }: TestDatabase, statements: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const sql of statements) {
    const { rows: plans } = await admin.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      `EXPLAIN (FORMAT JSON) ${sql}`,
    );
    found.push(plans[0]!['QUERY PLAN'][0].Plan['Plan Rows']);
  }
  return found;
}

test('three foreign schemas: keys hold, and statistics and estimates of statements are those of the source', async () => {
  for (const name of ['bank', 'film', 'quoted'] as const) {
    await using own = await testDatabase(`own_${name}`);
    const sql = readFileSync(join(foreign, `${name}.sql`), 'utf8');
    await own.admin.query(sql.replace(/CREATE EXTENSION \w+;/, ''));
    const { text, notes } = await generatorsText(own.admin, { releases: [], today });
    assert.deepEqual(notes, []);
    const [before, expected] = [await shapesOf(own.admin), await estimates(own, asked[name])];
    const tables = before.tables.map(({ schema, name: table }) => `"${schema}"."${table}"`);
    await own.admin.query(`TRUNCATE ${tables.join(', ')}`);
    const outcome = await seedOwn(() => connect(own.url), options(text));
    assert.equal(outcome.foreignKeys.valid, name === 'film' ? 7 : 0);
    const labels = outcome.tables.map((table) => table.name);
    const compared = likeness(before, await shapesOf(own.admin), labels);
    assert.ok(compared.length >= 9, name);
    const far = compared.filter(({ differs }) => differs.includes('distinct') || differs.includes('nulls'));
    assert.deepEqual(
      far.map(({ column }) => column),
      [],
      name,
    );
    for (const [i, estimate] of (await estimates(own, asked[name])).entries()) {
      const [more, less] = [Math.max(estimate, expected[i]!), Math.min(estimate, expected[i]!)];
      assert.ok(more / less < 1.5, `${asked[name][i]}: ${expected[i]} in the source, ${estimate} generated`);
    }
  }
});
