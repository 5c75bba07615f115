import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleResult } from '../../reports/fixture.ts';
import type { PlanResult, Result } from '../../result/result.ts';
import { aNight, timeMetric } from '../../test/nights.ts';
import { compareRuns } from './compare-runs.ts';
import { judgeFigure } from './judge-figure.ts';

const equal = { kind: 'equal' } as const;
const example = exampleResult();
const against = (b: Partial<Result>, a: Partial<Result> = {}) =>
  compareRuns({ ...example, ...a }, { ...example, ...b }, equal);
const [first, ...others] = example.plans;
const withPlan = (change: Partial<PlanResult>): Partial<Result> => ({
  plans: [{ ...first!, ...change }, ...others],
});
const more = withPlan({ buffers: { hit: first!.buffers.hit! + 300, read: 0 } });
const state = (deadRows: number): Partial<Result> => ({
  tableState: [{ table: 'core.products', deadRows, pendingPages: 0 }],
});
const objective = ({ objectives }: ReturnType<typeof compareRuns>, at: number) => {
  const { ok, value, why } = objectives[at]!;
  return [ok, value, why] as const;
};

test('pages of unlike states decide nothing: neither a regression nor a pass', () => {
  const alike = against({ ...more, ...state(6) }, state(6));
  assert.deepEqual(
    [alike.verdict.status, alike.warnings.map(({ code }) => code)],
    ['regression', ['one-sample-each']],
  );
  const unlike = against({ ...more, ...state(6) }, state(0));
  assert.equal(unlike.verdict.status, 'inconclusive');
  assert.match(
    unlike.verdict.reasons.join(),
    /What else the pages .* Worse: plans orders\/recent owner whale, buffers\./,
  );
  assert.ok(unlike.comparison.every(({ role }) => role !== 'exact'));
  assert.ok(unlike.warnings.some(({ code }) => code === 'other-state'));
  assert.equal(against(state(6), state(0)).verdict.status, 'pass', 'no page moved');
});

test('on other rows, or rows that nobody knows, nothing has passed', () => {
  const dataset = { ...example.dataset!, digest: 'other' };
  for (const change of [{}, more, withPlan({ expectation: { ok: false, why: 'a Seq Scan' }, shape: 'x' })]) {
    const found = against({ ...change, dataset });
    assert.equal(found.verdict.status, 'inconclusive');
    assert.match(objective(found, 0)[2], /did not measure the same rows, so no exact figure decides\./);
    assert.equal(objective(found, 1)[0], null);
  }
  assert.match(
    objective(against({ ...more, dataset }), 0)[2],
    /Worse: plans orders\/recent owner whale, buffers/,
  );
  const unknown = against({ dataset: null }, { dataset: null });
  assert.match(objective(unknown, 0)[2], /not known whether the runs measured the same rows/);
  const codes = against({ dataset }).warnings.map(({ code }) => code);
  assert.deepEqual(codes, ['one-sample-each', 'other-data']);
});

test('an expectation that A met and B misses is a regression; one that A missed, or nobody asked, is none', () => {
  const missed = { expectation: { ok: false, why: 'a Seq Scan of orders' } };
  const found = against(withPlan(missed));
  assert.deepEqual(objective(found, 1), [false, 1, 'plans orders/recent owner whale, plan.']);
  assert.equal(found.verdict.status, 'regression');
  const row = found.comparison.find(({ metric }) => metric === 'plans orders/recent owner whale, plan')!;
  assert.deepEqual(
    [row.verdict, row.role, row.pairs, row.why],
    ['regression', 'exact', 1, 'Its expectation is missed now: a Seq Scan of orders'],
  );
  assert.equal(against(withPlan(missed), withPlan(missed)).verdict.status, 'pass');
  const unasked = withPlan({ expectation: { ok: null, why: 'none' } });
  assert.equal(against(unasked).verdict.status, 'pass');
  assert.equal(against(withPlan(missed), unasked).verdict.status, 'regression', 'it was not missed in A');
});

