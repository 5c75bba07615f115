import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheExample, vectorExample } from '../../reports/fixture/services.ts';
import { exampleResult } from '../../reports/fixture.ts';
import type { ComparisonResult, Result } from '../../result/result.ts';
import { compareRuns } from './compare-runs.ts';
import { judgeFigure } from './judge-figure.ts';

const equal = { kind: 'equal' } as const;
const example = exampleResult({ cache: cacheExample, vector: vectorExample });
const [load] = example.load;
const against = (changes: Partial<Result>, cross = false) =>
  compareRuns(example, { ...example, ...changes }, equal, cross);
const rowsOf = (rows: readonly ComparisonResult[], pattern: RegExp) =>
  rows.filter(({ metric }) => pattern.test(metric)).map(({ verdict, role }) => [verdict, role]);

test('recall that falls from 0.98 to 0.1, and 99 messages lost, are told: the one advises, the other decides', () => {
  const vector = vectorExample.map((one) => (one.kind === 'search' ? { ...one, recallAt10: 0.1 } : one));
  const cache = cacheExample.map((one) => (one.kind === 'pub/sub' ? { ...one, lost: 99 } : one));
  const { comparison, verdict } = against({ vector, cache });
  assert.equal(verdict.status, 'regression');
  assert.deepEqual(rowsOf(comparison, /messages lost$/), [['regression', 'exact']]);
  const recall = rowsOf(comparison, /recall$/);
  assert.equal(recall.length, 8);
  assert.ok(recall.every(([judged, role]) => judged === 'worse' && role === 'advisory'));
});

test('loads of another rate, duration or number of connections are unlike: named, and left out', () => {
  for (const [change, why] of [
    [{ offeredRate: 700 }, /offered 1400\/s against 700\/s/],
    [{ seconds: 5, series: load!.series.slice(0, 5) }, /measured for 30 s against 5 s/],
    [{ connections: 96 }, /24 against 96 connections/],
  ] as const) {
    const other = [{ ...load!, ...change, responseMs: { ...load!.responseMs, p99: 999 } }];
    const { comparison, unlike } = against({ load: other });
    assert.match(unlike.map((one) => one.why).join(), why);
    const rows = comparison.filter(({ metric }) => metric.startsWith('load '));
    assert.deepEqual(
      rows.map(({ verdict }) => verdict),
      ['not compared'],
    );
    const crossed = against({ load: other }, true).comparison.filter(({ metric }) =>
      /load storefront/.test(metric),
    );
    assert.ok(crossed.length > 20);
    for (const row of crossed) {
      assert.match(row.metric, /^\[cross\] /);
      assert.match(row.why!, why);
    }
  }
});

test('a load whose last answers came late was measured for as long as the other: that they came late is compared', () => {
  const due = Array.from({ length: 30 }, (_, s) => ({
    ...load!.series[0]!,
    s,
    due: load!.offeredRate!,
    requests: 1,
  }));
  const scheduled = { ...load!, series: due };
  const behind = {
    ...scheduled,
    seconds: 68,
    responseMs: { ...load!.responseMs, p99: 9999 },
  };
  const a = { ...example, load: [scheduled] };
  const { unlike, comparison } = compareRuns(a, { ...a, load: [behind] }, equal);
  assert.deepEqual(unlike, []);
  assert.deepEqual(rowsOf(comparison, /^load .*, response p99$/), [['worse', 'advisory']]);
  const shorter = { ...scheduled, series: due.slice(0, 5) };
  assert.match(
    compareRuns(a, { ...a, load: [shorter] }, equal)
      .unlike.map(({ why }) => why)
      .join(),
    /measured for 30 s against 5 s/,
  );
});

test('a comparison of two runs has no trust checks of its own, and claims none', () => {
  assert.deepEqual(against({}).verdict, { status: 'pass', reasons: ['All 2 objectives are met.'] });
});

test('a rate that is nearly the same is one load', () => {
  const { comparison, unlike } = against({
    load: [{ ...load!, offeredRate: 1380, responseMs: { ...load!.responseMs, p99: 99 } }],
  });
  assert.deepEqual(unlike, []);
  assert.deepEqual(rowsOf(comparison, /^load .*, response p99$/), [['worse', 'advisory']]);
});

test('arrivals at random are one rate as far as chance goes', () => {
  const short = { ...load!, offeredRate: 53, seconds: 3 };
  const whys = (offeredRate: number) =>
    compareRuns({ ...example, load: [short] }, { ...example, load: [{ ...short, offeredRate }] }, equal)
      .unlike.length;
  assert.deepEqual([whys(46), whys(40), whys(20)], [0, 0, 1]);
});

