import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleResult } from '../../reports/fixture.ts';
import type { Result } from '../../result/result.ts';
import { judge } from './judge.ts';
import { readiness } from './readiness.ts';
import { type SloFacts, sloPromises } from './slo.ts';
import type { StoreLimits } from './slo-services.ts';

const none: SloFacts = { scenarios: {}, statements: {}, replicas: {}, stores: {} };
const example = exampleResult();
const checks = (slo: Partial<SloFacts>, changes: Partial<Result> = {}) =>
  sloPromises(exampleResult(changes), { ...none, ...slo }).checks;
const one = (slo: Partial<SloFacts>, changes: Partial<Result> = {}) => {
  const [check, ...more] = checks(slo, changes);
  assert.deepEqual(more, []);
  return check!;
};

// The example: storefront, p99 11.4 ms of 41,946 requests, 3 errors; replica1 without a p99, max 64.1 ms, 3.4 % stale.
test('a scenario meets or misses its promises by its own percentiles', () => {
  const p99 = (limit: number) => one({ scenarios: { storefront: { p99: limit } } });
  assert.deepEqual([p99(12).ok, p99(12).value, p99(12).limit, p99(12).unit], [true, 11.4, 12, 'ms']);
  assert.equal(p99(11).ok, false);
  const errors = (share: number) => one({ scenarios: { storefront: { errors: share } } }).ok;
  assert.deepEqual([errors(0.001), errors(0.00001)], [true, false]);
  const achieved = (share: number) => one({ scenarios: { storefront: { achieved: share } } }).ok;
  assert.deepEqual([achieved(0.98), achieved(0.9999)], [true, false]);
});

test('without enough samples the longest of all decides where it is within the limit, else nothing does', () => {
  const p999 = (limit: number) => one({ scenarios: { storefront: { p999: limit } } });
  assert.deepEqual([p999(62).ok, p999(62).value], [true, 61.3]);
  assert.deepEqual([p999(60).ok, p999(60).value], [null, null]);
  assert.match(p999(60).why, /41946 requests are too few for a p999: it needs 100,000/);
});

test('a statement is judged over all tenants, a group statement by statement', () => {
  assert.equal(one({ statements: { 'orders/recent': { p50: 1.1 } } }).name, 'SLO orders/recent p50');
  const group = checks({ statements: { 'orders/*': { max: 42.5 } } });
  assert.deepEqual(group.map(({ ok }) => ok).sort(), [false, false, false, true, true, true]);
  assert.deepEqual(one({ statements: { 'users/newest': { p50: 1 } } }).ok, null);
});

test('a replica is judged by its lag and its stale reads', () => {
  const lag = (limit: number) => one({ replicas: { replica1: { lag: limit } } }).ok;
  assert.deepEqual([lag(100), lag(50)], [true, null]);
  const stale = (share: number) => one({ replicas: { replica1: { stale: share } } }).ok;
  assert.deepEqual([stale(0.05), stale(0.03)], [true, false]);
});

test('what was not measured is open, with the reason of what was skipped', () => {
  const skipped = [{ part: 'load', why: 'no k6.', how: '' }];
  const check = one({ scenarios: { checkout: { p99: 1 } } }, { skipped });
  assert.deepEqual([check.ok, check.value], [null, null]);
  assert.match(check.why, /The scenario checkout was not run.*no k6/);
  const absent = one({ statements: { 'users/newest': { p50: 1 } } });
  assert.match(absent.why, /No load executes users\/newest\. Those that ran: .*orders\/recent/);
});

test('equal answers, an exact limit and one writer are promises; one answer, request or writer too many misses them', () => {
  const stores = (limits: StoreLimits, changes: Partial<Result> = {}) =>
    one({ stores: { any: limits } }, changes);
  const of = { name: 'x', endpoint: 'x', provider: 'x' };
  const ms = { p50: 1, p90: 1, p95: 1, p99: null, p999: null, max: 1, mean: 1, samples: 1 } as never;
  const question = (equal: boolean | null) =>
    ({ ...of, kind: 'question', question: 'best sellers', rows: 3, equal, latencyMs: ms }) as const;
  const answers = (...equal: (boolean | null)[]) =>
    stores({ equalAnswers: true }, { olap: equal.map(question) });
  assert.deepEqual([answers(true, true).ok, answers(true, false).ok, answers(null).ok], [true, false, null]);
  assert.match(answers(true, false).why, /best sellers at x gave other rows/);
  const limit = (allowedMin: number, allowedMax: number, wanted = 'script') =>
    stores(
      { limitExact: wanted },
      {
        cache: [
          {
            ...{ ...of, kind: 'rate limit', method: 'script', clients: 9, limit: 10, attempts: 90 },
            ...{ windows: 4, allowedMin, allowedMax, endless: 0, decisionMs: ms },
          },
        ],
      },
    );
  assert.deepEqual([limit(10, 10).ok, limit(10, 11).ok, limit(9, 10).ok], [true, false, false]);
  assert.deepEqual([limit(10, 11).value, limit(9, 10).value, limit(10, 10, 'increment').ok], [11, 9, null]);
  const writers = (acceptedMax: number, overwritten: number) =>
    stores(
      { oneWriter: true },
      { objects: [{ ...of, kind: 'race', writers: 8, rounds: 20, acceptedMax, overwritten }] },
    ).ok;
  assert.deepEqual([writers(1, 0), writers(2, 0), writers(0, 0), writers(1, 1)], [true, false, false, false]);
  const race = { ...of, kind: 'race', writers: 8, rounds: 20, acceptedMax: 2, overwritten: 0 } as const;
  const noisy = {
    environment: { ...example.environment, host: { ...example.environment.host, stealPct: 40 } },
  };
  const { verdict } = judged(
    { stores: { objects: { oneWriter: true } } },
    { ...noisy, plans, objects: [race] },
  );
  assert.equal(
    verdict.status,
    'objective-missed',
    'a machine that is not to be trusted excuses no second writer',
  );
});

