import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  LoadResult,
  PaginationResult,
  PlanResult,
  PoolerFigures,
  RlsOverhead,
} from '../../result/result.ts';
import { findings, rules } from './findings.ts';
import type { Findable } from './rule.ts';

const none: Findable = {
  ...{ plans: [], pagination: [], rls: null, replication: [], load: [], pooler: [] },
  trust: { checks: [] },
};
const find = (facts: Partial<Findable>, accepted: Parameters<typeof findings>[1] = []) =>
  findings({ ...none, ...facts }, accepted);
const ids = (facts: Partial<Findable>) => find(facts).map(({ id }) => id);

const plan = (changes: Partial<PlanResult> & { pages?: number }): PlanResult => ({
  ...{ statement: 'users/newest', variant: 'app', tenantClass: 'whale', shape: 's', detail: 'd' },
  ...{ executionMs: 1, planningMs: 0.5, rows: 20, maxQError: 1, maxQErrorNode: null, indexes: [] },
  buffers: { hit: changes.pages ?? 10, read: 0 },
  expectation: { ok: null, why: '' },
  ...changes,
});
const load = (changes: Partial<LoadResult>) =>
  ({ scenario: 'storefront', model: 'open', requests: 1000, ...changes }) as LoadResult;
const statement = (name: string | null, timePct: number, calls: number) => ({
  ...{ name, query: 'SELECT 1', calls, timePct, executionMs: 10 * timePct, rows: 0 },
  ...{ blocksHit: 288 * calls, blocksRead: 0, walBytes: 0 },
});
const withStatements = (...statements: ReturnType<typeof statement>[]) =>
  load({ evidence: { statements } as unknown as NonNullable<LoadResult['evidence']> });
const overhead = (changes: Partial<RlsOverhead>): RlsOverhead => ({
  ...{ statement: 'products/search', variant: 'wrapped', tenantClass: 'whale', ratio: 29, low: 20, high: 40 },
  ...{ level: 0.95, pairs: 12, offMs: 1.62, variantMs: 47, offBuffers: 40, variantBuffers: 10226 },
  ...changes,
});
const rls = (...overheads: RlsOverhead[]) => ({
  rls: { overhead: overheads, leaks: { reads: 0, rows: 0, foreignRows: 0, byStatement: [] } },
});

test('much work for few rows: the buffers, the rows, and what the owner reads without the policy', () => {
  const plans = [plan({ pages: 40_309 }), plan({ pages: 23, variant: 'owner' })];
  const [found] = find({ plans });
  assert.equal(found!.id, 'work-for-rows/users/newest');
  assert.deepEqual([found!.value, found!.severity, found!.link], [40_309, 3, '#plan/users/newest/whale']);
  assert.equal(
    found!.sentence,
    'users/newest reads 40,309 buffers for 20 rows (app, whale). The owner, without row-level security, reads 23: the policy decides the cost.',
  );
});

test('buffers that were read from the system count as those from the cache', () => {
  assert.deepEqual(ids({ plans: [plan({ buffers: { hit: 600, read: 1500 } })] }), [
    'work-for-rows/users/newest',
  ]);
});

test('work for rows is none where it is little, where the rows are many, and where it was not measured', () => {
  assert.deepEqual(ids({ plans: [plan({ pages: 999, rows: 0 })] }), []);
  assert.deepEqual(ids({ plans: [plan({ pages: 5000, rows: 100 })] }), []);
  assert.deepEqual(ids({ plans: [plan({ buffers: { hit: null, read: null } })] }), []);
  assert.deepEqual(ids({ plans: [plan({ pages: 5000, rows: null })] }), []);
});

test('an aggregate and a write are not judged by buffers a row, a group key alone is no aggregate', () => {
  for (const tree of [
    'Limit  (1 rows)\n└─ HashAggregate  (1 rows)',
    'Update on orders  (0 rows)',
    'Finalize GroupAggregate',
  ])
    assert.deepEqual(ids({ plans: [plan({ pages: 5000, tree })] }), [], tree);
  assert.equal(ids({ plans: [plan({ pages: 5000, tree: 'Unique\n   │    Group Key: a' })] }).length, 1);
});

test('of three tenants a statement is one finding: the worst', () => {
  const plans = [
    plan({ pages: 2500 }),
    plan({ pages: 41_106, rows: 4, tenantClass: 'median' }),
    plan({ pages: 3000, tenantClass: 'minnow' }),
  ];
  const found = find({ plans });
  assert.deepEqual(
    found.map(({ value, link }) => [value, link]),
    [[41_106, '#plan/users/newest/median']],
  );
});

