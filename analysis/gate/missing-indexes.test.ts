import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noLineage } from '../explain/lineage.ts';
import { readPlan } from '../explain/read.ts';
import type { KnownIndex } from './candidate.ts';
import { type KnownColumn, missingIndexes } from './missing-indexes.ts';

const column = (name: string, more: Partial<KnownColumn> = {}): KnownColumn => ({
  ...{ table: 'core.products', schema: 'core', short: 'products', name, type: 'text', bytes: 8 },
  ...{ gin: false, trigrams: 'public.gin_trgm_ops' },
  ...more,
});
const columns = [
  column('organization_id', { type: 'uuid', bytes: 16, gin: true }),
  column('id', { type: 'uuid', bytes: 16, gin: true }),
  ...['status', 'price', 'created_at', 'deleted_at'].map((name) => column(name)),
  column('name', { bytes: 30 }),
  column('description', { bytes: 900 }),
  column('tags', { type: 'text[]', gin: true }),
  column('metadata', { type: 'jsonb', gin: true }),
];
const index = (short: string, keys: string[], more: Partial<KnownIndex> = {}): KnownIndex => ({
  ...{ short, table: 'core.products', method: 'btree', keys, orders: keys.map(() => '1 0 0'), included: [] },
  ...{ predicate: null, unique: false, constraint: null, bytes: 8192 },
  ...more,
});
const scan = (filter: string, more: object = {}) => ({
  ...{ 'Node Type': 'Seq Scan', 'Relation Name': 'products', Schema: 'core', Alias: 'p', 'Plan Rows': 1 },
  ...{
    'Total Cost': 1,
    'Actual Rows': 2,
    'Actual Loops': 1,
    'Shared Hit Blocks': 500,
    'Shared Read Blocks': 0,
  },
  ...{ Filter: filter, 'Rows Removed by Filter': 5000 },
  ...more,
});
const over = (type: string, child: object, more: object) => ({
  ...{ 'Node Type': type, 'Plan Rows': 1, 'Total Cost': 1, 'Actual Rows': 2, 'Actual Loops': 1 },
  ...{ Plans: [child] },
  ...more,
});
const missing = (plan: object, indexes: KnownIndex[] = [], known = columns, constants: string[] = []) => {
  const reading = readPlan([{ Plan: plan }]);
  assert.ok(reading.kind === 'plan');
  const seen = {
    ...{ statement: 'products/x', weight: 1, root: reading.plan.root },
    isConstant: (literal: string) => constants.includes(literal),
  };
  return missingIndexes([seen], indexes, known, noLineage);
};
const ddl = (...of: Parameters<typeof missing>) => missing(...of).flatMap(({ ddl: made }) => made);
const tenant = `(p.organization_id = '1'::uuid)`;

test('an expression that must be equal is a key in parentheses; a comparison of rows is one of their first columns', () => {
  assert.deepEqual(ddl(scan(`(${tenant} AND ((p.metadata ->> 'brand'::text) = 'Acme'::text))`)), [
    "CREATE INDEX ON core.products (organization_id, (metadata ->> 'brand'::text))",
  ]);
  assert.deepEqual(ddl(scan(`(${tenant} AND (ROW(p.created_at, p.id) < ROW('x'::text, 'y'::uuid)))`)), [
    'CREATE INDEX ON core.products (organization_id, created_at)',
  ]);
});

test('two columns of one row, and another table’s column as an expression, are nothing to look for', () => {
  assert.deepEqual(ddl(scan('(p.status = p.price)')), []);
  assert.deepEqual(ddl(scan(`(p.status <> 'x'::text)`)), []);
  assert.deepEqual(ddl(scan(`(p.status = (q.name)::text)`)), ['CREATE INDEX ON core.products (status)']);
});

