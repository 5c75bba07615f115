import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Percentiles } from '../../result/percentiles.ts';
import type { Verdict } from '../../result/run.ts';
import type { Facts, LoadFacts } from './facts.ts';
import { judge } from './judge.ts';
import { type SloFacts, sloPromises } from './slo.ts';

/** Facts whose truth is known, and the verdict that is true of them: what a run says rests on this table. */
const exact = (value: number, half: number) => ({ low: value - half, high: value + half });
const response = {
  ...{ p50: 3, p90: 6, p99: 9, p999: null, max: 40, samples: 12_000 },
  intervals: { p50: exact(3, 0.1), p90: exact(6, 0.2), p99: exact(9, 1), p999: { low: 15, high: 40 } },
} satisfies Percentiles;
const service = {
  ...{ p50: 2, p90: 4, p99: 7, p999: null, max: 30, samples: 12_000 },
  intervals: { p50: exact(2, 0.1), p90: exact(4, 0.2), p99: exact(7, 0.5), p999: { low: 12, high: 30 } },
} satisfies Percentiles;
const load: LoadFacts & { statements: [] } = {
  ...{ scenario: 'storefront', model: 'open', offeredRate: 400, achievedRate: 400, seconds: 30 },
  ...{ requests: 12_000, dropped: 0, errors: {}, responseMs: response, serviceMs: service },
  startLagMs: { p99: 0.2, max: 3, samples: 12_000 },
  ...{ ceilingRate: 9000, clientCpuShare: 0.1, statements: [] },
  series: Array.from({ length: 30 }, (_, s) => ({ s, requests: 400 })),
};
const machine = (othersCores: number) => ({ machine: { cores: 2, othersCores, others: [] } });
const replica = (lagMs: Percentiles, probeErrorMs: number | null = 0.5) => ({
  ...{ replica: 'replica1', lagMs, probeErrorMs, staleReadsPct: null },
});
const delayed: Percentiles = {
  ...{ p50: 1491, p90: 1503, p99: null, p999: null, max: 1509, samples: 269 },
  intervals: {
    p50: exact(1491, 1),
    p90: exact(1503, 1),
    p99: { low: 1507, high: null },
    p999: { low: null, high: null },
  },
};
/** No probe came back: what they had reached bounds the lag from below. */
const behind: Percentiles = {
  ...{ p50: null, p90: null, p99: null, p999: null, max: null, samples: 269 },
  intervals: {
    ...{ p50: { low: 2400, high: null }, p90: { low: 4400, high: null } },
    ...{ p99: { low: 4993, high: null }, p999: { low: null, high: null } },
  },
};

/** A pooler that was stopped for 2 s of 8. */
const stoodStill: Partial<LoadFacts> = {
  ...{ seconds: 8, requests: 787, series: load.series.slice(0, 8) },
  stalls: [{ fromS: 2.5, toS: 4.5, due: 197, longestResponseMs: 2000 }],
  responseMs: {
    ...{ p50: 2.3, p90: 1262, p99: null, p999: null, max: 2000, samples: 787 },
    intervals: {
      ...{ p50: exact(2.3, 0.2), p90: exact(1262, 100) },
      ...{ p99: { low: 1950, high: 2000 }, p999: { low: 1990, high: 2000 } },
    },
  },
};
const threshold = (level: string) => ({
  ...{ source: `olympus_response ${level}<250`, value: 1990, limit: 250, ok: false },
});

interface Row {
  readonly truth: string;
  readonly load?: Partial<LoadFacts>;
  readonly facts?: Omit<Partial<Facts>, 'load' | 'replication'>;
  readonly promised?: Partial<SloFacts>;
  readonly lag?: ReturnType<typeof replica>;
  readonly says: Verdict['status'];
  readonly reason?: RegExp;
}
const p99 = (limit: number) => ({ scenarios: { storefront: { p99: limit } } });
const late = { startLagMs: { p99: 1.9, max: 9, samples: 12_000 } };
const lagOf = (limit: number) => ({ replicas: { replica1: { lag: limit } } });