test('another plan is told by its indexes, or as other nodes, and is no regression', () => {
  const why = (change: Partial<PlanResult>, before: Partial<PlanResult> = {}) =>
    against(withPlan({ shape: 'other', ...change }), withPlan(before)).comparison.find(
      ({ verdict }) => verdict === 'plan changed',
    )?.why;
  const [was] = first!.indexes;
  assert.equal(why({ indexes: ['b'] }), `Another plan: no longer ${was}; now b.`);
  assert.equal(why({ indexes: [] }), `Another plan: no longer ${was}.`);
  assert.equal(why({ indexes: [was!, 'b'] }), 'Another plan: now b.');
  assert.match(why({})!, /the same indexes, other nodes/);
  assert.equal(why({ shape: first!.shape }), undefined);
  const alone = against({ plans: [{ ...first!, statement: 'only/here' }, ...others] });
  assert.ok(!alone.comparison.some(({ metric }) => metric === 'plans only/here owner whale, plan'));
});

test('runs without a plan or a figure in common are open; a night has no plans and misses none', () => {
  const elsewhere = {
    plans: example.plans.map((plan) => ({ ...plan, statement: `other/${plan.statement}` })),
  };
  assert.deepEqual(objective(against(elsewhere), 1), [null, null, 'The runs have no plan in common.']);
  assert.match(objective(against({ plans: [] }), 1)[2], /no plan in common/);
  const { run, environment, dataset, trust } = example;
  const bare = exampleResult({ plans: [], pagination: [], rls: null, replication: [], load: [], micro: [] });
  const none = { ...bare, run, environment, trust, pooler: [], planModes: [], statements: [], dataset };
  const emptied = {
    ...none,
    dataset: { ...dataset!, tables: [] },
    replicationStudy: null,
  } as unknown as Result;
  const nothing = compareRuns(emptied, emptied, equal);
  assert.equal(nothing.objectives.length, 1, 'no plans on either side');
  assert.deepEqual([nothing.verdict.status], ['inconclusive']);
  assert.match(objective(nothing, 0)[2], /no exact figure in common/);
  const night = {
    ...emptied,
    nightly: aNight(1, [{ ...timeMetric('a, pages', 0), unit: 'pages', exact: true, head: 5 }]),
  };
  assert.deepEqual(
    [compareRuns(night, night, equal).objectives.length, compareRuns(night, night, equal).verdict.status],
    [1, 'pass'],
  );
});

test('a run that was cut off is no pass, on either side, and is named; so is one that nobody may trust', () => {
  const cut = { run: { ...example.run, complete: false } };
  for (const [a, b, side] of [
    [cut, {}, 'A'],
    [{}, cut, 'B'],
  ] as const) {
    const { verdict, warnings } = against(b, a);
    assert.equal(verdict.status, 'inconclusive');
    const told = warnings.filter(({ code }) => code === 'incomplete').map(({ message }) => message);
    assert.deepEqual(told, [`${side} was cut off: ${example.run.id}.`]);
  }
  const untrusted: Partial<Result> = { verdict: { status: 'untrusted', reasons: ['a neighbour'] } };
  const told = against(untrusted).warnings.filter(({ code }) => code === 'untrusted');
  assert.deepEqual(
    told.map(({ message }) => message),
    ['The times of B are not trustworthy: a neighbour'],
  );
  assert.deepEqual(
    against({}).warnings.map(({ code }) => code),
    ['one-sample-each'],
  );
});

test('other conditions are named in a warning and at every row', () => {
  const { comparison, warnings } = compareRuns(
    example,
    { ...example, ...more },
    { kind: 'cross', parts: ['other CPU', 'other disk'] },
  );
  assert.ok(
    comparison.length > 0 &&
      comparison.every(
        ({ metric, why }) => metric.startsWith('[cross] ') && /Cross: other CPU\.$/.test(why!),
      ),
  );
  assert.match(warnings.find(({ code }) => code === 'cross')!.message, /other CPU; other disk/);
});

test('of many that are worse five are named and the others counted', () => {
  const all = example.plans.map((plan) => ({ ...plan, buffers: { hit: plan.buffers.hit! + 3000, read: 0 } }));
  const [ok, value, why] = objective(against({ plans: all }), 0);
  assert.deepEqual([ok, value, why.split('; ').length], [false, all.length, Math.min(5, all.length)]);
  assert.equal(/ and \d+ more\.$/.test(why), all.length > 5);
});

