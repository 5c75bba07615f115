import assert from 'node:assert/strict';
import { test } from 'node:test';
import { walRate } from './wal-rate.ts';

const steady = (lasts: number) =>
  Array.from({ length: lasts / 10 + 1 }, (_, i) => ({ at: i * 10, lsn: 5e9 + i * 1000 }));

test('WAL that grows by 1,000 bytes each 10 ms is 100,000 a second, in points of half a second', () => {
  const rates = walRate(steady(3000));
  assert.deepEqual(
    rates.map(({ s }) => s),
    [0.5, 1, 1.5, 2, 2.5, 3],
  );
  assert.ok(rates.every(({ walBytesPerSecond }) => walBytesPerSecond === 100_000));
});

test('a long window has at most 120 points, and one without probes none', () => {
  assert.ok(walRate(steady(600_000)).length <= 120);
  assert.deepEqual(walRate([]), []);
});