const rows: readonly Row[] = [
  { truth: 'quiet', says: 'pass' },
  {
    truth: 'a part failed, and everything else is met',
    facts: { warnings: [{ code: 'cache-failed', message: 'Redis said no' }] },
    says: 'inconclusive',
    reason: /cache measured to its end.*Redis said no/,
  },
  {
    truth: 'the ways past row security were left out, and everything else is met',
    facts: { warnings: [{ code: 'attacks-not-tried', message: 'A copy takes 34.8 GiB' }] },
    says: 'inconclusive',
    reason: /every way past row-level security tried.*34\.8 GiB/,
  },
  { truth: 'a promise above the interval', promised: p99(10), says: 'pass' },
  {
    truth: 'a promise below the interval',
    promised: p99(7.9),
    says: 'objective-missed',
    reason: /8 to 10 ms/,
  },
  {
    ...{ truth: 'a promise within the interval', promised: p99(9.5), says: 'inconclusive' },
    reason: /^Cannot say: SLO storefront p99.*would settle it.*--duration \d+s$/,
  },
  { truth: 'case 22: p50 3 ms, p99 0.05 ms is promised', promised: p99(0.05), says: 'objective-missed' },
  {
    truth: 'the same of 90 requests, of which no p99 is known',
    load: { responseMs: { p50: 3, p90: null, p99: null, max: 61, samples: 90 } },
    promised: p99(0.05),
    says: 'objective-missed',
  },
  {
    truth: 'the largest of 300 is below the limit: they are too few to bound a p99',
    load: { responseMs: { p50: 3, p90: 6, p99: null, max: 40, samples: 300 } },
    promised: p99(50),
    says: 'inconclusive',
  },
  {
    truth: 'the largest of 400 is below the limit: it bounds the p99',
    load: { responseMs: { p50: 3, p90: 6, p99: null, max: 40, samples: 400 } },
    promised: p99(50),
    says: 'pass',
  },
  {
    truth: 'late starts: response above, service below, the limit above both',
    load: late,
    promised: p99(10.5),
    says: 'pass',
    reason: /Not trustworthy \(load response/,
  },
  {
    truth: 'late starts: the limit between service and response',
    load: late,
    promised: p99(7.5),
    says: 'inconclusive',
    reason: /6\.5 to 10 ms/,
  },
  {
    truth: 'late starts: the limit below service too',
    load: late,
    promised: p99(6.4),
    says: 'objective-missed',
  },
  {
    truth: 'starts of which it is not known whether they are late bound like late ones',
    load: { startLagMs: { p99: null, max: 3, samples: 200 } },
    promised: p99(7.5),
    says: 'inconclusive',
  },
  {
    truth: 'dropped starts: nothing bounds a p99 from above',
    load: { dropped: 1 },
    promised: p99(50),
    says: 'inconclusive',
    reason: /at least 8 ms/,
  },
  {
    truth: 'dropped starts: it is above the limit nevertheless',
    load: { dropped: 1 },
    promised: p99(5),
    says: 'objective-missed',
  },
  { truth: 'others took 0.1 of 2 cores', facts: { trust: machine(0.1) }, says: 'pass' },
  {
    truth: 'others took 1.5 of 2 cores',
    facts: { trust: machine(1.5) },
    says: 'untrusted',
    reason: /Other programs took 1\.50/,
  },
  {
    truth: 'others took 1.5 of 2 cores, and the limit is below what is left of the median',
    facts: { trust: machine(1.5) },
    promised: p99(0.6),
    says: 'objective-missed',
  },
  {
    truth: 'others took 1.5 of 2 cores, and the limit is above that',
    facts: { trust: machine(1.5) },
    promised: p99(0.8),
    says: 'untrusted',
  },
  {
    truth: 'the hypervisor took 40 %',
    facts: { environment: { host: { stealPct: 40 } } },
    promised: p99(2),
    says: 'untrusted',
  },
  {
    truth: 'the hypervisor took 40 %, which is not the reason',
    facts: { environment: { host: { stealPct: 40 } } },
    promised: p99(1.7),
    says: 'objective-missed',
  },
  {
    truth: 'nobody knows what the hypervisor took',
    facts: { environment: { host: { stealPct: null } } },
    says: 'pass',
    reason: /could not be checked: CPU steal/,
  },
  { truth: 'generator at its own limit', load: { ceilingRate: 500 }, promised: p99(2), says: 'inconclusive' },
  {
    truth: 'generator with 60 % of the cores',
    load: { clientCpuShare: 0.6 },
    promised: p99(1.2),
    says: 'inconclusive',
  },
  {
    truth: 'generator with 60 % of the cores, which is not the reason',
    load: { clientCpuShare: 0.6 },
    promised: p99(1.1),
    says: 'objective-missed',
  },
  { truth: 'a backlog', load: { achievedRate: 300 }, says: 'objective-missed' },
  {
    truth: 'a backlog that may be the generator',
    load: { achievedRate: 300, clientCpuShare: 0.6 },
    says: 'inconclusive',
  },
  {
    truth: 'everything failed at once',
    load: { errors: { '57014': 12_000 }, clientCpuShare: 0.6 },
    says: 'objective-missed',
  },
  {
    truth: 'too brief to say whether it is steady',
    load: { seconds: 6, series: load.series.slice(0, 6) },
    says: 'inconclusive',
    reason: /steady throughput.*too few/,
  },
  {
    truth: 'so brief, and half of it a stall',
    load: {
      seconds: 6,
      series: load.series.slice(0, 6),
      stalls: [{ fromS: 1, toS: 4, due: 900, longestResponseMs: 3000 }],
    },
    says: 'pass',
    reason: /Nothing was answered for 3\.0 of 6\.0 s/,
  },
  ...['p(99)', 'p(95)', 'max'].map((level) => ({
    truth: `case 11: two of eight seconds stood still, and the script's ${level} is to be below 250 ms`,
    load: { ...stoodStill, thresholds: [threshold(level)] },
    says: 'objective-missed' as const,
    reason: new RegExp(`threshold olympus_response ${level.replace(/[()]/g, '\\$&')}<250, .*\\(limit 250\\)`),
  })),
  {
    truth: 'case 11, and the middle is to be below 250 ms, which it is',
    load: { ...stoodStill, thresholds: [{ ...threshold('med'), value: 2.3, ok: true }] },
    says: 'pass',
    reason: /Nothing was answered for 2\.0 of 8\.0 s/,
  },
  {
    truth: 'case 11 beside other programs, which may have stopped it',
    load: { ...stoodStill, thresholds: [threshold('p(99)')] },
    facts: { trust: machine(1.9) },
    says: 'untrusted',
  },
  {
    truth: 'case 11 by a mean, of which no interval is known',
    load: { ...stoodStill, thresholds: [threshold('avg')] },
    says: 'inconclusive',
  },
  {
    truth: 'case 21: lag of 1.5 s, 200 ms are promised',
    lag: replica(delayed),
    promised: lagOf(200),
    says: 'objective-missed',
  },
  {
    truth: 'case 21: at least 4,993 ms, 200 ms are promised',
    lag: replica(behind),
    promised: lagOf(200),
    says: 'objective-missed',
    reason: /at least 4,990 ms/,
  },
  {
    truth: 'at least 4,993 ms, 10 s are promised',
    lag: replica(behind),
    promised: lagOf(10_000),
    says: 'inconclusive',
  },
  {
    truth: 'case 21 on a busy machine',
    lag: replica(delayed),
    promised: lagOf(200),
    facts: { trust: machine(1.5) },
    says: 'objective-missed',
  },
  {
    truth: 'a lag within the error of its probe',
    lag: replica({ ...response }, 3),
    promised: lagOf(9),
    says: 'inconclusive',
  },
  {
    truth: 'a lag below the limit, error included',
    lag: replica({ ...response }, 3),
    promised: lagOf(13),
    says: 'pass',
    reason: /Not trustworthy \(lag, lag read/,
  },
  {
    truth: 'a probe without a known error',
    lag: replica({ ...response }, null),
    promised: lagOf(500),
    says: 'inconclusive',
  },
  { truth: 'a run that was cut off', facts: { run: { complete: false, stages: [] } }, says: 'inconclusive' },
  {
    truth: 'a foreign row, cut off, on a busy machine',
    facts: {
      run: { complete: false, stages: [] },
      trust: machine(2),
      rls: { leaks: { reads: 9, rows: 9, foreignRows: 1 } },
    },
    says: 'objective-missed',
  },
  {
    truth: 'a part that was asked for and skipped',
    facts: { skipped: [{ part: 'rls', why: 'no server.' }] },
    says: 'inconclusive',
  },
];

for (const { truth, says, reason, promised, lag, ...row } of rows)
  test(`${truth}: ${says}`, () => {
    const facts = {
      run: { complete: true, stages: [], kind: 'load', command: './olympus load storefront --rate 400' },
      environment: { host: { stealPct: 0 } },
      ...{ plans: [], rls: null, skipped: [] },
      replication: lag ? [lag] : [],
      load: [{ ...load, ...row.load }],
      ...row.facts,
    };
    const none = { scenarios: {}, statements: {}, replicas: {}, stores: {} };
    const { verdict } = judge(facts, promised && sloPromises(facts, { ...none, ...promised }));
    assert.equal(verdict.status, says, verdict.reasons.join('\n'));
    if (reason) assert.match(verdict.reasons.join('\n'), new RegExp(reason, `${reason.flags}m`));
    assert.ok(!/undefined|NaN|Infinity/.test(JSON.stringify(verdict)), JSON.stringify(verdict));
  });

test('others took 1.5 of 2 cores, and what is judged is counted: the rows hold, the doubt about times is named', () => {
  const { verdict } = judge({
    run: { complete: true, stages: [], kind: 'bench', command: './olympus bench --only rls' },
    environment: { host: { stealPct: 0 } },
    trust: machine(1.5),
    ...{ plans: [], skipped: [], replication: [], load: [] },
    rls: { leaks: { reads: 9, rows: 9, foreignRows: 0 } },
  });
  assert.equal(verdict.status, 'pass', verdict.reasons.join('\n'));
  assert.match(verdict.reasons.join('\n'), /Not trustworthy \(every time\)/);
});
