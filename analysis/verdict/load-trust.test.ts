import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoadFacts } from './facts.ts';
import { loadTrust } from './load-trust.ts';

const load: LoadFacts = {
  ...{ scenario: 'storefront', model: 'open', offeredRate: 1000, achievedRate: 999, seconds: 20 },
  ...{ requests: 20_000, dropped: 0, errors: {}, ceilingRate: 9000, clientCpuShare: 0.2 },
  responseMs: { p99: 12, max: 40, samples: 20_000 },
  startLagMs: { p99: 0.2, max: 3, samples: 20_000 },
  series: Array.from({ length: 20 }, (_, s) => ({ s, requests: 1000 })),
};
const run = { complete: true, stages: [], kind: 'load', command: './olympus load storefront --rate 1000' };
const check = (
  name: string,
  changed: Partial<LoadFacts> = {},
  of: typeof run | { complete: true; stages: [] } = run,
) => loadTrust({ ...load, ...changed }, of, false).find((each) => each.name === name)!;

const again = './olympus load storefront --rate';
const slower: [string, Partial<LoadFacts>, string][] = [
  [
    'start lag p99',
    { startLagMs: { p99: 2, max: 9, samples: 20_000 } },
    `${again} 500; ./olympus doctor says`,
  ],
  ['generator ceiling', { ceilingRate: 1500 }, `${again} 681`],
  ['dropped starts', { dropped: 2 }, `${again} 500`],
  ['generator CPU', { clientCpuShare: 0.6 }, `${again} 500`],
  [
    'steady throughput',
    { series: load.series.map((each) => ({ ...each, requests: each.s < 10 ? 400 : 1000 })) },
    `${again} 1000 --duration 40s`,
  ],
];
for (const [name, failing, remedy] of slower)
  test(`${name}: it says what to do where it fails, and nothing where it holds`, () => {
    assert.deepEqual([check(name).ok, check(name).remedy], [true, undefined]);
    const failed = check(name, failing);
    assert.equal(failed.ok, false);
    assert.ok(failed.remedy?.startsWith(remedy), failed.remedy);
    assert.equal(
      check(name, failing, { complete: true, stages: [] }).remedy,
      undefined,
      'no command gave it',
    );
  });

test('what the generator did not say is not known', () => {
  assert.equal(check('generator ceiling', { ceilingRate: null }).ok, null);
  assert.equal(check('generator CPU', { clientCpuShare: null }).ok, null);
});

test('a short run that stood still for a tenth of it has stalled; a shorter pause says nothing of it', () => {
  const short = { seconds: 8, series: load.series.slice(0, 8) };
  const stalled = check('steady throughput', { ...short, stalls: [{ fromS: 1, toS: 3.5 }] as never });
  assert.deepEqual([stalled.ok, stalled.value], [false, 31.25]);
  const paused = check('steady throughput', { ...short, stalls: [{ fromS: 1, toS: 1.2 }] as never });
  assert.deepEqual([paused.ok, paused.value], [null, null]);
  assert.equal(check('steady throughput', { seconds: 0, series: [] }).ok, null);
});

test('too few starts to know their lag: a run as long as bounds it; of no start at all, a longer one', () => {
  const few = (samples: number) =>
    check('start lag p99', { startLagMs: { p99: null, max: samples === 0 ? null : 5, samples } });
  assert.deepEqual([few(100).ok, few(100).remedy], [null, `${again} 1000 --duration 89s`]);
  assert.deepEqual([few(0).ok, few(0).remedy], [null, `${again} 1000 --duration 48s`]);
  const calm = check('start lag p99', { startLagMs: { p99: null, max: 0.5, samples: 400 } });
  assert.deepEqual([calm.ok, calm.value], [true, 0.5], 'the largest of 400 bounds it');
});

test('enough starts whose p99 may lie on either side of the limit: where it lies is said, and how long would settle it', () => {
  const intervals = { p99: { low: 0.9, high: 1.3 } } as never;
  const lag = check('start lag p99', { startLagMs: { p99: null, max: 5, samples: 8000, intervals } });
  assert.equal(lag.ok, null);
  assert.match(lag.remedy!, /--rate 1000 --duration 32[01]s$/);
  assert.match(
    lag.why,
    /By 8000 starts they are late by 0\.9 to 1\.3 ms at p99, which does not lie on one side/,
  );
  const far = { p99: { low: 0.99, high: 4 } } as never;
  const wide = check('start lag p99', { startLagMs: { p99: null, max: 5, samples: 8000, intervals: far } });
  assert.equal(wide.remedy, `${again} 500`, 'no run of a reasonable length');
});

test('a rate that can go no lower is one a second', () => {
  const one = { ...run, command: './olympus load storefront --rate 1' };
  assert.equal(check('dropped starts', { offeredRate: 1, dropped: 1 }, one).remedy, `${again} 1`);
});
