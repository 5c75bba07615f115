import assert from 'node:assert/strict';
import { test } from 'node:test';
import { againstBefore } from './comparisons.ts';
import { loadDoubts } from './doubts.ts';
import type { Facts, LoadFacts } from './facts.ts';
import { judge } from './judge.ts';
import { notAsked } from './objectives.ts';
import { unsteadyShare } from './steadiness.ts';
import { verdict } from './verdict.ts';

const enough = { p99: 12, max: 40, samples: 20_000 };
const load: LoadFacts = {
  scenario: 'storefront',
  model: 'open',
  offeredRate: 1000,
  achievedRate: 999,
  seconds: 20,
  requests: 20_000,
  dropped: 0,
  errors: {},
  responseMs: enough,
  startLagMs: { p99: 0.2, max: 3, samples: 20_000 },
  ceilingRate: 9000,
  clientCpuShare: 0.2,
  series: Array.from({ length: 20 }, (_, s) => ({ s, requests: 1000 + (s % 3) })),
};
const plan = {
  statement: 'orders/recent',
  variant: 'app',
  tenantClass: 'whale',
  expectation: { ok: true, why: '' },
};
const healthy: Facts = {
  run: { complete: true, stages: [] },
  environment: { host: { stealPct: 0.4 } },
  plans: [plan],
  rls: { leaks: { reads: 50, rows: 900, foreignRows: 0 } },
  replication: [{ replica: 'replica1', lagMs: { p99: 8, max: 20, samples: 12_000 }, probeErrorMs: 0.4 }],
  load: [load],
  skipped: [],
};
const check = (facts: Partial<Facts>, name: string) => {
  const { trust, objectives } = judge({ ...healthy, ...facts });
  return [...trust.checks, ...objectives].find((each) => each.name === name)!;
};
const status = (facts: Partial<Facts>) => judge({ ...healthy, ...facts }).verdict.status;
const withLoad = (changed: Partial<LoadFacts>) => ({ load: [{ ...load, ...changed }] });

test('a run whose objectives are met and whose figures can be trusted passes', () => {
  const { verdict, trust, objectives } = judge(healthy);
  assert.equal(verdict.status, 'pass');
  assert.deepEqual(verdict.reasons, ['All 5 objectives are met and every trust check passed.']);
  assert.ok(verdict.parts!.every(({ status }) => status === 'ok'));
  assert.equal(trust.checks.length, 8);
  assert.ok([...trust.checks, ...objectives].every(({ why }) => why.endsWith('.')));
});

test('a check that could not be made is named in the reason of a pass', () => {
  const { verdict } = judge({ ...healthy, environment: { host: { stealPct: null } } });
  assert.deepEqual(verdict.reasons, ['All 5 objectives are met; could not be checked: CPU steal.']);
});

for (const [name, changed] of [
  ['start lag p99', { startLagMs: { p99: 1.5, max: 9, samples: 20_000 } }],
  ['dropped starts', { dropped: 1 }],
  ['generator ceiling', { ceilingRate: 1900 }],
  ['generator CPU', { clientCpuShare: 0.51 }],
  ['samples for p99', { responseMs: { p99: 3, max: 4, samples: 9999 } }],
  ['steady throughput', { series: load.series.map((one) => ({ ...one, requests: one.s < 5 ? 500 : 1000 })) }],
] as const satisfies readonly (readonly [string, Partial<LoadFacts>])[])
  test(`the check "${name}" that fails puts its part in doubt, and not the run`, () => {
    assert.equal(check(withLoad(changed), name).ok, false);
    const { verdict } = judge({ ...healthy, ...withLoad(changed) });
    assert.equal(verdict.status, 'pass');
    assert.match(verdict.reasons[1]!, new RegExp(`^Not trustworthy \\(load.*\\): ${name}`));
    const parts = Object.fromEntries(verdict.parts!.map((one) => [one.part, one.status]));
    assert.deepEqual(parts, { plans: 'ok', rls: 'ok', lag: 'ok', load: 'doubtful', machine: 'ok' });
  });