test('elements, words and parts of a text are found by GIN, behind the tenant where it takes that', () => {
  const of = (filter: string, own: KnownIndex[] = []) => ddl(scan(`(${tenant} AND ${filter})`), own);
  assert.deepEqual(of(`(p.tags @> '{red}'::text[])`), [
    'CREATE INDEX ON core.products USING gin (organization_id, tags)',
  ]);
  assert.deepEqual(of(`(p.metadata @> '{"a": 1}'::jsonb)`), [
    'CREATE INDEX ON core.products USING gin (organization_id, metadata jsonb_path_ops)',
  ]);
  assert.deepEqual(of(`(p.name ~~* '%red%'::text)`), [
    'CREATE INDEX ON core.products USING gin (organization_id, name public.gin_trgm_ops)',
  ]);
  assert.deepEqual(of(`(p.tags @> '{red}'::text[])`, [index('there', ['tags'], { method: 'gin' })]), []);
  const [first] = missing(scan(`(${tenant} AND (p.tags @> '{red}'::text[]))`));
  assert.deepEqual(first!.otherwise!.ddl, ['CREATE INDEX ON core.products (organization_id)']);
});

test('what must be null and never is a parameter becomes the condition of the index', () => {
  assert.deepEqual(ddl(scan(`(${tenant} AND (p.deleted_at IS NULL))`)), [
    'CREATE INDEX ON core.products (organization_id) WHERE (deleted_at IS NULL)',
  ]);
  const partial = index('there', ['organization_id'], { predicate: '(deleted_at IS NULL)' });
  assert.deepEqual(ddl(scan(`(${tenant} AND (p.deleted_at IS NULL))`), [partial]), []);
  assert.deepEqual(
    ddl(scan(tenant), [partial]),
    ['CREATE INDEX ON core.products (organization_id)'],
    'it has not every row',
  );
});

test('a list of values of the statement’s own is the condition where few are taken in an order; of parameters it is a key', () => {
  const plan = () =>
    over(
      'Limit',
      over('Sort', scan(`(${tenant} AND (p.status = ANY ('{a,b}'::text[])))`, { 'Actual Rows': 900 }), {
        ...{ 'Sort Key': ['p.created_at'], 'Actual Rows': 2 },
      }),
      { 'Actual Rows': 2 },
    );
  assert.deepEqual(ddl(plan(), [], columns, ['a', 'b']), [
    "CREATE INDEX ON core.products (organization_id, created_at) WHERE (status = ANY ('{a,b}'::text[]))",
  ]);
  assert.deepEqual(ddl(plan(), [], columns, ['a']), [
    'CREATE INDEX ON core.products (organization_id, status, created_at)',
  ]);
});

test('a limit over an index in the right order keeps that order, with what was thrown away on the way before it', () => {
  const used = index('by_time', ['organization_id', 'created_at', 'id'], {
    orders: ['1 0 0', '1 0 3', '1 0 1'],
  });
  const by = (more: object) =>
    over(
      'Limit',
      scan(`(p.status = 'a'::text)`, {
        ...{ 'Node Type': 'Index Scan', 'Index Name': 'by_time', 'Index Cond': tenant, ...more },
      }),
      {},
    );
  assert.deepEqual(ddl(by({}), [used]), [
    'CREATE INDEX ON core.products (organization_id, status, created_at DESC, id DESC NULLS LAST)',
  ]);
  assert.deepEqual(ddl(by({ 'Scan Direction': 'Backward' }), [used]), [
    'CREATE INDEX ON core.products (organization_id, status, created_at, id NULLS FIRST)',
  ]);
});

test('few narrow columns of many rows are covered; the same without them is tried when that is too dear', () => {
  const many = { 'Actual Rows': 800, Output: ['p.price'] };
  const [found] = missing(scan(`(${tenant} AND (p.deleted_at IS NULL))`, many));
  assert.deepEqual(found!.ddl, [
    'CREATE INDEX ON core.products (organization_id) INCLUDE (price) WHERE (deleted_at IS NULL)',
  ]);
  assert.deepEqual(found!.otherwise!.ddl, [
    'CREATE INDEX ON core.products (organization_id) WHERE (deleted_at IS NULL)',
  ]);
  const wide = missing(scan(tenant, { ...many, Output: ['p.price', 'p.description'] }));
  assert.deepEqual(
    [wide[0]!.ddl[0], wide[0]!.otherwise],
    ['CREATE INDEX ON core.products (organization_id)', undefined],
  );
  const unknown = columns.map((one) => (one.name === 'price' ? { ...one, bytes: null } : one));
  assert.deepEqual(ddl(scan(tenant, many), [], unknown), ['CREATE INDEX ON core.products (organization_id)']);
});