test('WAL per request of a load that writes next to nothing is no ratio', () => {
  const evidence = (walBytesPerSecond: number): Result['load'] => [
    { ...load!, evidence: { ...load!.evidence!, walBytesPerSecond } },
  ];
  const wal = (a: number, b: number) =>
    compareRuns({ ...example, load: evidence(a) }, { ...example, load: evidence(b) }, equal).comparison.find(
      ({ metric }) => /wal per request$/.test(metric),
    )!;
  const small = wal(14_000, 140_000);
  assert.deepEqual([small.verdict, small.ratio], ['not judged', null]);
  assert.match(small.why!, /below 1024 B/);
  assert.equal(wal(1_500_000, 15_000_000).verdict, 'worse');
});

test('what A measured and B did not is named, and is no pass', () => {
  const { comparison, verdict } = against({ rls: null, vector: [] });
  assert.equal(verdict.status, 'inconclusive');
  assert.match(verdict.reasons.join(), /B does not have \d+ exact figures of A/);
  assert.deepEqual(rowsOf(comparison, /^(rls|vector)$/), [
    ['not measured', 'advisory'],
    ['not measured', 'advisory'],
  ]);
});

test('what decides is first, sizes of tables are last', () => {
  const rls = { ...example.rls!, leaks: { ...example.rls!.leaks, foreignRows: 2 } };
  const dataset = {
    ...example.dataset!,
    tables: example.dataset!.tables.map((one) => ({ ...one, bytes: 9 * one.bytes })),
  };
  const { comparison } = against({ rls, dataset });
  assert.deepEqual([comparison[0]!.metric, comparison[0]!.role], ['rls, foreign rows', 'exact']);
  assert.match(comparison.at(-1)!.metric, /^dataset\b/);
  const first = comparison.findIndex(({ metric }) => /^dataset\b/.test(metric));
  assert.ok(comparison.slice(first).every(({ metric }) => /^dataset\b/.test(metric)));
});

test('a figure that is doubtful in one of the runs is not judged, and the reason stands there', () => {
  const other: Result = {
    ...example,
    vector: vectorExample.map((one) => (one.kind === 'search' ? { ...one, recallAt10: 0.1 } : one)),
  };
  const doubtful: Result['figures'] = [
    {
      ...{ measure: 'vector', name: 'recall', unit: 'share', better: 'more', kind: 'timed', value: 0.1 },
      labels: { engine: 'qdrant-edge', filter: 'no filter', ef: 'ef 10' },
      ...{ low: null, high: null, samples: 100, trust: 'doubtful', why: 'the machine was busy' },
    },
  ];
  const { comparison } = compareRuns(example, { ...other, figures: doubtful }, equal);
  const row = comparison.find(({ metric }) => metric === 'vector qdrant-edge no filter ef 10, recall')!;
  assert.equal(row.verdict, 'not judged');
  assert.match(row.why!, /the machine was busy/);
});

test('rules: a tenth and three of pages, any fault, errors beyond chance, half as much again of a time', () => {
  const spec = (changes: object) =>
    ({
      name: 'x',
      unit: 'pages',
      better: 'less',
      kind: 'exact',
      decides: 'work',
      floor: 0,
      detail: false,
      help: '',
      ...changes,
    }) as Parameters<typeof judgeFigure>[0];
  const moved = (changes: object, a: number, b: number) => judgeFigure(spec(changes), a, b).moved;
  assert.deepEqual(
    [moved({}, 10, 12), moved({}, 10, 13), moved({}, 100, 110), moved({}, 100, 111)],
    ['same', 'more', 'same', 'more'],
  );
  assert.deepEqual([moved({ decides: 'any' }, 4, 5), moved({ decides: 'any' }, 5, 4)], ['more', 'less']);
  const errors = { decides: 'chance', unit: 'errors' };
  assert.deepEqual(
    [moved(errors, 0, 1), moved(errors, 100, 130), moved(errors, 100, 160)],
    ['more', 'same', 'more'],
  );
  const timed = { kind: 'timed', unit: 'ms', decides: null };
  assert.deepEqual(
    [moved(timed, 10, 14.9), moved(timed, 10, 15), moved(timed, 15, 10)],
    ['same', 'more', 'less'],
  );
  const share = { ...timed, unit: '%' };
  assert.deepEqual(
    [moved(share, 98, 95), moved(share, 98, 90), moved(share, 90, 98)],
    ['same', 'less', 'more'],
  );
});
