import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { judge } from '../../analysis/verdict/judge.ts';
import type { Fault } from '../../config/fault.ts';
import { btreeLevel } from '../../infra/knowledge/btree-pages.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Result } from '../../result/result.ts';
import { forTenant } from '../../scenarios/identity.ts';
import { lingering } from '../../test/local-cache.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { emptyResult } from '../empty-result.ts';
import { readDdl } from '../index/ddl.ts';
import { parseSide } from '../variant/parse.ts';
import { compareBy, estimatedComparison } from './compare-estimated.ts';
import { drawOnSource, type Estimate, estimateCells } from './estimate-cells.ts';
import { type EstimatesCopy, makeEstimatesCopy } from './estimates-copy.ts';
import { plansBy } from './explain-estimated.ts';
import { estimateChange, estimatesBefore } from './index-estimated.ts';
import { tryIndexes } from './try-indexes.ts';

let setting: ScratchSetting;
let copy: EstimatesCopy;
let drawn: Awaited<ReturnType<typeof drawOnSource>>;
before(async () => {
  setting = await scratchSetting();
  await setting.scratch.admin.query('CHECKPOINT'); // first pages are read from the disk
  drawn = await drawOnSource(setting);
  copy = await makeEstimatesCopy(setting);
});
after(async () => {
  const folder = copy?.server.site.folder;
  await copy?.[Symbol.asyncDispose]();
  await setting?.[Symbol.asyncDispose]();
  if (folder) assert.deepEqual(await lingering(folder), []);
});

/** EXPLAIN's JSON of every statement on the source, as one login, by statement and tenant; an error as its message. */
async function onSource(login: 'owner' | 'app'): Promise<Map<string, string>> {
  await using session = await connect(setting.topology.get('primary').url(login, setting.database));
  const found = new Map<string, string>();
  for (const { statement, tenant, draws } of drawn.cells) {
    const text = await forTenant(session, tenant, async () => {
      const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
        `EXPLAIN (FORMAT JSON) ${statement.sql}`,
        draws[0],
      );
      return JSON.stringify(rows[0]!['QUERY PLAN'], null, 2);
    }).catch((error: Error) => error.message);
    found.set(`${statement.name} ${tenant.class}`, text);
  }
  return found;
}

const keyOf = ({ cell }: Pick<Estimate, 'cell'>) => `${cell.statement.name} ${cell.tenant.class}`;

for (const login of ['owner', 'app'] as const)
  test(`the estimates of the copy are those of the source for every statement, to the last digit (as ${login})`, async () => {
    const source = await onSource(login);
    await using estimating = await copy.begin();
    const { estimates, failed } = await estimateCells(estimating, drawn.cells, setting.signal, () => login);
    const own = new Map([
      ...estimates.map((one) => [keyOf(one), one.json] as const),
      ...failed.map((one) => [keyOf(one), one.error.message] as const),
    ]);
    assert.ok(estimates.length > 150, `${estimates.length} estimates`);
    for (const [key, text] of source) assert.equal(own.get(key), text, key);
  });

test('the copy holds no row of the source, and only the statistics of its tables', async () => {
  await using estimating = await copy.begin();
  const { rows } = await estimating.session.query('SELECT count(*)::int AS n FROM core.orders');
  assert.deepEqual(rows, [{ n: 0 }]);
  assert.deepEqual(copy.notes, []);
});

