import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Observation, type ReplicaSamples, summarise } from './summary.ts';

const seen = (first: number, ms: number) =>
  ({ kind: 'seen', first, afterMs: ms - 0.1, beforeMs: ms + 0.1 }) as const;

/** Probe `id` every 10 ms, commit at byte 100 * id, replayed `lag` ms later. */
const probe = (id: number, lag: number, change: Partial<Observation> = {}): Observation => ({
  at: id * 10,
  id,
  lsn: id * 100,
  replayed: seen(id * 100, lag),
  visible: seen(id, lag),
  ...change,
});

const samples = (
  observations: readonly Observation[],
  change: Partial<ReplicaSamples> = {},
): ReplicaSamples => ({
  replica: 'replica1',
  observations,
  calibration: {
    kind: 'calibrated',
    probes: 40,
    injectedMs: 257,
    expectedMs: 256.8,
    measuredMs: 257.2,
    baselineMs: 0.3,
    errorMs: 0.4,
  },
  wanderingReads: 100,
  monotonicViolations: 2,
  failures: [],
  ...change,
});

const probes = (count: number, lag: (id: number) => number) =>
  Array.from({ length: count }, (_, i) => probe(i + 1, lag(i + 1)));

test('the lag of a probe is the middle between the last look that missed it and the first that saw it', () => {
  const { lagMs } = summarise(samples(probes(10_000, (id) => id)), 150);
  assert.equal(lagMs.p50, 5000);
  assert.equal(lagMs.p99, 9900);
  assert.equal(lagMs.p999, null);
  assert.match(lagMs.why!, /p99\.9 needs 100000/);
  assert.equal(lagMs.samples, 10_000);
});

test('probes that were never replayed make percentiles null where they may lie, with the lower bound told', () => {
  const paused = { kind: 'unseen', first: 0, atLeastMs: 4321 } as const;
  const half = probes(100, () => 1).concat(
    Array.from({ length: 150 }, (_, i) => probe(101 + i, 0, { replayed: paused, visible: paused })),
  );
  const result = summarise(samples(half), 150);
  assert.equal(result.lagMs.p50, null);
  assert.equal(result.lagMs.max, null);
  assert.equal(result.readYourWritesMs, null);
  assert.equal(result.staleReadsPct, 60);
  assert.match(result.why!, /150 of 250 probes were not replayed .* at least 4321 ms/);
  assert.equal(result.lagBytes.max, 25_000);
});

test('the share of stale reads counts first reads that do not show the row just committed', () => {
  const stale = probe(4, 3, { visible: { ...seen(3, 3) } });
  const result = summarise(samples([probe(1, 0.2), probe(2, 0.2), probe(3, 0.2), stale]), 150);
  assert.equal(result.staleReadsPct, 25);
});

test('the probe error is the larger of the calibrated one and half the interval between looks', () => {
  const coarse = probes(30, () => 1).map((each) => ({
    ...each,
    replayed: { kind: 'seen', first: 0, afterMs: 1, beforeMs: 7 } as const,
  }));
  assert.equal(summarise(samples(probes(30, () => 1)), 1).probeErrorMs, 0.4);
  assert.equal(summarise(samples(coarse), 1).probeErrorMs, 3);
});

test('a probe that could not be calibrated says so', () => {
  const result = summarise(
    samples(
      probes(30, () => 1),
      { calibration: { kind: 'uncalibrated', why: 'its replay is paused' } },
    ),
    1,
  );
  assert.match(result.why!, /not calibrated: its replay is paused/);
  assert.ok(result.probeErrorMs! < 0.2);
});

test('a replica that could not be read has no figures, and why', () => {
  const lost = { kind: 'unseen', first: null, atLeastMs: 0 } as const;
  const result = summarise(
    samples([probe(1, 0, { replayed: lost, visible: lost })], {
      wanderingReads: 0,
      failures: ['terminating connection'],
    }),
    1,
  );
  assert.equal(result.staleReadsPct, null);
  assert.equal(result.monotonicViolations, null);
  assert.equal(result.lagMs.samples, 0);
  assert.match(result.why!, /terminating connection/);
});

test('the series has at most 300 points and keeps the worst probe', () => {
  const { series } = summarise(samples(probes(5000, (id) => (id === 2503 ? 900 : 1))), 1);
  assert.ok(series.length <= 300 && series.length > 200);
  assert.ok(series.some(({ s, lagMs }) => lagMs === 900 && s === 25.03));
});