test('an index that finds the rows is made to cover them only where that saves a hundred pages', () => {
  const of = (pages: number, type = 'Index Scan') =>
    ddl(
      scan(tenant, {
        ...{ 'Node Type': type, 'Index Name': 'own', 'Rows Removed by Filter': 0, 'Actual Rows': 800 },
        ...{ Output: ['p.price'], 'Shared Hit Blocks': pages },
      }),
      [index('own', ['organization_id'])],
    );
  assert.deepEqual(of(500), ['CREATE INDEX ON core.products (organization_id) INCLUDE (price)']);
  assert.deepEqual(of(90), []);
  assert.deepEqual(of(500, 'Index Only Scan'), [], 'it is covered');
});

test('below an aggregate a scan hands on whole rows, and the aggregate says what is needed', () => {
  const whole = scan(tenant, {
    ...{ 'Actual Rows': 800, Output: columns.map(({ name }) => `p.${name}`) },
  });
  const sum = over('Aggregate', whole, { Output: ['sum(p.price)'], Strategy: 'Plain' });
  assert.deepEqual(ddl(sum), ['CREATE INDEX ON core.products (organization_id) INCLUDE (price)']);
  assert.deepEqual(ddl(whole), ['CREATE INDEX ON core.products (organization_id)']);
});

test('a join that throws most rows away asks for them by what it joins', () => {
  const join = (rows: number) =>
    over('Hash Join', scan(tenant, { 'Rows Removed by Filter': 0, 'Actual Rows': 900 }), {
      ...{ 'Hash Cond': '(p.id = q.product_id)', 'Join Type': 'Inner', 'Actual Rows': rows },
    });
  assert.deepEqual(ddl(join(3)), ['CREATE INDEX ON core.products (organization_id, id)']);
  assert.deepEqual(ddl(join(500)), []);
});

test('an index that is read far for few rows begins with other columns than are looked for', () => {
  const skipped = (pages: number) =>
    ddl(
      scan(tenant, {
        ...{ 'Node Type': 'Index Scan', 'Index Name': 'other', 'Index Cond': `(p.name = 'x'::text)` },
        ...{ 'Rows Removed by Filter': 0, 'Shared Hit Blocks': pages },
      }),
      [index('other', ['price', 'name'])],
    );
  assert.deepEqual(skipped(60), ['CREATE INDEX ON core.products (organization_id, name)']);
  assert.deepEqual(skipped(20), []);
});

test('of two schemas with a table of one name the plan’s is meant, and none where it does not say', () => {
  const archived = columns.map((one) => ({ ...one, table: 'archive.products', schema: 'archive' }));
  const both = [...columns, ...archived];
  assert.deepEqual(ddl(scan(tenant, { Schema: 'archive' }), [], both), [
    'CREATE INDEX ON archive.products (organization_id)',
  ]);
  assert.deepEqual(ddl(scan(tenant, { Schema: undefined }), [], both), []);
});

test('the longer index stands for the shorter one, with the pages of both; not for rows or columns that it lacks', () => {
  const plan = (a: object, b: object) => over('Append', a, { Plans: [a, b] });
  const [one, ...others] = missing(plan(scan(tenant), scan(`(${tenant} AND (p.status = 'a'::text))`)));
  assert.deepEqual(
    [one!.ddl[0], one!.benefit, others.length],
    ['CREATE INDEX ON core.products (organization_id, status)', 1000, 0],
  );
  const partial = scan(`(${tenant} AND (p.status = 'a'::text) AND (p.deleted_at IS NULL))`);
  assert.equal(missing(plan(scan(tenant), partial)).length, 2);
});