test('the policy in force is judged by the lower bound of its interval, and not by rewritten copies', () => {
  const [found] = find(
    rls(
      overhead({ keptFromIndex: [{ relation: 'products', clause: '(a @@ ?)', functions: ['ts_match_vq'] }] }),
    ),
  );
  assert.deepEqual([found!.id, found!.value, found!.severity], ['policy-cost/products/search', 29, 3]);
  assert.match(
    found!.sentence,
    /takes 29 times as long .* 47 ms instead of 1\.62 ms .* ts_match_vq is not LEAKPROOF/,
  );
  assert.deepEqual(ids(rls(overhead({ low: 4.9 }))), []);
  assert.deepEqual(ids(rls(overhead({ low: null }))), []);
  assert.deepEqual(ids(rls(overhead({ variant: 'bare' }))), []);
});

test('a policy that multiplies microseconds is a note', () => {
  const [found] = find(rls(overhead({ offMs: 0.02, variantMs: 0.262 })));
  assert.equal(found!.severity, 1);
  assert.match(found!.sentence, /262 µs instead of 20 µs .* It reads 10,226 buffers instead of 40\./);
});

test('a statement that takes half of the time with few of the calls is a finding', () => {
  const [found] = find({
    load: [withStatements(statement('products/search-function', 48.5, 80), statement('b', 51.5, 920))],
  });
  assert.equal(found!.id, 'time-share/storefront-open/products/search-function');
  assert.match(found!.sentence, /takes 48\.5 % .* with 8 % of the calls: 6\.06 ms and 288 buffers a call/);
});

test('a statement that is all of the load takes all of its time by right', () => {
  assert.deepEqual(ids({ load: [withStatements(statement('only', 100, 500))] }), []);
  assert.deepEqual(ids({ load: [withStatements(statement('a', 55, 500), statement('b', 45, 500))] }), []);
  assert.deepEqual(ids({ load: [withStatements(statement('a', 29, 1), statement('b', 71, 99))] }), []);
});

const prepared = (changes: object) =>
  ({
    ...{ kind: 'prepared', name: 'named', endpoint: 'pooler', provider: 'local', statements: 'named' },
    ...{ maxPreparedStatements: null, requestsPerSecond: 500, requests: 5092, errors: { '26000': 4767 } },
    ...changes,
  }) as PoolerFigures;

test('named statements that fail through the pooler are a share of those that were sent', () => {
  const [found] = find({ pooler: [prepared({ why: 'PgBouncer 1.18.0 does not have it' })] });
  assert.deepEqual([found!.severity, found!.part], [3, 'pooler']);
  assert.equal(
    found!.sentence,
    '93.6 % of named prepared statements fail through the pooler (SQLSTATE 26000; max_prepared_statements: PgBouncer 1.18.0 does not have it).',
  );
  assert.deepEqual(ids({ pooler: [prepared({ errors: {} })] }), []);
  assert.deepEqual(ids({ pooler: [prepared({ statements: 'unnamed' })] }), []);
});

test('plans that take longer to plan than to run are counted, where they are most', () => {
  const slow = { planningMs: 4.81, executionMs: 0.739 };
  const all = (count: number, changes: object) =>
    Array.from({ length: count }, (_, at) => plan({ statement: `s/${at}`, ...changes }));
  const [found] = find({ plans: [...all(5, slow), ...all(4, {})] });
  assert.equal(found!.value, 5);
  assert.match(
    found!.sentence,
    /^5 of 9 plans take longer to plan than to run; most of all s\/0 \(whale\): 4\.81 ms to plan, 739 µs to run/,
  );
  assert.deepEqual(ids({ plans: [...all(5, slow), ...all(6, {})] }), []);
  assert.deepEqual(ids({ plans: all(4, slow) }), []);
  assert.deepEqual(ids({ plans: all(9, { planningMs: null }) }), []);
});

test('a plan that is not the declared one comes first, with what it is instead', () => {
  const missed = plan({ statement: 'a/b', expectation: { ok: false, why: 'expected no Seq Scan.' } });
  const found = find({ plans: [plan({ pages: 40_000 }), missed] });
  assert.equal(found[0]!.id, 'missed-expectation/a/b');
  assert.match(
    found[0]!.sentence,
    /a\/b has another plan than it declares \(app, whale\): expected no Seq Scan\./,
  );
  assert.equal(ids({ plans: [plan({ expectation: { ok: true, why: '' } })] }).length, 0);
});

test('an estimate that is off by a hundred is a finding, and costly where the statement is slow', () => {
  const off = { maxQError: 5125, maxQErrorNode: 'Index Scan on users' };
  const [slow] = find({ plans: [plan({ ...off, executionMs: 31.5 })] });
  assert.match(
    slow!.sentence,
    /off by 5,125 times at Index Scan on users \(app, whale\); the statement takes 31\.5 ms/,
  );
  assert.equal(slow!.severity, 2);
  assert.equal(find({ plans: [plan({ ...off, executionMs: 9 })] })[0]!.severity, 1);
  assert.deepEqual(ids({ plans: [plan({ maxQError: 99 }), plan({ maxQError: null })] }), []);
});