test('a machine whose CPU went to others is not trusted', () => {
  assert.equal(status({ environment: { host: { stealPct: 6 } } }), 'untrusted');
});

test('what was not measured is null with its reason, and no pass', () => {
  const blind = withLoad({ ceilingRate: null, clientCpuShare: null, series: [] });
  for (const name of ['generator ceiling', 'generator CPU', 'steady throughput'])
    assert.deepEqual(
      [check(blind, name).ok, check(blind, name).value, check(blind, name).why.length > 10],
      [null, null, true],
    );
  const few = withLoad({ responseMs: { p99: null, max: 3, samples: 500 } });
  assert.equal(check(few, 'samples for p99').ok, true, '500 bound a p99 and state none');
  const fewer = withLoad({ responseMs: { p99: null, max: 3, samples: 300 } });
  assert.equal(check(fewer, 'samples for p99').ok, null);
});

test('too few samples for a p99: a longer run where they came slowly, the failures first where they took them', () => {
  const remedy = (change: object) => {
    const load = withLoad({ seconds: 12, responseMs: { p99: null, max: 3, samples: 285 }, ...change });
    const command = './olympus load storefront --rate 60 --duration 12s';
    const run = { complete: true, stages: [], kind: 'load' as const, command };
    return check({ ...load, run }, 'samples for p99').remedy;
  };
  assert.equal(remedy({ requests: 285 }), './olympus load storefront --rate 60 --duration 19s');
  assert.equal(remedy({ requests: 725 }), 'see to the 440 requests that failed, then measure again');
});

test('the largest start lag stands in for a p99 that has too few samples, only where it is within the limit', () => {
  const lag = (max: number) => withLoad({ startLagMs: { p99: null, max, samples: 500 } });
  assert.deepEqual(
    [check(lag(0.8), 'start lag p99').ok, check(lag(0.8), 'start lag p99').value],
    [true, 0.8],
  );
  assert.deepEqual(
    [check(lag(1.8), 'start lag p99').ok, check(lag(1.8), 'start lag p99').value],
    [null, null],
  );
});

test('a closed model has no schedule to lag behind, and no offered rate', () => {
  const { trust, objectives } = judge({ ...healthy, ...withLoad({ model: 'closed', offeredRate: null }) });
  assert.ok(!trust.checks.some(({ name }) => /start lag|ceiling/.test(name)));
  assert.ok(!objectives.some(({ name }) => /offered/.test(name)));
});

test('several scenarios are told apart by name', () => {
  const { trust, objectives } = judge({ ...healthy, load: [load, { ...load, scenario: 'checkout' }] });
  assert.ok(trust.checks.some(({ name }) => name === 'checkout, open: dropped starts'));
  assert.ok(objectives.some(({ name }) => name === 'storefront, open: failed requests'));
});

for (const [what, facts] of [
  [
    'a plan that is not as expected',
    { plans: [plan, { ...plan, expectation: { ok: false, why: 'Seq Scan' } }] },
  ],
  [
    'a lag of 1 s and more',
    {
      replication: [
        { replica: 'replica1', probeErrorMs: 1, lagMs: { p99: 1003, max: 2000, samples: 20_000 } },
      ],
    },
  ],
  ['a foreign row', { rls: { leaks: { reads: 1, rows: 2, foreignRows: 1 } } }],
  ['a failed request', withLoad({ errors: { '40001': 2 } })],
  ['an achieved rate below 98 % of the offered', withLoad({ achievedRate: 979 })],
] as const satisfies readonly (readonly [string, Partial<Facts>])[])
  test(`${what} misses an objective`, () => {
    assert.equal(status(facts), 'objective-missed');
  });