test('a store that was not measured leaves its promise open, with the reason', () => {
  const skipped = [{ part: 'olap', why: 'no chDB.', how: '' }];
  const check = one({ stores: { olap: { equalAnswers: true } } }, { olap: [], skipped });
  assert.equal(check.ok, null);
  assert.match(check.why, /No question was compared\. olap was skipped: no chDB/);
  const cut = { ...example.run, complete: false, stages: [] };
  assert.match(
    one({ stores: { objects: { oneWriter: true } } }, { objects: [], run: cut }).why,
    /No writers raced\. The run ended before it\./,
  );
});

const judged = (slo: Partial<SloFacts>, changes: Partial<Result> = {}) => {
  const result = exampleResult({ skipped: [], ...changes });
  const { trust, objectives, verdict } = judge(result, sloPromises(result, { ...none, ...slo }));
  const { skipped, run } = result;
  return {
    objectives,
    verdict,
    ready: readiness({ verdict, objectives, skipped, trust: trust.checks, complete: run.complete }),
  };
};
const plans = example.plans.map((plan) => ({ ...plan, expectation: { ok: true, why: '' } }));
const host = { ...example.environment.host, stealPct: 1 };
const healthy = { plans, environment: { ...example.environment, host } };
const promise = { storefront: { p99: 50, errors: 0.001, achieved: 0.98 } };

test('a promise of errors replaces our own goal of none', () => {
  const names = (slo: Partial<SloFacts>) => judged(slo, healthy).objectives.map(({ name }) => name);
  assert.ok(names({}).includes('failed requests'));
  assert.ok(!names({ scenarios: promise }).includes('failed requests'));
  assert.ok(!names({ replicas: { replica1: { lag: 1 } } }).includes('replica1 lag p99'));
});

test('ready: everything is met and can be trusted', () => {
  const { verdict, ready } = judged({ scenarios: promise }, healthy);
  assert.equal(verdict.status, 'pass');
  assert.deepEqual([ready.status, ready.obstacles, ready.met === ready.of], ['ready', [], true]);
});

test('not ready: a missed promise says by how much it has to fall', () => {
  const { verdict, ready } = judged({ scenarios: { storefront: { p99: 10, errors: 0.01 } } }, healthy);
  assert.equal(verdict.status, 'objective-missed');
  assert.equal(ready.status, 'not-ready');
  assert.match(ready.obstacles[0]!.remedy, /It is 11\.4 ms and has to fall by 12 %, to 10 ms/);
});

test('a promise missed by figures that are not trusted is counted as that, and a doubt is told once', () => {
  const { ready } = judged(
    { scenarios: { storefront: { p99: 1, errors: 0.01 } } },
    {
      ...healthy,
      environment: { ...example.environment, host: { ...example.environment.host, stealPct: 40 } },
    },
  );
  assert.equal(ready.status, 'cannot-say');
  assert.match(ready.answer, /1 is missed by figures that cannot be relied on/);
  const { remedy } = ready.obstacles.find(({ what }) => what === 'CPU steal')!;
  const [first] = remedy.split(/(?<=\.) /).slice(-1);
  assert.equal(remedy.split(first!).length, 2, remedy);
});

test('cannot say: a part was skipped, a promise is open, figures are not trusted, or the run was cut off', () => {
  const status = (slo: Partial<SloFacts>, changes: Partial<Result>) =>
    judged({ scenarios: promise, ...slo }, { ...healthy, ...changes }).ready.status;
  assert.equal(
    status({}, { skipped: [{ part: 'cache', why: 'no Redis.', how: 'Install it.' }] }),
    'cannot-say',
  );
  assert.equal(
    status({ scenarios: { checkout: { p99: 1 }, storefront: { errors: 0.1 } } }, {}),
    'cannot-say',
  );
  assert.equal(status({}, { load: [{ ...example.load[0]!, dropped: 4 }] }), 'cannot-say');
  assert.equal(status({}, { run: { ...example.run, complete: false } }), 'cannot-say');
});