test('a figure that only one run has is named, whichever', () => {
  const gone = against({
    load: example.load.map((load) => ({ ...load, responseMs: { ...load.responseMs, p99: null } })),
  });
  const row = gone.comparison.find(({ metric }) => /^load .*, response p99$/.test(metric))!;
  assert.deepEqual([row.verdict, row.role, row.ratio], ['not measured', 'advisory', null]);
  assert.match(row.why!, /^Only A has it\./);
  const come = against(
    {},
    { load: example.load.map((load) => ({ ...load, responseMs: { ...load.responseMs, p99: null } })) },
  );
  const other = come.comparison.find(({ metric }) => /^load .*, response p99$/.test(metric))!;
  assert.deepEqual([other.verdict, other.a], ['not measured', null]);
  assert.match(other.why!, /^Only B has it\./);
});

test('lags and capacities under other conditions are unlike', () => {
  const whys = (b: Partial<Result>, a: Partial<Result>) =>
    against(b, a).unlike.map(({ what, why }) => `${what}: ${why}`);
  const study = (name: string, offeredRate: number) =>
    ({ replicationStudy: { ...example.replicationStudy!, load: { name, offeredRate } } }) as Partial<Result>;
  assert.deepEqual(whys(study('checkout', 100), study('checkout', 105)), []);
  assert.deepEqual(whys(study('mixed', 100), study('checkout', 100)), ['lag: under checkout against mixed']);
  assert.deepEqual(whys(study('mixed', 150), study('mixed', 100)), ['lag: offered 100/s against 150/s']);
  const capacity = (scenario: string, via: string, sloP99Ms: number) =>
    ({ capacity: { scenario, via, sloP99Ms } }) as unknown as Partial<Result>;
  const like = capacity('mixed', 'pooler', 50);
  assert.deepEqual(whys({ ...capacity('checkout', 'primary', 80), load: [] }, { ...like, load: [] }), [
    'capacity: mixed against checkout, via pooler against primary, p99 of at most 50 ms against 80 ms',
  ]);
});

test('limits of one figure: floors, counts of errors, shares and their complements, at their edges', () => {
  const spec = (changes: object) =>
    ({
      ...{ name: 'x', unit: 'pages', better: 'less', kind: 'exact', decides: null, floor: 0 },
      ...{ detail: false, help: '', ...changes },
    }) as Parameters<typeof judgeFigure>[0];
  const moved = (changes: object, a: number, b: number) => judgeFigure(spec(changes), a, b).moved;
  const floored = { floor: 1000, kind: 'timed', unit: 'B' };
  assert.deepEqual(
    [moved(floored, 10, 999), moved(floored, 10, 1000), moved(floored, 1000, 10)],
    ['same', 'more', 'less'],
  );
  // of an exact figure that does not decide pages and bytes go by work, all else by any difference
  assert.deepEqual(
    [moved({}, 10, 12), moved({ unit: 'B' }, 10, 12), moved({ unit: 'rows' }, 10, 11)],
    ['same', 'same', 'more'],
  );
  assert.deepEqual([moved({ unit: 'rows' }, 11, 10), moved({ unit: 'rows' }, 10, 10)], ['less', 'same']);
  const errors = { decides: 'chance', unit: 'errors' };
  assert.deepEqual(
    [
      moved(errors, 0, 0),
      moved(errors, 1, 0),
      moved(errors, 1, 2),
      moved(errors, 130, 100),
      moved(errors, 160, 100),
    ],
    ['same', 'less', 'same', 'same', 'less'],
  );
  const share = { kind: 'timed', unit: 'share' };
  assert.deepEqual(
    [
      moved(share, 0.98, 0.9),
      moved(share, 0.6, 0.5),
      moved(share, 0.5, 0.62),
      moved(share, 0.2, 0.31),
      moved(share, 0.9, 0.85),
      moved(share, 1, 0.96),
    ],
    ['less', 'same', 'same', 'more', 'less', 'same'],
  );
  assert.deepEqual(
    [
      moved({ kind: 'timed', unit: '%' }, 90, 150),
      moved({ kind: 'timed', unit: 'ms' }, 0, 0),
      moved({ kind: 'timed', unit: 'ms' }, 0, 1),
    ],
    ['more', 'same', 'more'],
  );
});

test('one exact figure of A that B does not have leaves it open', () => {
  const found = against({ plans: others });
  assert.deepEqual(
    [objective(found, 0)[0], objective(found, 0)[2].replace(/: .*/, ''), found.verdict.status],
    [null, 'B does not have 1 exact figures of A', 'inconclusive'],
  );
});
