import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, mock, test } from 'node:test';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { milliseconds, seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { binsOf } from '../../test/bins-of.ts';
import { patience } from '../../test/patience.ts';
import { testDatabase } from '../../test/server.ts';
import { loadResult } from './load-result.ts';
import { mergeReports, reportsIn } from './merge-reports.ts';
import { LoadCut, type LoadOptions, runLoad } from './run-load.ts';

const signal = patience();
let k6 = '';
before(async () => {
  k6 = await findK6({ progress: silent, signal });
});

const organizations = ['a', 'b', 'c'];
const plan = (sql: Record<string, string>, draw: (organization: string) => (string | null)[]): LoadPlan => ({
  statements: Object.keys(sql).map((name) => ({
    name,
    sql: sql[name]!,
    weight: 1,
    role: 'app',
    kind: 'read',
  })),
  tenants: organizations.map((id, i) => ({
    class: i === 0 ? 'whale' : 'minnow',
    id,
    userId: `user-${id}`,
    weight: 1 / (i + 1),
  })),
  draws: Object.fromEntries(
    Object.keys(sql).map((name) => [name, Object.fromEntries(organizations.map((id, i) => [i, [draw(id)]]))]),
  ),
});

/** Fails with a division by zero unless the identity is the drawn one. */
const identityCheck = `SELECT 1 / (current_setting('app.org_id', true) = $1
  AND current_setting('request.jwt.claim.sub', true) = 'user-' || $1)::int FROM generate_series(1, 3) -- "$1"`;

const options = (url: string, changes: Partial<LoadOptions>): LoadOptions => ({
  k6,
  script: scenarioScript('mixed'),
  plan: plan({ check: identityCheck }, (id) => [id]),
  url,
  protocol: 'extended',
  connections: 4,
  duration: seconds(1),
  warmup: seconds(0.2),
  rate: 300,
  seed: 5,
  progress: silent,
  signal,
  ...changes,
});

for (const protocol of ['extended', 'prepared', 'simple'] as const) {
  test(`every request has its own tenant's identity and leaves none behind (${protocol})`, async () => {
    await using database = await testDatabase('d');
    const { report } = await runLoad(options(database.url, { protocol }));
    assert.deepEqual(report.errors, {});
    assert.ok(report.requests > 200, `${report.requests} requests`);
    assert.equal(report.rows, 3 * report.requests);
    assert.equal(report.offered, report.requests);
    assert.equal(report.dropped, 0);
  });
}

test('errors are counted by SQLSTATE, and the request after one is sound', async () => {
  await using database = await testDatabase('d');
  const sql = { good: 'SELECT $1::text', bad: 'SELECT 1 / (length($1) - 1)' };
  for (const protocol of ['extended', 'prepared', 'simple'] as const) {
    const { report } = await runLoad(
      options(database.url, { plan: plan(sql, (id) => [id]), protocol, connections: 2 }),
    );
    const requests = (name: string, key: 'requests' | 'errors') =>
      report.statements.filter((one) => one.name === name).reduce((sum, one) => sum + one[key], 0);
    assert.deepEqual(report.errors, { 22012: requests('bad', 'requests') }, protocol);
    assert.equal(requests('good', 'errors'), 0);
    assert.ok(requests('good', 'requests') > 50);
  }
});

test('two runs send the same requests, and the result adds up', async () => {
  await using database = await testDatabase('d');
  const sql = { one: 'SELECT $1::text', two: 'SELECT $1::text, 2' };
  const run = async () => (await runLoad(options(database.url, { plan: plan(sql, (id) => [id]) }))).report;
  const [first, second] = [await run(), await run()];
  const counts = (report: typeof first) =>
    report.statements.map(({ name, tenantClass, requests, rows }) => [name, tenantClass, requests, rows]);
  assert.deepEqual(counts(first), counts(second));
  const result = loadResult(first, { via: 'primary', ceilingRate: null, histogram: 'raw/x.hlog' });
  assert.equal(result.responseMs.samples, first.requests);
  assert.equal(result.responseMs.p99, null); // a few hundred requests are too few for it
  assert.match(result.responseMs.why!, /p99 needs 10000/);
  const total = result.series.reduce((sum, { requests }) => sum + requests, 0);
  assert.equal(total, first.requests);
  const byStatement = result.statements.filter(({ tenantClass }) => tenantClass === null);
  assert.deepEqual(byStatement.map(({ name }) => name).sort(), ['one', 'two']);
  assert.equal(
    byStatement.reduce((sum, { requests }) => sum + requests, 0),
    first.requests,
  );
});

test('without a server the same schedule shows the generator itself', async () => {
  const { report } = await runLoad(options('null:', { rate: 5000 }));
  assert.equal(report.requests, report.offered);
  assert.ok(Math.abs(report.offered - 5000) < 400, `${report.offered} arrivals of a Poisson law around 5000`);
  assert.match(report.histogramLog, /^Tag=check\|whale\|response,0\.000,1\.000,/m);
});

test('two processes with half of the lanes each send what one sends', async () => {
  const counts = (runs: Awaited<ReturnType<typeof runLoad>>[]) => {
    const total: Record<string, number> = {};
    for (const { name, tenantClass, requests, response } of runs.flatMap(({ report }) => report.statements)) {
      const key = `${name} ${tenantClass}`;
      total[key] = (total[key] ?? 0) + requests;
      assert.equal(decodeHistogram(response)?.totalCount ?? 0, requests);
    }
    return total;
  };
  const load = { rate: 1000, warmup: seconds(0) };
  const half = (segment: string) =>
    runLoad(options('null:', { ...load, share: { lanes: 2, segment, startAt: Date.now() + 1000 } }));
  const whole = await runLoad(options('null:', load));
  const halves = await Promise.all([half('0:1/2'), half('1/2:1')]);
  assert.ok(halves.every(({ report }) => report.requests > 300));
  assert.deepEqual(counts(halves), counts([whole]));

  const parts = halves.map(({ report }) => report);
  const [merged, ...others] = mergeReports(parts);
  assert.deepEqual(others, []);
  assert.deepEqual(counts([{ ...whole, report: { ...whole.report, ...merged! } }]), counts([whole]));
  const { offered, requests, dropped, due } = whole.report;
  assert.deepEqual(
    [merged!.offered, merged!.requests, merged!.dropped, merged!.due],
    [offered, requests, dropped, due],
  );
  assert.equal(decodeHistogram(merged!.response)!.totalCount, requests);
  const slowest = (text: string) => decodeHistogram(text)!.maxValue;
  assert.equal(slowest(merged!.response), Math.max(...parts.map(({ response }) => slowest(response))));
  assert.throws(() => mergeReports([parts[1]!]), /of 2 lanes the report of 1 is missing/);
  assert.throws(() => mergeReports([...parts, parts[0]!]), /lane 1 of 2 is there twice/);
  const log = (lane: number) =>
    `time="..." level=info\n[pod/x-${lane}] ${JSON.stringify({ runs: [parts[lane]], version: 1 })}\nend\n`;
  assert.deepEqual(mergeReports(reportsIn(log(1) + log(0))), mergeReports(parts.toReversed()));
});

test('four processes with a quarter each give one report: its histogram is the sum of theirs, its schedule that of one', async () => {
  const load = { rate: 1000, warmup: seconds(0) };
  const [sequence, startAt] = ['0,1/4,1/2,3/4,1', Date.now() + 2000];
  const quarter = (segment: string) =>
    runLoad(options('null:', { ...load, share: { lanes: 4, segment, sequence, startAt } }));
  const runs = await Promise.all(['0:1/4', '1/4:1/2', '1/2:3/4', '3/4:1'].map(quarter));
  const parts = runs.map(({ report }) => report);
  const lines = parts.map((part, i) => `pod/x-${i} ${JSON.stringify({ runs: [part], version: 1 })}\n`);
  const [merged, ...others] = mergeReports(reportsIn(lines.toReversed().join('')));
  assert.deepEqual(others, []);
  for (const key of ['response', 'service', 'startLag', 'wait'] as const)
    assert.deepEqual(binsOf(merged![key]), binsOf(...parts.map((part) => part[key])), key);
  for (const { name, tenantClass, response } of merged!.statements) {
    const same = parts.flatMap(({ statements }) =>
      statements.filter((one) => one.name === name && one.tenantClass === tenantClass),
    );
    assert.deepEqual(binsOf(response), binsOf(...same.map((one) => one.response)), name);
  }
  const { report: whole } = await runLoad(options('null:', load));
  assert.deepEqual(
    [merged!.offered, merged!.dropped, merged!.due],
    [whole.offered, whole.dropped, whole.due],
  );
  assert.equal(decodeHistogram(merged!.response)!.totalCount, decodeHistogram(whole.response)!.totalCount);
  assert.throws(() => mergeReports([parts[1]!]), /of 4 lanes the report of 1, 3, 4 is missing/);
});

test('a run goes on when its connections are killed, and says how many requests that cost', async () => {
  await using database = await testDatabase('d');
  await database.admin.query('CREATE SEQUENCE request');
  // The hundredth request of the measured second, by its own hand, whenever that is.
  const sql = {
    kill: `SELECT $1::text, CASE nextval('request') WHEN 100 THEN (SELECT count(pg_terminate_backend(pid))
           FROM pg_stat_activity WHERE application_name = 'olympus-load' AND datname = current_database()) END`,
  };
  const { report } = await runLoad(
    options(database.url, { plan: plan(sql, (id) => [id]), warmup: seconds(0) }),
  );
  const failed = Object.values(report.errors).reduce((sum, count) => sum + count, 0);
  assert.ok(failed >= 1 && failed <= 8, JSON.stringify(report.errors));
  assert.ok(Object.keys(report.errors).every((state) => state === '57P01' || state === '08006'));
  assert.equal(report.requests, report.offered);
  assert.ok(report.requests > 200, 'it went on');
});

test('an answer that does not come in time is charged with its deadline', async () => {
  await using database = await testDatabase('d');
  const script =
    await scriptOf(`run({ scenario: 's', endpoint: endpoint(__ENV.OLYMPUS_URL, { connections: 1 }), plan: loadPlan(plan),
    rate: 5, duration: 1, deadline: 0.1 });`);
  await using _ = script;
  const slow = plan({ slow: 'SELECT pg_sleep(0.3), $1::text' }, (id) => [id]);
  const { report } = await runLoad(
    options(database.url, { script: script.path, plan: slow, connections: 1 }),
  );
  assert.deepEqual(report.errors, { deadline: 5 });
  assert.equal(report.requests, 5);
});

test('k6 that fails is an error with its own words and without the password', async () => {
  const url = 'postgres://nobody:s3cret%21@127.0.0.1:1/none';
  await assert.rejects(runLoad(options(url, {})), (error: Error & { reason: string }) => {
    assert.equal(error.reason, 'component');
    assert.match(error.message, /k6 ended with code \d+/);
    assert.match(error.message, /127\.0\.0\.1/);
    assert.doesNotMatch(error.message, /s3cret/);
    return true;
  });
});

test('bad scripts are wrong usage, and the error names what is wrong', async () => {
  const cases = [
    [`import 'lodash'; export default function () {}`, /lodash/],
    [
      `run({ scenario: 's', endpoint: endpoint('null:'), plan: loadPlan(plan), statements: { chek: 1 } });`,
      /"chek" is not in the load plan; it has: check/,
    ],
    [
      `run({ scenario: 's', endpoint: endpoint('null:'), plan: loadPlan(plan), ratte: 1 });`,
      /unknown option "ratte"/,
    ],
    [
      `run({ scenario: 's', endpoint: endpoint('null:', { protocol: 'fast' }), plan: loadPlan(plan) });`,
      /protocol "fast" is not one of/,
    ],
    ['// nothing', /never called run\(\)/],
  ] as const;
  for (const [body, message] of cases) {
    await using script = await scriptOf(body);
    await assert.rejects(runLoad(options('null:', { script: script.path })), { reason: 'usage', message });
  }
});

test('an aborted run ends k6 and throws the reason', async () => {
  const controller = new AbortController();
  const running = runLoad(options('null:', { rate: 100, duration: seconds(60), signal: controller.signal }));
  setTimeout(() => controller.abort(new Error('enough')), 1000);
  await assert.rejects(running, /enough/);
});

test('an interrupted load keeps what it measured, marked as cut', async () => {
  await using database = await testDatabase('d');
  await database.admin.query('CREATE SEQUENCE request');
  const sql = { count: "SELECT $1::text, nextval('request')" };
  const controller = new AbortController();
  const running = runLoad(
    options(database.url, {
      ...{ plan: plan(sql, (id) => [id]), rate: 100, warmup: seconds(0), duration: seconds(60) },
      signal: controller.signal,
    }),
  );
  const ended = assert.rejects(running, (error: LoadCut) => {
    assert.ok(error instanceof LoadCut);
    assert.equal(error.reason, 'interrupted');
    assert.ok(error.kept.report.requests >= 20, `${error.kept.report.requests}`);
    assert.equal(error.kept.report.complete, false);
    assert.equal(error.kept.cut, 'Interrupted by SIGINT.');
    return true;
  });
  const counted = 'SELECT last_value::int AS n, pg_sleep(0.02) FROM request';
  while ((await database.admin.query<{ n: number }>(counted)).rows[0]!.n < 30) signal.throwIfAborted();
  controller.abort(new Fault('interrupted', 'Interrupted by SIGINT.', 'Run it again.'));
  await ended;
});

test('thresholds of the script have their values, and one that ends the load is named', async () => {
  await using database = await testDatabase('d');
  const script = join(await mkdtemp(join(tmpdir(), 'olympus-thresholds-')), 'own.ts');
  const text = (thresholds: string) => `
    import { run } from 'k6/x/olympus';
    import { fromEnvironment, handleSummary, oneIteration, withEnvironment } from '${join(scenarioScript('mixed'), '..', 'environment.ts')}';
    export { handleSummary };
    const { endpoint, plan } = fromEnvironment();
    export const options = { scenarios: { own: oneIteration }, thresholds: ${thresholds} };
    export default () => { run(withEnvironment({ scenario: 'own', endpoint, plan, model: 'open', rate: 100 })); };`;
  try {
    await writeFile(
      script,
      text(
        "{ olympus_requests: ['count>1000000', 'count>0'], olympus_response: ['p(98.7)<0.001'], 'olympus_response{statement:no/such}': ['p(99)<250'], 'olympus_errors{statement:no/such}': ['rate<0.1'] }",
      ),
    );
    const judged = await runLoad(options(database.url, { script, thresholds: true }));
    assert.deepEqual(judged.thresholds.map(({ source, limit, ok }) => [source, limit, ok]).sort(), [
      ['olympus_errors{statement:no/such} rate<0.1', 0.1, null],
      ['olympus_requests count>0', 0, true],
      ['olympus_requests count>1000000', 1_000_000, false],
      ['olympus_response p(98.7)<0.001', 0.001, false],
      ['olympus_response{statement:no/such} p(99)<250', 250, null],
    ]);
    assert.equal(judged.thresholds.find(({ limit }) => limit === 1_000_000)!.value, judged.report.requests);
    assert.ok(
      judged.thresholds.every(({ value, ok }) => (ok === null ? value === null : value! > 0)),
      JSON.stringify(judged.thresholds),
    );
    assert.equal(judged.cut, undefined);

    await writeFile(script, text("{ olympus_requests: [{ threshold: 'count<10', abortOnFail: true }] }"));
    const ended = await runLoad(options(database.url, { script, thresholds: true, duration: seconds(60) }));
    assert.equal(ended.report.complete, false);
    assert.match(
      ended.cut!,
      /^the threshold olympus_requests count<10 of the script ended the load after \d/,
    );
    assert.ok(ended.report.requests > 0);
  } finally {
    await rm(join(script, '..'), { recursive: true });
  }
});

test('a run that takes too long is stopped, and what it measured is kept', async () => {
  await using database = await testDatabase('d');
  await database.admin.query('CREATE SEQUENCE request');
  const sql = { count: "SELECT $1::text, nextval('request')" };
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const late = runLoad(
      options(database.url, {
        ...{ plan: plan(sql, (id) => [id]), rate: 100, warmup: seconds(0) },
        ...{ duration: seconds(60), deadline: milliseconds(2000) },
      }),
    );
    const ended = assert.rejects(late, (error: LoadCut) => {
      assert.ok(error instanceof LoadCut);
      assert.match(error.message, /not ended after 2 s/);
      assert.equal(error.kept.report.complete, false);
      assert.ok(error.kept.report.requests > 0);
      return true;
    });
    // The deadline comes when it measures, not before k6 has started; the server waits here, our clock stands.
    const counted = `SELECT last_value::int AS n, pg_sleep(0.02) FROM request`;
    while ((await database.admin.query<{ n: number }>(counted)).rows[0]!.n < 20) signal.throwIfAborted();
    mock.timers.tick(2000);
    await ended;
  } finally {
    mock.timers.reset();
  }
});

