import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { lowerRate } from './load.ts';

/** A start lag with this p99, in milliseconds. */
function lagging(p99: number, complete = true) {
  const histogram = build();
  for (let i = 0; i < 98; i++) histogram.recordValue(50_000);
  for (let i = 0; i < 2; i++) histogram.recordValue(p99 * 1e6);
  return { startLag: encodeIntoCompressedBase64(histogram), complete };
}

test('a load whose requests started too late is measured once more at half the rate, and no other is', () => {
  assert.equal(lowerRate(1100, lagging(1.8)), 550);
  assert.equal(lowerRate(1100, lagging(0.9)), undefined);
  assert.equal(lowerRate(1, lagging(1.8)), undefined);
  assert.equal(lowerRate(1100, lagging(1.8, false)), undefined);
  assert.equal(lowerRate(1100, { startLag: '', complete: true }), undefined);
});
