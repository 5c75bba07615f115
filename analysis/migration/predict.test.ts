import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { CatalogueData } from './catalogue.ts';
import { compareLocks } from './compare-locks.ts';
import { lockModeOf } from './lock-mode.ts';
import { loadParser, parseSql, SqlSyntaxError } from './parse-sql.ts';
import { predictMigration, predictScripts, verdictOf } from './predict-migration.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
/** What PostgreSQL 18.4 has in its catalogue after fixtures/schema.sql. */
const catalogue = JSON.parse(fixture('catalogue.json')) as CatalogueData;
const cases = fixture('verdicts.txt')
  .split('\n')
  .flatMap((line) => {
    const { verdict, sql } =
      /^(?<verdict>safe|unsafe|cannot say) \| (?:\d\d )?(?<sql>.+)$/.exec(line)?.groups ?? {};
    return verdict && sql ? [{ verdict, sql }] : [];
  });

before(loadParser);
const only = (sql: string, data = catalogue) => predictMigration(sql, data)[0]!;
const lock = (sql: string, relation: string) =>
  only(sql).locks.find((one) => one.relation === relation)?.mode;

test('every statement of the list has its verdict', () => {
  assert.ok(cases.length >= 310);
  const wrong = cases
    .map(({ verdict, sql }) => ({ sql, verdict, got: only(sql).verdict }))
    .filter(({ verdict, got }) => verdict !== got);
  assert.deepEqual(wrong, []);
});

