import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from '../../infra/topology/session.ts';
import { underIdentity } from '../../scenarios/identity.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { explain } from '../postgres/explain.ts';
import { readLineage } from '../postgres/lineage.ts';
import { planModes } from './modes.ts';
import { plans } from './plans.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

const run = (catalogue: readonly Statement[]) => plans.run({ ...setting, catalogue });
const statement = (change: Partial<Statement>): Statement => ({
  name: 'test/one',
  what: 'x',
  sql: 'SELECT organization_id, id FROM core.products WHERE organization_id = $1',
  params: [{ name: 'organization_id', source: 'tenant', column: 'id' }],
  sources: new Map(setting.catalogue.flatMap(({ sources }) => [...sources])),
  expects: [{ kind: 'one-tenant' }],
  weight: 0,
  role: 'owner',
  kind: 'read',
  file: 'test/one.sql',
  ...change,
});

test('every shipped statement has a plan for each tenant as owner and as app, and what it expects holds', async () => {
  const untimed = setting.catalogue.map((each) => ({
    ...each,
    expects: each.expects.filter(({ kind }) => kind !== 'at-most-ms'), // a busy machine breaks no plan
  }));
  const { plans: results, warnings } = await run(untimed);
  assert.deepEqual(warnings, []);
  const barred = setting.catalogue.filter(
    ({ name }) => !results!.some((one) => one.statement === name && one.variant === 'app'),
  );
  assert.ok(barred.every(({ role }) => role === 'owner'));
  assert.equal(results?.length, (setting.catalogue.length * 2 - barred.length) * 3);
  const broken = results.filter(({ expectation }) => expectation.ok === false);
  assert.deepEqual(
    broken.map(({ statement, tenantClass, expectation }) => [statement, tenantClass, expectation.why]),
    [],
  );
  for (const { name, role } of setting.catalogue) {
    const declared = results.filter(({ statement, variant }) => statement === name && variant === role);
    assert.ok(
      declared.every(({ buffers, executionMs, tree }) => buffers.hit! > 0 && executionMs! > 0 && tree),
    );
  }
});

test('a function is opened: what it ran has its SQL, its calls and a tree, for the application and for the owner', async () => {
  const search = setting.catalogue.filter(({ name }) => name === 'products/search-function');
  const { plans: results, statements: texts } = await run(search);
  assert.deepEqual(
    texts?.map(({ name, sql }) => [name, sql]),
    search.map(({ name, sql }) => [name, sql]),
  );
  for (const { variant, nested, nestedWhy, lines, parameters, file } of results!) {
    assert.equal(nestedWhy, undefined);
    const products = nested!.find(({ sql }) => /FROM core\.products p/.test(sql))!;
    assert.equal(products.calls, 1, variant);
    assert.ok(products.lines.some(({ name }) => / on products p/.test(name)));
    assert.ok(
      !nested!.some(({ sql }) => sql.includes('search_products(')),
      'the statement itself is not within itself',
    );
    assert.deepEqual(
      [lines!.length, parameters![0]!.name, /plans\/products-search-function/.test(file!)],
      [1, 'word', true],
    );
  }
});

test('a function that fails when it is opened leaves its plan, and says why', async () => {
  const broken = statement({
    sql: 'SELECT * FROM core.search_products($1, 20)',
    params: [{ name: 'word', source: 'word', column: 'word' }],
    expects: [],
  });
  const { nestedPlans, openNestedPlans } = await import('../postgres/nested-plans.ts');
  const { session } = await openNestedPlans(setting.topology, setting.database, 'app');
  await using _closed = session!;
  const found = await nestedPlans(session!, `${broken.sql} WHERE 1 / 0 = 1`, setting.tenants[0]!, ['a']);
  assert.match(found.kind === 'closed' ? found.why : '', /could not be executed .*division by zero/);
});

test('the same seed reads the same pages again', async () => {
  const pages = async () =>
    (await run(setting.catalogue.filter(({ kind }) => kind === 'read'))).plans?.map(
      ({ statement, variant, tenantClass, shape, buffers }) =>
        [statement, variant, tenantClass, shape, buffers.hit! + buffers.read!].join(' '),
    );
  assert.deepEqual(await pages(), await pages());
});

test('raw plans are kept, one file each', async () => {
  await run([statement({})]);
  assert.ok(setting.kept.has('plans/test-one.whale.app.json'));
  assert.match(String(setting.kept.get('plans/test-one.minnow.owner.json')), /"Node Type"/);
});

test('rows of another tenant break the expectation: the owner without a filter sees all', async () => {
  const { plans: results } = await run([
    statement({ sql: 'SELECT organization_id FROM core.products WHERE $1::uuid IS NOT NULL' }),
  ]);
  for (const result of results!.filter(({ variant }) => variant === 'owner')) {
    assert.equal(result.expectation.ok, false);
    assert.match(result.expectation.why, /rows are of another tenant/);
  }
});

test('rows without organization_id are recognised by their id, and others are said to be unknown', async () => {
  const byId = statement({ sql: 'SELECT id FROM core.orders WHERE organization_id = $1' });
  const unknown = statement({ sql: 'SELECT name FROM core.products WHERE organization_id = $1' });
  const outcome = async (of: Statement) =>
    (await run([of])).plans?.find(({ variant }) => variant === 'owner')?.expectation;
  assert.equal((await outcome(byId))?.ok, true);
  assert.equal((await outcome(unknown))?.ok, null);
});

