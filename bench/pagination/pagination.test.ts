import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { estimate } from '../postgres/explain.ts';
import { readLineage } from '../postgres/lineage.ts';
import { miscounted } from './churn.ts';
import { findCliffs } from './cliffs.ts';
import { pagedLists } from './pages.ts';
import { pagination } from './pagination.ts';

let setting: ScratchSetting;
before(async () => {
  setting = await scratchSetting();
});
after(() => setting[Symbol.asyncDispose]());

/** The catalogue with one statement's SQL changed. */
const changed = (name: string, change: (sql: string) => string): Statement[] =>
  setting.catalogue.map((each) => (each.name === name ? { ...each, sql: change(each.sql) } : each));

test('every form is measured at every depth, and all of them return the same pages', async () => {
  const { pagination: results, warnings } = await pagination.run(setting);
  assert.deepEqual(warnings, []);
  for (const list of ['orders', 'products']) {
    const whale = results!.filter(
      ({ statement, tenantClass }) => statement.startsWith(`${list}/`) && tenantClass === 'whale',
    );
    const depths = [...new Set(whale.map(({ depth }) => depth))];
    assert.equal(depths.length, setting.budget.pageDepths.length);
    for (const depth of depths) {
      const forms = whale
        .filter((result) => result.depth === depth)
        .map(({ method, form }) => form ?? method);
      assert.deepEqual(forms, ['offset', 'row comparison', 'OR']);
    }
    assert.ok(whale.every(({ buffers, ms }) => buffers! > 0 && ms! > 0));
  }
});

test('an offset reads more pages the deeper it is, a keyset does not', async () => {
  const { pagination: results } = await pagination.run(setting);
  const pages = (form: string) =>
    results!
      .filter((each) => each.tenantClass === 'whale' && each.statement === `orders/${form}`)
      .map(({ buffers }) => buffers!);
  assert.ok(pages('offset').at(-1)! > pages('offset')[0]!);
  assert.ok(pages('keyset').at(-1)! <= pages('keyset')[0]! + 3);
});

test('while rows arrive an offset shows rows twice, while rows leave it skips some, a keyset does neither', async () => {
  const count = async () =>
    (await setting.scratch.admin.query('SELECT count(*), max(created_at) FROM core.orders')).rows;
  const before = await count();
  const { paginationChecks } = await pagination.run(setting);
  const orders = paginationChecks!.find(
    ({ list, tenantClass }) => list === 'orders' && tenantClass === 'whale',
  )!;
  const { churn, pagesEqual, joinedRows, rows } = orders;
  assert.ok(churn && pagesEqual && joinedRows === rows);
  assert.deepEqual(churn.arrivals.offset, { doubled: churn.pages - 1, skipped: 0 });
  assert.deepEqual(churn.removals.offset, { doubled: 0, skipped: churn.pages - 1 });
  for (const { keyset } of [churn.arrivals, churn.removals])
    assert.deepEqual(keyset, { doubled: 0, skipped: 0 });
  assert.deepEqual(await count(), before);
});

test('rows seen twice are doubled, rows passed over are skipped, rows not reached are neither', () => {
  assert.deepEqual(miscounted(['a', 'b', 'c', 'd', 'e'], ['x', 'a', 'b', 'b', 'd']), {
    doubled: 1,
    skipped: 1,
  });
  assert.deepEqual(miscounted(['a', 'b'], []), { doubled: 0, skipped: 0 });
});

test('the depth from which an offset is planned otherwise is found exactly', async () => {
  const [list] = pagedLists(setting.catalogue).filter(({ name }) => name === 'products');
  const { admin } = setting.scratch;
  const [whale] = setting.tenants;
  const draw = [whale!.id, '0'];
  const lineage = await readLineage(admin);
  const planned = async (skip: number) => {
    const { plan } = await estimate(admin, list!.offset.sql, [whale!.id, String(skip)]);
    return fingerprints(plan.root, lineage).shape;
  };
  const cliffs = await findCliffs(admin, list!, draw, [0, 100_000], lineage);
  assert.equal(cliffs.length, 1);
  const [{ depth, before, after }] = cliffs as [(typeof cliffs)[number]];
  assert.notEqual(before, after);
  assert.notEqual(await planned(depth - 1), await planned(depth));
  assert.deepEqual(await findCliffs(admin, list!, draw, [depth, depth + 1], lineage), []);
});

test('a keyset that loses rows of the same time is found', async () => {
  await using admin = await connect(setting.scratch.url);
  await admin.query(
    `UPDATE core.products SET created_at = date_trunc('month', created_at), version = version`,
  );
  const { warnings: right } = await pagination.run(setting);
  assert.deepEqual(right, []);
  const { warnings } = await pagination.run({
    ...setting,
    catalogue: changed('products/keyset', (sql) =>
      sql.replace('(created_at, id) < ($2, $3)', 'created_at < $2 AND $3 <> id'),
    ),
  });
  assert.ok(warnings!.some(({ message }) => /products of the whale: .*(not the same|differ)/.test(message)));
  assert.ok(warnings!.some(({ message }) => /The pages have \d+ rows, the list \d+/.test(message)));
});

test('a keyset that repeats rows is found', async () => {
  const { warnings } = await pagination.run({
    ...setting,
    catalogue: changed('orders/keyset', (sql) => sql.replace('(created_at, id) <', '(created_at, id) <=')),
  });
  assert.ok(warnings!.some(({ message }) => /orders of the median: Row .* comes twice/.test(message)));
});

test('a list needs an offset and a keyset, the OR form may be missing', () => {
  const lists = pagedLists(
    setting.catalogue.filter(({ name }) => !/^products\/keyset-or|^orders\/keyset$/.test(name)),
  );
  assert.deepEqual(
    lists.map(({ name, keysetOr }) => [name, keysetOr]),
    [['products', null]],
  );
});

test('an aborted run stops with the reason', async () => {
  const reason = new Error('interrupted');
  await assert.rejects(pagination.run({ ...setting, signal: AbortSignal.abort(reason) }), reason);
});