test('the locks of the manual: one statement for each mode of ALTER TABLE and its neighbours', () => {
  const of: [string, string, string | undefined][] = [
    ['ALTER TABLE app.orders ADD COLUMN c text', 'app.orders', 'ACCESS EXCLUSIVE'],
    ['ALTER TABLE app.orders ALTER total SET STATISTICS 5', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['ALTER TABLE app.orders VALIDATE CONSTRAINT total_positive', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['ALTER TABLE app.refunds VALIDATE CONSTRAINT refunds_order', 'app.orders', 'ROW SHARE'],
    [
      'ALTER TABLE app.refunds ADD FOREIGN KEY (customer_id) REFERENCES app.customers NOT VALID',
      'app.refunds',
      'SHARE ROW EXCLUSIVE',
    ],
    [
      'ALTER TABLE app.refunds ADD FOREIGN KEY (customer_id) REFERENCES app.customers NOT VALID',
      'app.customers',
      'SHARE ROW EXCLUSIVE',
    ],
    ['ALTER TABLE app.orders DROP CONSTRAINT orders_customer_id_fkey', 'app.customers', 'ACCESS EXCLUSIVE'],
    ['ALTER TABLE app.orders DISABLE TRIGGER touch', 'app.orders', 'SHARE ROW EXCLUSIVE'],
    [
      'ALTER TABLE app.events DETACH PARTITION app.events_2 CONCURRENTLY',
      'app.events',
      'SHARE UPDATE EXCLUSIVE',
    ],
    ['CREATE INDEX ON app.orders (total)', 'app.orders', 'SHARE'],
    ['CREATE INDEX CONCURRENTLY i ON app.orders (total)', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['DROP INDEX CONCURRENTLY app.orders_customer', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['DROP INDEX app.orders_customer', 'app.orders', 'ACCESS EXCLUSIVE'],
    ['REINDEX TABLE CONCURRENTLY app.orders', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['REINDEX INDEX app.orders_customer', 'app.orders_customer', 'ACCESS EXCLUSIVE'],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY app.totals', 'app.totals', 'EXCLUSIVE'],
    ['VACUUM app.orders', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['VACUUM (FULL) app.orders', 'app.orders', 'ACCESS EXCLUSIVE'],
    ['VACUUM (FULL off) app.orders', 'app.orders', 'SHARE UPDATE EXCLUSIVE'],
    ['LOCK TABLE app.orders IN ROW EXCLUSIVE MODE', 'app.orders', 'ROW EXCLUSIVE'],
    ['CREATE TABLE app.n (a int)', 'app.n', undefined],
    ['UPDATE app.customers SET name = NULL WHERE id = 1', 'app.orders', 'ROW EXCLUSIVE'],
  ];
  assert.deepEqual(
    of.map(([sql, relation]) => [sql, relation, lock(sql, relation)]),
    of,
  );
});

test('CONCURRENTLY is safe alone, and refused within a transaction', () => {
  const sql = 'CREATE INDEX CONCURRENTLY i ON app.orders (total)';
  assert.equal(only(sql).verdict, 'safe');
  const [within] = predictMigration(sql, catalogue, { whole: true });
  assert.deepEqual([within!.verdict, /transaction/.test(within!.why)], ['unsafe', true]);
});

test('NOT VALID and VALIDATE are safe one after the other, and not within one transaction', () => {
  const sql = `ALTER TABLE app.orders ADD CONSTRAINT k CHECK (total > -1) NOT VALID;
    ALTER TABLE app.orders VALIDATE CONSTRAINT k;`;
  assert.deepEqual(
    predictMigration(sql, catalogue).map(({ verdict }) => verdict),
    ['safe', 'safe'],
  );
  const whole = predictMigration(sql, catalogue, { whole: true });
  assert.deepEqual(
    whole.map(({ verdict }) => verdict),
    ['safe', 'unsafe'],
  );
  assert.match(whole[1]!.why, /ACCESS EXCLUSIVE on app\.orders/);
  const written = predictMigration(`BEGIN; ${sql} COMMIT; ANALYZE app.orders`, catalogue);
  assert.deepEqual(
    written.map(({ verdict }) => verdict),
    ['safe', 'safe', 'unsafe', 'safe', 'safe'],
  );
  assert.deepEqual(
    written.at(-1)!.held.map(({ mode }) => mode),
    ['SHARE UPDATE EXCLUSIVE'],
  );
});

test('SET NOT NULL after a validated CHECK reads nothing', () => {
  const steps = predictMigration(
    `ALTER TABLE app.orders ADD CONSTRAINT k CHECK (total IS NOT NULL) NOT VALID;
     ALTER TABLE app.orders ALTER total SET NOT NULL`,
    catalogue,
  );
  assert.deepEqual(
    steps.map(({ verdict }) => verdict),
    ['safe', 'unsafe'],
    'not validated, it proves nothing',
  );
  const proven = predictMigration(
    `ALTER TABLE app.orders ADD CONSTRAINT k CHECK (total IS NOT NULL AND total > -5) NOT VALID;
     ALTER TABLE app.orders VALIDATE CONSTRAINT k;
     ALTER TABLE app.orders ALTER total SET NOT NULL;
     ALTER TABLE app.orders DROP CONSTRAINT k`,
    catalogue,
  );
  assert.equal(verdictOf(proven), 'safe');
});

test('what a file makes itself nobody waits for', () => {
  const made = predictMigration(
    `CREATE TABLE app.n (a int);
     CREATE INDEX ON app.n (a);
     ALTER TABLE app.n ADD COLUMN u uuid DEFAULT gen_random_uuid();
     ALTER TABLE app.n ALTER a SET NOT NULL;
     UPDATE app.n SET a = 1`,
    catalogue,
  );
  assert.equal(verdictOf(made), 'safe');
  assert.deepEqual(
    made.flatMap(({ locks }) => locks),
    [],
  );
});

test('a lock on what the transaction made itself stops nobody while it reads another table', () => {
  const [, , validated] = predictMigration(
    `CREATE TABLE app.n (a int);
     ALTER TABLE app.n ADD COLUMN b int;
     ALTER TABLE app.orders VALIDATE CONSTRAINT total_positive`,
    catalogue,
    { whole: true },
  );
  assert.equal(validated!.verdict, 'safe');
});

test('a virtual column is computed anew without a rewrite, and read through where it may not be null', () => {
  const virtual = (notNull: boolean) => ({
    ...catalogue,
    relations: catalogue.relations.map((one) => ({
      ...one,
      columns: one.columns.map((column) =>
        one.name === 'gen' && column.name === 'st'
          ? { ...column, generated: 'virtual' as const, notNull }
          : column,
      ),
    })),
  });
  const sql = 'ALTER TABLE app.gen ALTER COLUMN st SET EXPRESSION AS (a * 3)';
  assert.deepEqual(only(sql).rewritten, ['app.gen']);
  assert.deepEqual([only(sql, virtual(false)).verdict, only(sql, virtual(false)).rewritten], ['safe', []]);
  assert.deepEqual(
    [only(sql, virtual(true)).verdict, only(sql, virtual(true)).read],
    ['unsafe', ['app.gen']],
  );
});

test('CLUSTER of a partitioned table and COPY from standard input are not called safe', () => {
  assert.equal(only('CLUSTER app.events USING events_pkey').verdict, 'unsafe');
  assert.equal(only('COPY app.scratch FROM STDIN').verdict, 'cannot say');
});

test('a statement after the rename of its schema finds what it names', () => {
  const [, after] = predictMigration(
    'ALTER SCHEMA app RENAME TO app2; ALTER TABLE app2.orders ADD COLUMN c int',
    catalogue,
  );
  assert.equal(after!.verdict, 'safe');
});

test('a batch is bounded by its LIMIT, and only by a small one', () => {
  const batch = (limit: string) =>
    only(`DELETE FROM app.refunds WHERE id IN (SELECT id FROM app.refunds LIMIT ${limit})`).verdict;
  assert.deepEqual(['1000', '10000', '10001', 'ALL', '$1', '1000 + 1'].map(batch), [
    'safe',
    'safe',
    'cannot say',
    'cannot say',
    'cannot say',
    'cannot say',
  ]);
  assert.equal(
    only('DELETE FROM app.refunds WHERE id NOT IN (SELECT id FROM app.refunds LIMIT 5)').verdict,
    'cannot say',
  );
});

test('a script sees what those before it left', () => {
  const twice = { sql: 'ALTER TABLE app.orders ADD COLUMN c int', whole: true };
  const [first, second] = predictScripts([twice, twice], catalogue).flat();
  assert.equal(first!.verdict, 'safe');
  assert.match(second!.why, /has a column c already/);
});

test('what is not in our rules or not in the catalogue is never safe, nor what comes after it', () => {
  for (const sql of [
    "DO $$ BEGIN EXECUTE 'DROP TABLE app.orders'; END $$",
    'CALL app.anything()',
    'SELECT app.anything()',
    'ALTER TABLE app.nothing ADD COLUMN a int',
    'ALTER TABLE app.orders ADD COLUMN c app.unheard_of',
    'ALTER TABLE app.orders ADD COLUMN c int DEFAULT app.unheard_of()',
    'CREATE EXTENSION citext',
    'IMPORT FOREIGN SCHEMA a FROM SERVER b INTO app',
    'DROP OWNED BY somebody',
    'REVOKE SELECT ON app.orders FROM pg_monitor',
    'MERGE INTO app.refunds r USING app.orders o ON true WHEN MATCHED THEN DELETE',
    'VACUUM',
    'REINDEX SCHEMA app',
  ])
    assert.equal(only(sql).verdict, 'cannot say', sql);
  const after = predictMigration('DO $$ BEGIN END $$; ALTER TABLE app.orders ADD COLUMN c int', catalogue);
  assert.deepEqual(
    after.map(({ verdict }) => verdict),
    ['cannot say', 'cannot say'],
  );
});

test('time zones decide whether timestamp becomes timestamptz in place', () => {
  const sql = 'ALTER TABLE app.customers ALTER joined TYPE timestamptz';
  assert.equal(only(sql).verdict, 'safe');
  assert.deepEqual(only(sql, { ...catalogue, timeZone: 'Europe/Zurich' }).rewritten, ['app.customers']);
});

test('names are found by the search path, which a file may set', () => {
  assert.equal(only('ALTER TABLE orders ADD COLUMN c int').verdict, 'cannot say');
  const [, second] = predictMigration(
    'SET search_path = app, public; ALTER TABLE orders ADD COLUMN c int',
    catalogue,
  );
  assert.deepEqual([second!.verdict, second!.locks[0]!.relation], ['safe', 'app.orders']);
});

test('hostile names stay whole', () => {
  const relation = {
    ...catalogue.relations.find(({ name }) => name === 'scratch')!,
    schema: 'a.b',
    name: 'x"; DROP TABLE y',
  };
  const found = only('ALTER TABLE "a.b"."x""; DROP TABLE y" ADD COLUMN "select" int', {
    ...catalogue,
    relations: [relation],
  });
  assert.deepEqual(found.locks, [
    { relation: 'a.b.x"; DROP TABLE y', oid: relation.oid, kind: 'table', mode: 'ACCESS EXCLUSIVE' },
  ]);
});

test('offsets are of characters, where the parser counts bytes', () => {
  const sql = "-- é😀\nSELECT 'ü';\n/* ö */ ALTER TABLE app.orders ADD COLUMN é int;";
  const [first, second] = parseSql(sql);
  assert.deepEqual([first!.text, sql.slice(first!.offset, first!.offset + 10)], ["SELECT 'ü'", "SELECT 'ü'"]);
  assert.equal(second!.text, 'ALTER TABLE app.orders ADD COLUMN é int');
  assert.equal(sql.indexOf('ALTER'), second!.offset);
});

test('what is no SQL is refused with its place', () => {
  assert.throws(
    () => parseSql("SELECT 'é';\nALTER TABEL x"),
    (error: unknown) => error instanceof SqlSyntaxError && error.offset === 18 && /TABEL/.test(error.message),
  );
});

test('measured and predicted locks: equal from SHARE UPDATE EXCLUSIVE on, bounded below', () => {
  const on = (mode: Parameters<typeof lockModeOf>[0], relation = 'a', kind: 'table' | 'index' = 'table') => [
    { relation, kind, mode: lockModeOf(mode)! },
  ];
  const agree = (a: ReturnType<typeof on>, b: ReturnType<typeof on>) => compareLocks(a, b).length === 0;
  assert.ok(agree(on('ShareLock'), on('ShareLock')));
  assert.ok(!agree(on('ShareLock'), on('AccessExclusiveLock')));
  assert.ok(!agree(on('AccessExclusiveLock'), on('ShareLock')));
  assert.ok(!agree(on('ShareUpdateExclusiveLock'), []));
  assert.ok(!agree([], on('ShareUpdateExclusiveLock')));
  assert.ok(agree([], on('RowExclusiveLock')), 'it depends on the rows');
  assert.ok(!agree(on('RowExclusiveLock'), []));
  assert.ok(!agree(on('RowExclusiveLock'), on('RowShareLock')));
  assert.ok(agree(on('RowExclusiveLock', 'i', 'index'), []));
  assert.ok(!agree(on('AccessExclusiveLock', 'i', 'index'), []));
  assert.deepEqual(
    compareLocks([...on('ShareLock'), ...on('AccessExclusiveLock')], on('AccessExclusiveLock')),
    [],
    'the strongest counts',
  );
});