test('a foreign row counts even where the figures are not trusted or the run was cut off', () => {
  const leak = { rls: { leaks: { reads: 1, rows: 2, foreignRows: 1 } } };
  assert.equal(status({ ...leak, ...withLoad({ dropped: 3 }) }), 'objective-missed');
  assert.equal(status({ ...leak, run: { complete: false, stages: [] } }), 'objective-missed');
});

test('a backlog that dropped starts is a certain miss; with the cores of others it cannot be said while they might be it', () => {
  const served = (changed: Partial<LoadFacts>, othersCores = 0) => {
    const facts: Facts = {
      ...healthy,
      run: { complete: true, stages: [], kind: 'load', command: './olympus load storefront --rate 1000' },
      trust: { machine: { cores: 2, othersCores, others: [{ name: 'make', cores: othersCores }] } },
      ...withLoad({ dropped: 3, ...changed }),
    };
    const { objectives, verdict } = judge(facts);
    return { ...objectives.find(({ name }) => name === 'achieved / offered rate')!, verdict };
  };
  const missed = served({ achievedRate: 500 });
  assert.deepEqual([missed.ok, missed.verdict.status], [false, 'objective-missed']);
  assert.match(
    missed.verdict.reasons[0]!,
    /^Objective missed: achieved \/ offered rate, 0\.5 .*a backlog grows/,
  );
  // half of the cores were somebody else's: 500 might have been 1000, and 400 at most 800
  const open = served({ achievedRate: 500 }, 1);
  assert.deepEqual([open.ok, open.verdict.status], [null, 'untrusted']);
  assert.match(open.verdict.reasons.join(), /Cannot say: achieved .*Settle it: End make, or measure/);
  assert.equal(served({ achievedRate: 400 }, 1).ok, false);
  // near the generator's own ceiling nobody knows; a rate far beyond it is not kept up with, where little was answered
  assert.equal(served({ achievedRate: 500, ceilingRate: 900 }).ok, null);
  assert.equal(served({ achievedRate: 400, ceilingRate: 900 }).ok, false);
  assert.equal(served({ achievedRate: 500, clientCpuShare: 0.6 }).ok, null);
  assert.equal(served({ achievedRate: 300, clientCpuShare: 0.6 }).ok, false);
  // a generator that once stood still for half of the run started half of it late
  const late = { p99: 0.2, max: 10_000, samples: 20_000 };
  assert.equal(served({ achievedRate: 500, startLagMs: late }).ok, null);
  assert.equal(served({ achievedRate: 500, startLagMs: { ...late, max: 9000 } }).ok, false);
  assert.equal(served({ achievedRate: 500, startLagMs: { p99: null, max: null, samples: 0 } }).ok, false);
  // what was served in spite of others was served
  assert.equal(served({ achievedRate: 990, clientCpuShare: 0.9 }, 1).ok, true);
});

test('a run that was cut off is inconclusive', () => {
  assert.equal(status({ run: { complete: false, stages: [] } }), 'inconclusive');
});

test('a part that was skipped leaves its objectives open with the reason, and the run inconclusive', () => {
  const facts = { load: [], skipped: [{ part: 'load', why: 'no Go to build k6 with.' }] };
  assert.equal(check(facts, 'failed requests').why, 'Skipped: no Go to build k6 with.');
  assert.equal(status(facts), 'inconclusive');
});

test('a part that the user did not ask for leaves its objectives open, and the others decide', () => {
  const facts = { load: [], replication: [], rls: null };
  assert.equal(check(facts, 'failed requests').why, notAsked);
  assert.equal(status(facts), 'pass');
  assert.deepEqual(judge({ ...healthy, ...facts }).verdict.reasons, [
    'The one measured objective of 5 is met and every trust check passed.',
  ]);
});