test('an index that is tried has nearly the size and the cost that a real one has; the statistics of its table stay', async () => {
  const sql = 'CREATE INDEX tried ON core.products (name, slug)';
  const statement = `SELECT id FROM core.products WHERE name = 'nothing'`;
  const cost = `EXPLAIN (FORMAT JSON) ${statement}`;
  const read = async (session: { query: (text: string) => Promise<{ rows: object[] }> }) =>
    (await session.query(cost)).rows[0] as { 'QUERY PLAN': [{ Plan: Record<string, number | string> }] };
  const tables = `SELECT relname, relpages, reltuples FROM pg_class WHERE relname ~ '^products$' ORDER BY 1`;
  await using before = await copy.begin();
  const [statistics, old] = [(await before.session.query(tables)).rows, await read(before.session)];
  await before[Symbol.asyncDispose]();
  {
    await using tried = await tryIndexes(copy, [readDdl(sql)]);
    const estimated = (await read(tried.session))['QUERY PLAN'][0].Plan;
    const { admin } = setting.scratch;
    await admin.query(sql);
    try {
      const real = (await read(admin))['QUERY PLAN'][0].Plan;
      assert.equal(estimated['Index Name'], 'tried');
      assert.equal(estimated['Total Cost'], real['Total Cost']);
      const { rows } = await admin.query<{ bytes: number }>(
        `SELECT pg_relation_size('core.tried')::float8 AS bytes`,
      );
      const ratio = tried.addedBytes / rows[0]!.bytes;
      assert.ok(ratio > 0.7 && ratio < 1.4, `${ratio} of the real size`);
      const { rows: first } = await admin
        .query<{ page: Buffer }>(
          `CHECKPOINT; SELECT pg_read_binary_file(pg_relation_filepath('core.tried'), 0, 8192) AS page`,
        )
        .then((results) => (Array.isArray(results) ? results[1] : results));
      assert.equal(btreeLevel(first[0]!.page), 1);
    } finally {
      await admin.query('DROP INDEX core.tried');
    }
  }
  await using after = await copy.begin();
  assert.deepEqual((await after.session.query(tables)).rows, statistics);
  assert.deepEqual(await read(after.session), old, 'what was tried is taken back');
});

test('a change says who would be cheaper or dearer, as an estimate: no pages, no time, and never a pass', async () => {
  const before = await estimatesBefore(copy, drawn.cells, setting.signal);
  const of = (sql: string) => estimateChange(setting, copy, before, [readDdl(sql)]);
  const { result, planDiffs } = await of('DROP INDEX core.idx_products_search');
  assert.ok(result.regressed.length > 0, 'a search loses its index');
  assert.ok(result.estimates!.every(({ before, after }) => after !== before));
  assert.match(result.answer!, /^Estimated only: .* would be dearer/);
  assert.deepEqual(
    [result.estimated, result.verdict, result.sizeBytes, result.buildMs, result.statements],
    [true, 'cannot-say', null, null, undefined],
  );
  assert.ok(planDiffs.every((one) => /estimated/.test(one.before) && /estimated/.test(one.after)));
  const nothing = (await of('CREATE INDEX ON core.products (seo_title)')).result;
  assert.match(nothing.answer!, /^Estimated only: the planner’s cost of no statement would change/);
  for (const index of [result, nothing]) assert.equal(verdictOf({ index: [index] }), 'inconclusive');
  await assert.rejects(of('CREATE INDEX ON core.products USING gin (search)'), usageFault);
  await assert.rejects(of('CREATE INDEX ON core.nowhere (id)'), usageFault);
});

const usageFault = (error: Fault) => error.reason === 'usage';

test('plans and two sides are estimated, say so, and decide nothing', async () => {
  const few = drawn.cells.filter(({ statement }) => statement.name === 'orders/recent');
  const { plans } = await plansBy(copy, few, setting.signal);
  assert.equal(plans.length, 2 * setting.tenants.length);
  for (const { estimated, buffers, executionMs, rows, maxQError, expectation, estimatedCost } of plans) {
    assert.deepEqual(
      [estimated, executionMs, rows, maxQError, expectation.ok],
      [true, null, null, null, null],
    );
    assert.deepEqual(buffers, { hit: null, read: null });
    assert.ok(estimatedCost! > 0);
  }
  assert.equal(verdictOf({ plans: plans }), 'inconclusive');
  const [a, b] = [await parseSide([]), await parseSide(['set:random_page_cost=4'])];
  const { comparison } = await compareBy(copy, [a, b], few, setting.signal);
  assert.ok(comparison.length > 0);
  for (const row of comparison) {
    assert.match(row.metric, /estimated cost/);
    assert.deepEqual(
      [row.estimated, row.ratio, row.role, row.verdict],
      [true, null, 'advisory', 'inconclusive'],
    );
    assert.ok(row.b! > row.a!, 'pages at random cost more');
  }
  assert.equal(verdictOf({ comparison: comparison }), 'inconclusive');
  const file = await parseSide(['sql:UPDATE core.orders SET total_cents = 0']);
  assert.throws(() => estimatedComparison(a, file), /cannot be compared by estimates/);
});

function verdictOf(sections: Partial<Result>): string {
  const facts = emptyResult({ id: 'x', startedAt: '', suite: 'quick', command: '', kind: 'index' } as never);
  facts.run.complete = true;
  return judge({ ...facts, ...sections }).verdict.status;
}