test('what a write does is taken back', async () => {
  // On connections of their own: copying the database ends those that are open.
  const count = async () => {
    await using admin = await connect(setting.scratch.url);
    const { rows } = await admin.query<{ n: string; dead: string }>(
      `SELECT count(*) AS n, (SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = 'core.products'::regclass) AS dead
       FROM core.products WHERE name = 'x'`,
    );
    return rows[0];
  };
  const before = await count();
  const { plans: results } = await run([
    statement({ kind: 'write', sql: `UPDATE core.products SET name = 'x' WHERE organization_id = $1` }),
  ]);
  assert.ok(results!.some(({ rows, tree }) => rows !== null && /Update on products/.test(tree!)));
  assert.equal(before?.n, '0');
  assert.deepEqual(await count(), before, 'no row of the base is another one, and none is dead');
});

test('a statement that fails is a warning with its file, and the others are still measured', async () => {
  const { plans: results, warnings } = await run([
    statement({
      name: 'test/bad',
      file: 'test/bad.sql',
      sql: 'SELECT nope FROM core.products WHERE $1::uuid = id',
    }),
    statement({}),
  ]);
  assert.equal(results?.length, 6);
  assert.equal(warnings?.length, 6);
  assert.match(warnings[0]!.message, /test\/bad failed for the whale.*"nope"/);
});

test('a right that only the other login lacks is no failure; one that the declared login lacks is', async () => {
  const sql = 'SELECT id, search_vector FROM core.users WHERE $1::uuid IS NOT NULL';
  const others = await run([statement({ sql, role: 'owner' })]);
  assert.deepEqual([others.plans?.length, others.warnings], [3, []]);
  const own = await run([statement({ sql, role: 'app' })]);
  assert.equal(own.warnings?.length, 3);
  assert.match(own.warnings[0]!.message, /as app: permission denied for table users/);
});

test('an aborted run stops with the reason', async () => {
  const reason = new Error('interrupted');
  await assert.rejects(plans.run({ ...setting, signal: AbortSignal.abort(reason) }), reason);
});

test('partitions and their indexes are traced to their roots, and indexes to what they are', async () => {
  await using admin = await connect(setting.scratch.url);
  const lineage = await readLineage(admin);
  assert.equal(lineage.tables.get('orders_2026_01'), 'orders');
  assert.equal(lineage.tables.has('orders'), false);
  assert.equal(lineage.indexes.get('orders_2026_01_pkey'), 'orders_pkey');
  assert.equal(lineage.definitions.get('products_org_id'), 'UNIQUE btree (organization_id, id)');
});

test('EXPLAIN runs without parallel workers and leaves the setting alone', async () => {
  await using session = await connect(setting.scratch.url);
  await session.query(
    'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0',
  );
  const { plan } = await underIdentity(session, null, () =>
    explain(session, 'SELECT count(*) FROM core.order_items', []),
  );
  assert.equal(plan.settings.max_parallel_workers_per_gather, '0');
  const { rows } = await session.query('SHOW max_parallel_workers_per_gather');
  assert.notDeepEqual(rows, [{ max_parallel_workers_per_gather: '0' }]);
});

const modesOf = (catalogue: readonly Statement[]) => planModes({ ...setting, catalogue });

test('a plan that is made once for all parameters is told beside the one for these, with what the server would take', async () => {
  await using admin = await connect(setting.scratch.url);
  await admin.query(`
    CREATE TABLE public.any_row AS SELECT gen_random_uuid() AS id, repeat('x', 200) AS text FROM generate_series(1, 3000);
    ALTER TABLE public.any_row ADD PRIMARY KEY (id);
    GRANT SELECT ON public.any_row TO olympus_owner;
    ANALYZE public.any_row`);
  const any = statement({
    sql: 'SELECT id FROM public.any_row WHERE ($1::uuid IS NULL OR id = $1)',
    params: [{ name: 'id', source: 'member', column: 'user_id' }],
  });
  const [found] = (await modesOf([any])).planModes;
  const minnow = found!.tenants.find(({ tenantClass }) => tenantClass === 'minnow')!;
  assert.ok(minnow.pages.generic! > minnow.pages.custom! + 10);
  assert.equal(minnow.sameShape, false);
  assert.equal(minnow.chosen, 'custom');
  assert.equal(minnow.pages.auto, minnow.pages.custom);
  assert.ok(found!.skew! >= minnow.pages.generic! / minnow.pages.custom!);
});

test('every reading statement is measured in three modes for each tenant, in the pages that its custom plan reads', async () => {
  const { planModes: found, warnings } = await modesOf(setting.catalogue);
  assert.deepEqual(warnings, []);
  const reads = setting.catalogue.filter(({ kind }) => kind === 'read');
  assert.deepEqual(
    found.map((one) => one.statement),
    reads.map(({ name }) => name),
  );
  for (const { tenants, skew, statement: name } of found) {
    assert.equal(tenants.length, 3, name);
    assert.ok(skew! >= 1 && tenants.every(({ pages }) => pages.custom! > 0 && pages.auto! > 0), name);
  }
});

test('a statement that fails when it is prepared is a warning, and the others are still measured', async () => {
  const bad = statement({
    name: 'test/bad',
    sql: 'SELECT 1 / (CASE WHEN $1::uuid IS NULL THEN 1 ELSE 0 END)',
  });
  const { planModes: found, warnings } = await modesOf([bad, statement({})]);
  assert.deepEqual(
    found.map((one) => one.statement),
    ['test/one'],
  );
  assert.match(warnings[0]!.message, /test\/bad failed for the whale in another plan mode: division by zero/);
});