test('what a project has nothing for leaves its objectives to the others, and alone passes nothing', () => {
  const absent = {
    part: 'rls',
    why: "it compares the forms of the shop's own policies.",
    applies: false as const,
  };
  const facts = { rls: null, skipped: [absent] };
  assert.match(check(facts, 'rows of another tenant').why, /^There is nothing here .*own policies\.$/);
  assert.equal(status(facts), 'pass');
  const { applies: _, ...missing } = absent;
  assert.equal(status({ rls: null, skipped: [missing] }), 'inconclusive');
  const unasked = { ...plan, expectation: { ok: null, why: 'Nothing is expected of this plan.' } };
  assert.equal(status({ plans: [unasked] }), 'pass');
  assert.equal(
    status({ plans: [unasked, { ...plan, expectation: { ok: null, why: 'no figure.' } }] }),
    'inconclusive',
  );
  const alone = { plans: [unasked], rls: null, load: [], replication: [], skipped: [absent] };
  assert.equal(status(alone), 'inconclusive', 'no objective was met');
});

test('a leak check that read nothing proves nothing', () => {
  const facts = { rls: { leaks: { reads: 0, rows: 0, foreignRows: 0 } } };
  assert.equal(check(facts, 'rows of another tenant').ok, null);
  assert.equal(status(facts), 'inconclusive');
});

test('plans without any declared expectation leave that objective open', () => {
  const facts = { plans: [{ ...plan, expectation: { ok: null, why: '' } }] };
  assert.equal(check(facts, 'plan expectations').ok, null);
});

test('a run that measured no objective is inconclusive', () => {
  assert.equal(status({ plans: [], rls: null, replication: [], load: [] }), 'inconclusive');
});

test('scatter that random arrivals explain is steady, a tenth beyond it is not', () => {
  const calm = [100, 90, 110, 100, 100, 95, 105, 100, 100, 100];
  assert.equal(unsteadyShare([...calm, 130, 70]), 0); // 4 x sqrt(100) = 40
  assert.equal(unsteadyShare(calm.map((count) => count * 100)), 0);
  assert.equal(unsteadyShare([...calm.slice(1), 115].map((count) => count * 100)), 10);
  assert.equal(unsteadyShare(calm.slice(1)), null);
});

test('a load that changes as its schedule asks is steady; one that stalls or reaches a limit on the way is not', () => {
  const ramp = Array.from({ length: 20 }, (_, s) => ({
    s,
    due: 100 * (s + 1),
    requests: 100 * (s + 1) + (s % 3),
  }));
  const of = (series: LoadFacts['series']) => check(withLoad({ series }), 'steady throughput');
  assert.equal(of(ramp.map(({ s, requests }) => ({ s, requests }))).ok, false); // without its schedule
  assert.deepEqual([of(ramp).ok, of(ramp).value], [true, 0]);
  assert.equal(of(ramp.map((one) => ({ ...one, requests: Math.min(one.requests, 800) }))).ok, false);
  const stalled = ramp.map((one) => ({ ...one, requests: one.s >= 8 && one.s < 12 ? 0 : one.requests }));
  assert.equal(of(stalled).ok, false);
  const overloaded = ramp.map((one) => ({ ...one, due: 1000, requests: 800 }));
  assert.equal(of([...overloaded, { s: 20, due: 0, requests: 4000 }]).ok, true); // drained behind the schedule's end
  const brief = [
    ...overloaded.slice(0, 8),
    ...Array.from({ length: 8 }, (_, at) => ({ s: 8 + at, due: 0, requests: 40 })),
  ];
  assert.match(of(brief).why, /^Only 8 whole seconds/, 'the seconds of the drain are none of the schedule');
});

