import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { binsOf } from '../../test/bins-of.ts';
import type { EngineCounts, EngineReport } from './engine-report.ts';
import { mergeReports, reportsIn } from './merge-reports.ts';

// The same latencies, once as one process records them and once shared out to four lanes: the reports must be equal.

/** As infra/k6/engine/histogram.go records. */
function recorded(nanoseconds: readonly number[]): string {
  if (nanoseconds.length === 0) return '';
  const histogram = build({
    ...{ bitBucketSize: 64, lowestDiscernibleValue: 64, highestTrackableValue: 600e9 },
    numberOfSignificantValueDigits: 3,
  });
  for (const value of nanoseconds) histogram.recordValue(value);
  return encodeIntoCompressedBase64(histogram);
}

interface Request {
  readonly at: number;
  readonly name: string;
  readonly tenantClass: string;
  readonly response: number;
  readonly service: number;
  readonly failed: boolean;
}

/** From below the smallest bin to minutes, over nine powers of ten; the third lane has none of the rare statement. */
const requests: readonly Request[] = Array.from({ length: 4000 }, (_, i) => {
  const response = Math.round(40 * 10 ** (9 * ((i * 0.618034) % 1)));
  return {
    at: Math.max(Math.floor(i / 1300), i % 4 === 3 ? 1 : 0), // the fourth lane begins a second later
    name: i % 4 !== 2 && i % 97 === 0 ? 'rare' : 'common',
    tenantClass: i % 7 === 0 ? 'whale' : 'minnow',
    ...{ response, service: Math.ceil(response / 3), failed: i % 501 === 0 },
  };
});

const counts = (of: readonly Request[]): EngineCounts => ({
  requests: of.length,
  errors: of.filter(({ failed }) => failed).length,
  ...{ rows: of.length * 2, bytes: of.length * 30 },
  response: recorded(of.map(({ response }) => response)),
  service: recorded(of.map(({ service }) => service)),
});

/** What one process that served these requests reports. */
function reportOf(of: readonly Request[], lane: number, lanes: number): EngineReport {
  const errors = counts(of).errors;
  const statements = Map.groupBy(of, ({ name, tenantClass }) => `${name} ${tenantClass}`);
  return {
    ...{ scenario: 'mixed', model: 'open', protocol: 'extended', connections: 4, workers: 4, lane, lanes },
    ...{
      durationSeconds: 4,
      startedAt: '2026-01-01T00:00:00Z',
      seconds: 4,
      connectSeconds: 0.1,
      complete: true,
    },
    ...{
      rate: 1000,
      offered: of.length,
      dropped: 0,
      retries: 0,
      cores: 1,
      scheduling: 'normal',
      outages: [],
    },
    due: [0, 1, 2, 3].map((second) => of.filter(({ at }) => at === second).length),
    gaps: [],
    usage: { cpuSeconds: 1, wallSeconds: 4, gcs: 0, gcPauseSeconds: 0, gcPauseMaxSeconds: 0 },
    ...counts(of),
    errors: errors === 0 ? {} : { '57014': errors },
    startLag: recorded(of.map(({ service }) => service + 1)),
    wait: recorded(of.map(({ response, service }) => response - service)),
    statements: [...statements.values()].map((same) => ({
      ...counts(same),
      name: same[0]!.name,
      tenantClass: same[0]!.tenantClass,
    })),
    series: [...Map.groupBy(of, ({ at }) => at)].map(([s, same]) => ({ ...counts(same), s })),
  };
}

const lanes = [0, 1, 2, 3];
const shared = lanes.map((lane) => requests.filter((_, i) => i % 4 === lane));
const parts = shared.map((own, lane) => reportOf(own, lane, 4));
const whole = reportOf(requests, 0, 1);
const pods = (some: readonly EngineReport[]) =>
  some.map((part) => `[pod/x-${part.lane}] ${JSON.stringify({ runs: [part], version: 1 })}\n`).join('');

/** Everything that counts; of histograms the bins. */
const comparable = ({ requests, errors, rows, bytes, response, service }: EngineReport | EngineCounts) => ({
  ...{ requests, errors, rows, bytes, response: binsOf(response), service: binsOf(service) },
});
const byStatement = ({ statements }: EngineReport) =>
  statements
    .map((one) => ({ key: `${one.name} ${one.tenantClass}`, ...comparable(one) }))
    .sort((a, b) => a.key.localeCompare(b.key));
const bySecond = ({ series }: EngineReport) => series.map((one) => ({ s: one.s, ...comparable(one) }));

test('four lanes give in each bin what one process with the whole load records for the same latencies', () => {
  const [merged, ...others] = mergeReports(reportsIn(pods(parts.toReversed())));
  assert.deepEqual(others, []);
  assert.ok(binsOf(whole.response).length > 2000, 'the latencies lie in many bins');
  assert.deepEqual(comparable(merged!), comparable(whole));
  for (const key of ['response', 'service', 'startLag', 'wait'] as const) {
    assert.deepEqual(binsOf(merged![key]), binsOf(whole[key]), key);
    assert.deepEqual(binsOf(merged![key]), binsOf(...parts.map((part) => part[key])), key);
  }
  assert.deepEqual(byStatement(merged!), byStatement(whole));
  assert.deepEqual(bySecond(merged!), bySecond(whole));
  assert.deepEqual([merged!.offered, merged!.due], [whole.offered, whole.due]);
  assert.deepEqual(
    [merged!.errors, merged!.connections, merged!.lanes],
    [whole.errors, parts.length * whole.connections, 1],
  );
});

test('a lane without a sample adds nothing, and four of them are a load of none', () => {
  const idle = lanes.map((lane) => reportOf(lane === 1 ? shared[1]! : [], lane, 4));
  assert.deepEqual(binsOf(mergeReports(idle)[0]!.response), binsOf(parts[1]!.response));
  const none = mergeReports(lanes.map((lane) => reportOf([], lane, 4)))[0]!;
  assert.deepEqual([none.requests, none.response], [0, '']);
});