test('a load that falls behind its schedule says so while it runs', async () => {
  await using database = await testDatabase('d');
  const told: string[] = [];
  const { warnings, report } = await runLoad(
    options(database.url, {
      ...{ plan: plan({ slow: 'SELECT pg_sleep(0.05), $1::text' }, (id) => [id]), connections: 1 },
      ...{ rate: 60, duration: seconds(1), warmup: seconds(0) },
      progress: { ...silent, warn: (text) => told.push(text) },
    }),
  );
  assert.match(warnings[0]!, /1 connections to .* do not keep up/);
  assert.deepEqual(told, warnings);
  assert.equal(report.requests + report.dropped, report.offered);
});

test('a session sends its statements in order under one identity, and none of it is lost', async () => {
  await using database = await testDatabase('d');
  await database.admin.query('CREATE TABLE seen (at bigserial, who text, what text)');
  const insert = (what: string) =>
    `INSERT INTO seen (who, what) SELECT current_setting('app.org_id'), '${what}' WHERE $1 = current_setting('app.org_id')`;
  await using script =
    await scriptOf(`run({ scenario: 's', endpoint: endpoint(__ENV.OLYMPUS_URL, { connections: 4 }), plan: loadPlan(plan),
    session: ['look', { statement: 'choose', goOn: 0.5 }, 'buy'], rate: 80, duration: 1, thinkTime: 0.02 });`);
  const sql = { look: insert('look'), choose: insert('choose'), buy: insert('buy') };
  const { report } = await runLoad(
    options(database.url, { script: script.path, plan: plan(sql, (id) => [id]) }),
  );
  assert.deepEqual(report.errors, {});
  const { rows } = await database.admin.query<{ what: string; n: number; first: number }>(
    'SELECT what, count(*)::int AS n, min(at)::int AS first FROM seen GROUP BY what ORDER BY first',
  );
  assert.deepEqual(
    rows.map(({ what }) => what),
    ['look', 'choose', 'buy'],
  );
  const [look, choose, buy] = rows.map(({ n }) => n);
  const { sessions } = loadResult(report, { via: 'primary', ceilingRate: null, histogram: '' });
  assert.equal(sessions!.arrived, look);
  assert.equal(sessions!.arrived, 80);
  assert.equal(sessions!.arrived, sessions!.completed + sessions!.unfinished);
  assert.ok(
    choose! > 0 && choose! < look! && buy! >= choose! - sessions!.unfinished,
    `${look} ${choose} ${buy}`,
  );
  assert.equal(report.requests, look! + choose! + buy!);
});

async function scriptOf(body: string) {
  const folder = await mkdtemp(join(tmpdir(), 'olympus-script-'));
  const path = join(folder, 'script.ts');
  const whole = body.startsWith('import')
    ? body
    : `import { endpoint, loadPlan, reports, run } from 'k6/x/olympus';
const plan = open(__ENV.OLYMPUS_PLAN);
export default function () { ${body}
}
export function handleSummary() { return { [__ENV.OLYMPUS_RESULT]: reports() }; }`;
  await writeFile(path, whole);
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