test('a lag probe with an error above 2 ms is not trusted, one without a known error is open', () => {
  const probe = (probeErrorMs: number | null) => ({
    replication: [{ ...healthy.replication[0]!, probeErrorMs, why: 'its replay is paused' }],
  });
  const name = 'lag probe error, replica1';
  assert.deepEqual([check(probe(2), name).ok, check(probe(2.1), name).ok], [true, false]);
  assert.equal(status(probe(2.1)), 'pass', '8 ms and 2.1 ms more are below 1 s');
  assert.equal(status(probe(993)), 'inconclusive');
  assert.equal(status(probe(null)), 'inconclusive');
  assert.deepEqual(
    [check(probe(null), name).ok, check(probe(null), name).why],
    [null, 'its replay is paused.'],
  );
});

test('a pooler beyond its pool, with failures, or with a foreign identity misses; what it does not tell is no goal', () => {
  const crowd = {
    kind: 'crowd',
    clients: 1000,
    requests: 900,
    errors: {},
    poolSize: 50,
    serversActiveMax: 50,
  } as const;
  const identity = {
    kind: 'identity',
    pattern: 'transaction',
    reads: 40,
    foreignReads: 0,
    missingReads: 0,
  } as const;
  const leaking = { ...identity, pattern: 'session', foreignReads: 30 } as const;
  assert.equal(
    status({ pooler: [crowd, identity, leaking] }),
    'pass',
    'the pattern that leaks is a warning example',
  );
  assert.equal(status({ pooler: [{ ...crowd, serversActiveMax: 51 }] }), 'objective-missed');
  assert.equal(status({ pooler: [{ ...crowd, errors: { '08P01': 1 } }] }), 'objective-missed');
  assert.equal(status({ pooler: [{ ...identity, foreignReads: 1 }] }), 'objective-missed');
  const untold = { ...crowd, serversActiveMax: null, requests: null };
  assert.equal(judge({ ...healthy, pooler: [untold] }).objectives.length, judge(healthy).objectives.length);
});

test('a system that fails everything at once does not keep up', () => {
  const all = check(withLoad({ errors: { '57014': 20_000 } }), 'achieved / offered rate');
  assert.deepEqual([all.ok, all.value], [false, 0]);
  assert.match(all.why, /20,000 of 20,000 requests failed/);
  const some = check(withLoad({ errors: { '57014': 1000 } }), 'achieved / offered rate');
  assert.equal(some.ok, false);
  assert.ok(Math.abs(some.value! - 0.95 * 0.999) < 1e-9);
  assert.match(check(withLoad({ achievedRate: 900 }), 'achieved / offered rate').why, /a backlog grows/);
  const fighting = withLoad({ errors: { '57014': 10_000 }, clientCpuShare: 0.6 });
  assert.equal(
    check(fighting, 'achieved / offered rate').ok,
    false,
    'failures are counted whatever the clock did',
  );
});

test('a value that misses its limit by little is shown with the digits that tell it', () => {
  const said = (errors: number) =>
    judge({ ...healthy, ...withLoad({ requests: 787, errors: { '57P01': errors }, achievedRate: 1000 }) })
      .verdict.reasons[0]!;
  assert.match(said(16), /achieved \/ offered rate, 0\.9797 \(limit 0\.98\)/);
  assert.match(said(80), /achieved \/ offered rate, 0\.898 \(limit 0\.98\)/);
});

test('a threshold of the script is an objective, with its value and its limit', () => {
  const kept = { source: 'olympus_response p(99)<250', value: 12, limit: 250, ok: true };
  const missed = { source: 'olympus_requests count>1000000', value: 20_000, limit: 1e6, ok: false };
  const facts = withLoad({ thresholds: [kept, missed] });
  assert.equal(check(facts, `threshold ${kept.source}`).ok, true);
  const { ok, value, limit } = check(facts, `threshold ${missed.source}`);
  assert.deepEqual([ok, value, limit], [false, 20_000, 1e6]);
  assert.equal(status(facts), 'objective-missed');
  assert.match(judge({ ...healthy, ...facts }).verdict.reasons[0]!, /count>1000000, 20000 \(limit 1000000\)/);
  // What is counted is missed whatever the machine did; what is timed is not.
  const late = { startLagMs: { p99: 9, max: 9, samples: 20_000 } };
  assert.equal(status(withLoad({ ...late, thresholds: [missed] })), 'objective-missed');
  assert.equal(status(withLoad({ ...late, thresholds: [{ ...kept, ok: false }] })), 'inconclusive');
  const slow = { serviceMs: { p50: 260, p99: 900, max: 900, samples: 20_000 } };
  assert.equal(
    status(withLoad({ ...late, ...slow, thresholds: [{ ...kept, value: 950, ok: false }] })),
    'objective-missed',
    'half of the requests took longer than 250 ms once they had started',
  );
});

