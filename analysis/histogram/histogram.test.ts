import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { decodeHistogram } from './decode.ts';
import { mergeHistograms } from './merge.ts';
import { percentiles } from './percentiles.ts';
import { spectrum } from './spectrum.ts';

const of = (values: Iterable<number>) => {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 64,
    highestTrackableValue: 600e9,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of values) histogram.recordValue(value);
  return histogram;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => (from + i + 1) * 1e4);

/** What hdrhistogram-go 1.4.0 wrote for 1 ms, 2 ms, 3 ms, 1.4 s in the load engine's geometry. */
const fromGo = 'HISTFAAAADR42pJpmSzMwMDAywABzFDagYGBoXvTyQIG+w8QgYN+TH/5mVZzMP3uZWQCBAAA///C7Qmb';

test('a histogram that the Go side wrote is read', () => {
  const histogram = decodeHistogram(fromGo)!;
  assert.equal(histogram.totalCount, 4);
  assert.ok(Math.abs(histogram.maxValue / 1.4e9 - 1) < 0.001);
  assert.ok(Math.abs(histogram.getValueAtPercentile(50) / 2e6 - 1) < 0.001);
});

test('the empty text is the empty histogram', () => {
  assert.equal(decodeHistogram(''), null);
});

test('merged histograms have the percentiles of all samples, and the parts are left alone', () => {
  const parts = [of(range(0, 9000)), null, of(range(9000, 10_000))];
  const merged = percentiles(mergeHistograms(parts));
  assert.equal(merged.samples, 10_000);
  assert.ok(Math.abs(merged.p99! / 99 - 1) < 0.001); // ms; the parts' own p99 are 89.1 and 99.9
  assert.equal(parts[0]!.totalCount, 9000);
});

test('a merged histogram survives its encoding', () => {
  const merged = mergeHistograms([of(range(0, 100))])!;
  assert.equal(decodeHistogram(encodeIntoCompressedBase64(merged))!.totalCount, 100);
});

test('a p99 of fewer than 10,000 samples is not told, and the reason is', () => {
  const few = percentiles(of(range(0, 9_999)));
  assert.equal(few.p99, null);
  assert.match(few.why!, /there are 9999, p99 needs 10000, p99.9 needs 100000/);
  assert.notEqual(few.p90, null);
  const enough = percentiles(of(range(0, 10_000)));
  assert.notEqual(enough.p99, null);
  assert.equal(enough.p999, null);
});

test('no samples give no percentiles', () => {
  const none = percentiles(null);
  assert.deepEqual(
    [none.p50, none.p90, none.p99, none.p999, none.max, none.samples],
    [null, null, null, null, null, 0],
  );
});

test('a spectrum ends where fewer than 100 samples lie beyond', () => {
  const histogram = of(range(0, 10_000));
  const { percentile, responseMs } = spectrum(histogram, histogram).at(-1)!;
  assert.equal(percentile, 99);
  assert.ok(Math.abs(responseMs / 99 - 1) < 0.001);
});