test('less than five rows for one are wasted too where that is much of what the catalogue reads', () => {
  const half = (pages: number) =>
    scan(`(${tenant} AND (p.status = 'x'::text))`, {
      ...{ 'Actual Rows': 2000, 'Rows Removed by Filter': 3000, 'Shared Hit Blocks': pages },
    });
  const others = over('Append', half(500), { 'Shared Hit Blocks': 500 });
  const [found] = missing(others);
  assert.match(
    found!.why,
    /^products\/x reads 500 pages for 2000 rows, which is 60\.0 % of what the catalogue reads$/,
  );
  assert.deepEqual(found!.statements, ['products/x']);
  // The same scan beside a hundred times its pages.
  assert.deepEqual(ddl(over('Append', half(500), { 'Shared Hit Blocks': 50_000 })), []);
});

test('of scans that one index serves, what stands in its place is kept, whichever of them it was suggested for', () => {
  const limited = (removed: number, pages: number) =>
    over(
      'Limit',
      scan(tenant, {
        ...{ 'Node Type': 'Index Scan', 'Index Name': 'by_time', 'Actual Rows': 50 },
        ...{ 'Rows Removed by Filter': removed, 'Shared Hit Blocks': pages },
        Output: ['p.organization_id', 'p.status', 'p.created_at'],
      }),
      { 'Actual Rows': 50, Output: ['p.organization_id', 'p.status', 'p.created_at'] },
    );
  const own = [index('by_time', ['created_at'])];
  for (const order of [
    [10, 60_000],
    [60_000, 10],
  ]) {
    const plans = order.map((removed) => {
      const reading = readPlan([{ Plan: limited(removed, removed > 100 ? 2000 : 150) }]);
      assert.ok(reading.kind === 'plan');
      return { statement: 'audit/recent', weight: 0, root: reading.plan.root };
    });
    const [found] = missingIndexes(plans, own, columns, noLineage);
    assert.equal(
      found!.ddl[0],
      'CREATE INDEX ON core.products (organization_id, created_at) INCLUDE (status)',
    );
    assert.deepEqual(found!.otherwise?.ddl, ['CREATE INDEX ON core.products (organization_id, created_at)']);
  }
});

test('a column that is true or false by itself is a condition of the index, as IS NULL is', () => {
  assert.deepEqual(
    ddl(
      scan(
        `(p.tracked AND (p.deleted_at IS NULL) AND (p.price < '10'::text) AND ${tenant} AND (NOT p.hidden))`,
      ),
    ),
    [
      'CREATE INDEX ON core.products (organization_id, price) WHERE (NOT hidden) AND (deleted_at IS NULL) AND tracked',
    ],
  );
});

test('a plan of one table names its columns without an alias: words that are none do not matter, what no index holds does', () => {
  const kept = (output: string[]) =>
    ddl(
      scan(tenant, {
        ...{ 'Node Type': 'Index Scan', 'Index Name': 'own', 'Index Cond': tenant },
        ...{ 'Actual Rows': 400, 'Rows Removed by Filter': 0, Alias: 'p', Output: output },
      }),
      [index('own', ['organization_id'])],
    );
  const covering = 'CREATE INDEX ON core.products (organization_id) INCLUDE (name, price)';
  assert.deepEqual(kept(['organization_id', 'name', 'price']), [covering]);
  assert.deepEqual(
    kept(["lower((name)::text) || 'status'::text", 'CASE WHEN (price IS NULL) THEN 0 ELSE 1 END']),
    [covering],
  );
  assert.deepEqual(kept(['name', 'ctid']), []);
  assert.deepEqual(kept(['name', 'description']), [], 'too wide');
  assert.deepEqual(kept(['p.*']), []);
});

test('a plan of one of three draws weighs a third', () => {
  const of = (share: number) => {
    const reading = readPlan([{ Plan: scan(tenant) }]);
    assert.ok(reading.kind === 'plan');
    const seen = { statement: 'products/x', weight: 6, share, root: reading.plan.root };
    return missingIndexes([seen], [], columns, noLineage)[0]!.benefit;
  };
  assert.equal(of(1), 3000);
  assert.equal(of(1 / 3), 1000);
});