test('what other programs took of the cores is said with their names, and more than a tenth is not trusted', () => {
  const machine = (othersCores: number | null) => ({
    trust: { machine: { cores: 2, othersCores, others: [{ name: 'make', cores: 0.6 }], why: 'no /proc' } },
  });
  assert.equal(status(machine(0.1)), 'pass');
  assert.equal(check(machine(0.1), 'other programs').why, 'Other programs took 0.10 of 2 cores.');
  assert.equal(status(machine(0.7)), 'untrusted');
  assert.match(check(machine(0.7), 'other programs').why, /0\.70 of 2 cores, most of it make \(0\.60\)/);
  assert.equal(check(machine(null), 'other programs').ok, null);
  assert.match(
    judge({ ...healthy, ...machine(null) }).verdict.reasons[0]!,
    /could not be checked: other programs/,
  );
  const during = { ...withLoad({ others: { othersCores: 0.7, others: [] } }), ...machine(0.01) };
  assert.equal(check(during, 'other programs during the load').ok, false);
  const sentences = judge({ ...healthy, ...machine(0.7) })
    .trust.checks.map(({ why }) => why)
    .join(' ');
  assert.doesNotMatch(sentences, /was ours/);
});

test('a rate of requests depends on the clock, and a threshold on a part of them is not bounded by all of them', () => {
  const late = { startLagMs: { p99: 9, max: 9, samples: 20_000 }, clientCpuShare: 0.8 };
  const missed = (source: string, value: number, limit: number) =>
    status(withLoad({ ...late, thresholds: [{ source, value, limit, ok: false }] }));
  assert.equal(missed('olympus_requests rate>1100', 999, 1100), 'inconclusive');
  assert.equal(missed('olympus_requests count>30000', 20_000, 30_000), 'objective-missed');
  const slow = {
    serviceMs: { p50: 260, p99: 900, max: 900, samples: 20_000 },
    responseMs: { ...enough, p50: 260 },
  };
  const threshold = (source: string) =>
    check(
      withLoad({
        ...slow,
        startLagMs: late.startLagMs,
        thresholds: [{ source, value: 950, limit: 250, ok: false }],
      }),
      `threshold ${source}`,
    ).ok;
  assert.equal(threshold('olympus_response p(99)<250'), false, 'half of all took longer');
  assert.equal(
    threshold('olympus_response{statement:orders/recent} p(99)<250'),
    null,
    'half of all may be the others',
  );
  assert.equal(threshold('my_own_trend p(99)<250'), null);
});

test('a closed run beside an open one only looked for the rate: nothing is asked of its samples and its seconds', () => {
  const closed: LoadFacts = {
    ...load,
    model: 'closed',
    responseMs: { p99: null, max: 9, samples: 20 },
    series: [],
  };
  const names = judge({ ...healthy, load: [closed, load] }).trust.checks.map(({ name }) => name);
  assert.ok(names.includes('storefront, open: samples for p99'), names.join());
  assert.ok(!names.some((name) => /closed: (samples|steady)/.test(name)), names.join());
  const alone = judge({ ...healthy, load: [closed] }).trust.checks.map(({ name }) => name);
  assert.ok(alone.includes('samples for p99') && alone.includes('steady throughput'), alone.join());
});