test('a stall is as bad as it is long, and the longest is named', () => {
  const stall = (fromS: number, toS: number) => ({ fromS, toS, due: 40, longestResponseMs: null });
  const [found] = find({ load: [load({ stalls: [stall(1, 1.2), stall(5, 7.5)] })] });
  assert.deepEqual([found!.value, found!.severity], [2, 3]);
  assert.match(
    found!.sentence,
    /got no answer 2 times .* the longest lasted 2\.5 s, from second 5, with 40 requests due/,
  );
  assert.equal(find({ load: [load({ stalls: [stall(1, 1.2)] })] })[0]!.severity, 2);
  assert.deepEqual(ids({ load: [load({ stalls: [] }), load({})] }), []);
});

test('retries count against the requests', () => {
  const [found] = find({ load: [load({ retries: 120 })] });
  assert.deepEqual([found!.value, found!.severity], [12, 3]);
  assert.deepEqual(ids({ load: [load({ retries: 9 })] }), []);
  assert.deepEqual(ids({ load: [load({ retries: 3, requests: 0 })] }), []);
});

const replica = (p50: number | null, p99: number | null, max: number | null) => ({
  replication: [
    {
      replica: 'replica1',
      lagMs: { p50, p90: null, p99, p999: null, max, samples: 1489 },
    } as Findable['replication'][number],
  ],
});

test('a replica is an outlier where it was far beyond its own p99, or its median', () => {
  const [found] = find(replica(0.7, 6.8, 1200));
  assert.deepEqual([found!.value, found!.severity], [1200, 2]);
  assert.match(found!.sentence, /was 1\.2 s behind once; its p99 of 1,489 probes is 6\.8 ms/);
  assert.match(find(replica(9, null, 120))[0]!.sentence, /median/);
  assert.deepEqual(ids(replica(0.7, 6.8, 99)), []);
  assert.deepEqual(ids(replica(0.7, 200, 1200)), []);
  assert.deepEqual(ids(replica(null, null, 1200)), []);
});

const page = (
  method: 'offset' | 'keyset',
  depth: number,
  buffers: number | null,
  list = 'orders',
): PaginationResult => ({
  ...{ statement: `${list}/${method}`, method, tenantClass: 'whale', depth, buffers, ms: 1 },
});

test('a deep page by offset is compared with the page at the same depth by keyset', () => {
  const [found] = find({
    pagination: [
      page('offset', 8482, 2843),
      page('offset', 33_249, 11_698),
      page('keyset', 8482, 18),
      page('keyset', 33_249, 19),
    ],
  });
  assert.deepEqual([found!.value, found!.severity], [11_698, 3]);
  assert.match(
    found!.sentence,
    /orders\/offset reads 11,698 buffers for the page after 33,249 rows; by keyset it takes 19 \(whale\)/,
  );
  for (const keyset of [
    page('keyset', 100, 19),
    page('keyset', 33_249, 19, 'other'),
    page('keyset', 33_249, null),
    page('keyset', 33_249, 1500),
  ])
    assert.deepEqual(ids({ pagination: [page('offset', 33_249, 11_698), keyset] }), []);
});

test('an accepted finding stands last with its reason, however bad it is', () => {
  const plans = [plan({ pages: 40_000 }), plan({ statement: 'b/c', pages: 2100 })];
  const found = find({ plans }, [{ id: 'work-for-rows/users/newest', reason: 'an export' }]);
  assert.deepEqual(
    found.map(({ id, known }) => [id, known]),
    [
      ['work-for-rows/b/c', undefined],
      ['work-for-rows/users/newest', 'an export'],
    ],
  );
});

test('the worst of each rule comes before the second of any, within a severity', () => {
  const plans = [
    plan({ statement: 'a/1', pages: 50_000 }),
    plan({ statement: 'a/2', pages: 40_000 }),
    plan({ statement: 'a/3', pages: 2100 }),
  ];
  assert.deepEqual(ids({ plans, ...rls(overhead({})) }), [
    ...['work-for-rows/a/1', 'policy-cost/products/search', 'work-for-rows/a/2', 'work-for-rows/a/3'],
  ]);
});

test('what rests on a figure that is not trusted says so, and is not among the worst', () => {
  const check = { name: 'start lag', ok: false, value: 3, limit: 1, unit: 'ms', why: '' };
  const facts = { load: [load({ retries: 120 })] };
  const [found] = find({ ...facts, trust: { checks: [{ ...check, figures: ['load.retries'] }] } });
  assert.equal(found!.severity, 2);
  assert.match(found!.sentence, /Doubtful: the check “start lag” failed\.$/);
  for (const other of [
    { figures: ['load.response'] },
    {},
    { ok: null, figures: ['load.retries'] },
    { ok: true, figures: ['load.retries'] },
  ])
    assert.equal(find({ ...facts, trust: { checks: [{ ...check, ...other }] } })[0]!.severity, 3);
});

test('nothing measured is nothing found, and each rule has a name of its own', () => {
  assert.deepEqual(find({}), []);
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
});
