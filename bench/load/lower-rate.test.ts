import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { samplesThatBound } from '../../analysis/statistics/quantile-ranks.ts';
import { suites } from '../../config/suites.ts';
import { seconds } from '../../config/units.ts';
import { probesEvery } from '../lag/probe-window.ts';
import { lowerRate, timeFor } from './load.ts';

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

test('a slow load is measured for as long as it takes to bound its p99, within thrice the planned time', () => {
  assert.equal(timeFor(100, seconds(11)), 11_000);
  assert.equal(timeFor(undefined, seconds(11)), 11_000);
  const slow = timeFor(20, seconds(11));
  assert.ok(slow > 11_000 && (20 * slow) / 1000 >= samplesThatBound(0.99) * 1.2, `${slow} ms`);
  assert.equal(timeFor(2, seconds(11)), 33_000);
});

test('every suite probes the lag often enough to bound its p99, also where a fifth of the probes come late', () => {
  for (const [name, { lagProbe }] of Object.entries(suites))
    assert.ok((0.8 * lagProbe) / probesEvery >= samplesThatBound(0.99), `${name}: ${lagProbe} ms`);
});