test('where every time is doubtful nothing can be relied on, whatever was counted beside it', () => {
  const figure = (
    name: string,
    kind: 'exact' | 'timed',
    trust: 'ok' | 'doubtful',
    value: number | null = 5,
  ) => ({
    ...{
      measure: 'load',
      name,
      labels: { model: 'open' },
      unit: 'ms',
      better: 'less' as const,
      kind,
      value,
      trust,
    },
    ...{ low: null, high: null, samples: null, why: '' },
  });
  const of = (...figures: ReturnType<typeof figure>[]) =>
    verdict(
      [{ ...base, name: 'start lag p99', ok: false, figures: ['load.response'] }],
      [{ ...base, name: 'failed requests', ok: true }],
      true,
      figures as never,
    ).status;
  const base = { value: 1, limit: 1, unit: '', why: 'x.' };
  const doubtful = figure('response', 'timed', 'doubtful');
  assert.equal(of(doubtful, figure('all-errors', 'exact', 'ok')), 'untrusted');
  assert.equal(of(doubtful, figure('retries', 'timed', 'ok', null)), 'untrusted', 'it has no value');
  assert.equal(of(doubtful, figure('service', 'timed', 'ok')), 'pass');
});

test('near the generator’s ceiling nothing bounds a percentile from below; dropped and steady say what they saw', () => {
  const { taken } = loadDoubts({ ...load, ceilingRate: 1500 }, healthy);
  assert.equal(taken, 1);
  assert.equal(loadDoubts(load, healthy).taken, 0);
  assert.match(check(withLoad({ dropped: 2 }), 'dropped starts').why, /never started/);
  assert.match(check(healthy, 'dropped starts').why, /was started/);
  const scheduled = load.series.map((each) => ({ ...each, due: each.requests }));
  assert.match(
    check(withLoad({ series: scheduled }), 'steady throughput').why,
    /as large a share of what was due/,
  );
  assert.match(check(healthy, 'steady throughput').why, /near its median/);
  assert.equal(check({ trust: {} }, 'other programs'), undefined, 'nobody looked');
});

test('one regression among what is missed is what the run is called', () => {
  const missed = (name: string) => ({ name, ok: false, value: 1, limit: 0, unit: '', why: 'x.' });
  assert.equal(verdict([], [missed('plan expectations'), missed('work')], true).status, 'objective-missed');
  const [before] = againstBefore;
  assert.equal(verdict([], [missed('failed requests'), missed(before!)], true).status, 'regression');
});

test('a threshold without a sample has not passed, though k6 says so', () => {
  const source = 'olympus_response{statement:no/such} p(99)<250';
  const facts = withLoad({ thresholds: [{ source, value: null, limit: 250, ok: null }] });
  assert.equal(check(facts, `threshold ${source}`).ok, null);
  assert.equal(status(facts), 'inconclusive');
  assert.match(judge({ ...healthy, ...facts }).verdict.reasons[0]!, /no request was counted by it/);
});

test('a machine of others takes nothing from what was counted; where nothing was judged there is only that', () => {
  const others = {
    name: 'other programs',
    ok: false,
    value: 1,
    limit: 0.2,
    unit: 'cores',
    why: 'x.',
    figures: ['*'],
  };
  const met = (name: string) => ({ name, ok: true, value: 0, limit: 0, unit: '', why: 'x.' });
  assert.equal(verdict([others], [met('plan expectations')], true).status, 'pass');
  assert.equal(
    verdict([others], [met('plan expectations'), met('replica1 lag p99')], true).status,
    'untrusted',
  );
  assert.equal(verdict([others], [], true).status, 'untrusted');
  const between = { ...met('replica1 lag p99'), ok: false, low: 8, high: 12, limit: 5, unit: 'ms' };
  assert.match(verdict([], [between], true).reasons[0]!, /replica1 lag p99, 8 to 12 ms \(limit 5\)/);
});
