import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { milliseconds } from '../../config/units.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { type ScratchSetting, scratchSetting } from '../../test/scratch-setting.ts';
import { micro } from './micro.ts';
import { runTask } from './run-task.ts';
import { commonReads } from './statement-task.ts';

let setting: ScratchSetting;
before(async () => {
  const scratch = await scratchSetting();
  setting = { ...scratch, budget: { ...scratch.budget, microTime: milliseconds(150) } };
});
after(() => setting[Symbol.asyncDispose]());

const repositoryCalls = [
  'organizations.current',
  'users.byId',
  'products.byId',
  'products.newest',
  'products.withVariants (one statement)',
  'products.withVariants (N+1)',
  'orders.byId',
  'products.updatePrice (rolled back)',
  'orders.create (rolled back)',
];

test('statements, calls, round trip, encoder and the harness are measured, and samples are kept', async () => {
  const { micro: results } = await micro.run(setting);
  const names = results!.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 3), ['harness/empty task', 'encoder/1000 orders', 'driver/round trip']);
  assert.deepEqual(names.slice(3), [
    ...commonReads(setting.catalogue, 5).map(({ name }) => `statement/${name}`),
    ...repositoryCalls.map((name) => `repository/${name}`),
  ]);
  for (const { name, samples, operationsPerSecond, p50, unit } of results!) {
    assert.ok(samples > 0 && operationsPerSecond > 0, name);
    assert.equal(unit, 'ms');
    if (p50 !== null) assert.ok(p50 >= 0, name);
  }
  const raw = JSON.parse(String(setting.kept.get('micro/samples.json')));
  assert.deepEqual(
    raw.tasks.map(({ count }: { count: number }) => count),
    results!.map(({ samples }) => samples),
  );
  assert.ok(raw.tasks.every(({ latencyMs }: { latencyMs: number[] }) => latencyMs.length <= 10_000));
});

test('calls that write leave the data set as it was', async () => {
  const rows = async () =>
    (
      await setting.scratch.admin.query(
        `SELECT (SELECT md5(string_agg(p::text, '' ORDER BY id)) FROM core.products AS p) AS products,
           (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM core.orders AS o) AS orders,
           (SELECT count(*) FROM core.order_items) AS items, (SELECT count(*) FROM audit.logs) AS audit,
           (SELECT sum(last_value) FROM core.order_counters) AS numbers`,
      )
    ).rows;
  const before = await rows();
  const { micro: results } = await micro.run(setting);
  const writes = results!.filter(({ name }) => name.endsWith('(rolled back)'));
  assert.ok(writes.length === 2 && writes.every(({ samples }) => samples > 0));
  assert.deepEqual(await rows(), before);
});

test('a statement that fails is named', async () => {
  const broken: Statement = {
    ...setting.catalogue.find(({ name }) => name === 'orders/by-id')!,
    sql: 'SELECT no_such_column FROM core.orders WHERE organization_id = $1 AND id = $2',
    weight: 1000,
    file: 'broken.sql',
  };
  await assert.rejects(
    micro.run({ ...setting, catalogue: [broken] }),
    /broken\.sql fails when it is run by itself: .*no_such_column/,
  );
});

test('an abort ends it soon, with its reason', async () => {
  const interrupt = new AbortController();
  const reason = new Error('Ctrl-C');
  const running = assert.rejects(
    micro.run({
      ...setting,
      signal: interrupt.signal,
      budget: { ...setting.budget, microTime: milliseconds(60_000) },
    }),
    reason,
  );
  setTimeout(() => interrupt.abort(reason), 300);
  await running;
});

test('operations per second are operations over wall time, on skewed latencies too', async () => {
  let calls = 0;
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const task = { name: 'skewed', run: () => (++calls % 2 === 0 ? sleep(20) : Promise.resolve()) };
  const { result, samples } = await runTask(task, milliseconds(200), new AbortController().signal);
  const busySeconds = samples.reduce((sum, ms) => sum + ms, 0) / 1000;
  assert.ok(result.operationsPerSecond <= result.samples / busySeconds);
  assert.ok(result.operationsPerSecond < 150, 'the mean of reciprocals would be in the thousands');
});

test('too few samples give no percentile but a reason', async () => {
  const sleep = () => new Promise((resolve) => setTimeout(resolve, 20));
  const { result } = await runTask(
    { name: 'slow', run: sleep },
    milliseconds(100),
    new AbortController().signal,
  );
  assert.deepEqual([result.p50, result.p99], [null, null]);
  assert.match(result.why!, /p99 needs 10000/);
});

test('the commonest reads of the application are taken, by weight and then by name', () => {
  const of = (name: string, change: Partial<Statement>): Statement => ({
    ...setting.catalogue[0]!,
    role: 'app',
    kind: 'read',
    name,
    ...change,
  });
  const chosen = commonReads(
    [
      of('b', { weight: 5 }),
      of('a', { weight: 5 }),
      of('write', { weight: 9, kind: 'write' }),
      of('owner', { weight: 9, role: 'owner' }),
      of('unused', { weight: 0 }),
      of('c', { weight: 7 }),
    ],
    2,
  );
  assert.deepEqual(
    chosen.map(({ name }) => name),
    ['c', 'a'],
  );
});
