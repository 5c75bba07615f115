import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from './evidence.ts';
import { summarise } from './summary.ts';
import type { PoolSample, Sample } from './tick.ts';

const sample = (s: number, change: Partial<Sample> = {}): Sample => ({
  s,
  walBytesPerSecond: 0,
  commitsPerSecond: 0,
  rollbacksPerSecond: 0,
  blocksHitPerSecond: 0,
  blocksReadPerSecond: 0,
  tempBytesPerSecond: 0,
  deadlocks: 0,
  connections: 0,
  active: 0,
  idleInTransaction: 0,
  oldestTransactionSeconds: 0,
  locksHeld: 0,
  locksWaiting: 0,
  vacuums: 0,
  checkpointed: false,
  waits: {},
  replicas: [],
  pool: null,
  ...change,
});
const pool = (clientsWaiting: number, longestWaitMs: number): PoolSample => ({
  ...{ clientsActive: 1, serversActive: 1, serversIdle: 0, clientsWaiting, longestWaitMs },
});
const evidence = (change: Partial<Evidence>): Evidence => ({
  ...{
    startedAt: 0,
    seconds: 10,
    counters: null,
    io: null,
    statements: null,
    pool: null,
    waits: {},
    series: [],
  },
  ...{ observerMs: null, gaps: [], absent: [], ...change },
});

test('the hit ratio weighs each sample by its length, and maxima are of single looks', () => {
  const { bufferHitPct, locksWaitingMax, poolerWaitingMax, poolerWaitMaxMs } = summarise(
    evidence({
      series: [
        sample(1, { blocksHitPerSecond: 100, locksWaiting: 3, pool: pool(2, 40) }),
        sample(4, { blocksHitPerSecond: 50, blocksReadPerSecond: 50, pool: pool(1, 70) }),
      ],
    }),
    'f',
  );
  assert.equal(bufferHitPct, (100 * 250) / 400);
  assert.deepEqual([locksWaitingMax, poolerWaitingMax, poolerWaitMaxMs], [3, 2, 70]);
});

test('what was not told is null, never zero', () => {
  const summary = summarise(evidence({ gaps: [{ s: 1, why: 'gone' }] }), 'f');
  assert.deepEqual(
    [summary.walBytesPerSecond, summary.bufferHitPct, summary.checkpoints, summary.statements],
    [null, null, null, null],
  );
  assert.deepEqual(
    [summary.locksWaitingMax, summary.poolerWaitingMax, summary.poolerWaitMaxMs],
    [null, null, null],
  );
  assert.equal(summary.gaps, 1);
});

test('waits are shares, the most common first', () => {
  const { waits } = summarise(evidence({ waits: { 'IO:WalSync': 1, CPU: 6, 'Lock:tuple': 1 } }), 'f');
  assert.deepEqual(waits, [
    { event: 'CPU', pct: 75 },
    { event: 'IO:WalSync', pct: 12.5 },
    { event: 'Lock:tuple', pct: 12.5 },
  ]);
});

test('a long series is thinned evenly, a short one is whole', () => {
  const seconds = (count: number) => Array.from({ length: count }, (_, s) => sample(s + 1, { active: s }));
  assert.equal(summarise(evidence({ series: seconds(300) }), 'f').series.length, 300);
  const long = summarise(evidence({ series: seconds(3600) }), 'f').series;
  assert.equal(long.length, 300);
  assert.deepEqual([long[0]!.s, long.at(-1)!.s], [12, 3600]);
});

test('a session at work that waits is counted, and one on the CPU is not', () => {
  const { series } = summarise(
    evidence({
      series: [sample(1, { active: 7, waits: { CPU: 3, 'IO:DataFileRead': 2, 'Lock:tuple': 2 } })],
    }),
    'f',
  );
  assert.deepEqual([series[0]!.activeSessions, series[0]!.waiting], [7, 4]);
});

test('of a long watch every n-th second stays, with the events of those between', () => {
  const all = Array.from({ length: 900 }, (_, s) =>
    sample(s, { checkpointed: s === 100, vacuums: s === 200 ? 2 : 0 }),
  );
  const { series } = summarise(evidence({ series: all }), 'f');
  assert.equal(series.length, 300);
  assert.deepEqual(
    series.flatMap(({ s, checkpointed }) => (checkpointed ? [s] : [])),
    [101],
  );
  assert.deepEqual(
    series.flatMap(({ s, vacuums }) => (vacuums! > 0 ? [[s, vacuums]] : [])),
    [[200, 2]],
  );
});
