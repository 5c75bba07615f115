import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { build, type Histogram } from 'hdr-histogram-js';
import { decodeHistogram as decodeBuckets } from '../hdr-log/decode.ts';
import { valueAt } from '../hdr-log/summarise.ts';
import { decodeHistogram } from './decode.ts';
import { mergeHistograms } from './merge.ts';

/** Written by infra/k6/engine/sketch_fixture_test.go: what a Sketch encodes, and how hdrhistogram-go counts the same. */
interface Sketched {
  readonly name: string;
  readonly values: readonly number[];
  readonly text: string;
  readonly buckets: readonly (readonly [from: number, to: number, count: number])[];
  readonly quantiles: Readonly<Record<string, number>>;
}
const sketches = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../infra/k6/engine/testdata/sketches.json'), 'utf8'),
) as Sketched[];

/** As the load engine's histograms are. */
function recorded(values: readonly number[]): Histogram {
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 64,
    highestTrackableValue: 600e9,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

const quantilesOf = (histogram: Histogram) => (percent: string) =>
  histogram.getValueAtPercentile(Number(percent));

test('the fixture has both forms of a sketch, and quantiles to compare', () => {
  assert.deepEqual(
    sketches.map(({ name, quantiles }) => [name, Object.keys(quantiles).sort()]),
    [
      ['edges', ['100']],
      ['many', ['100', '50', '90', '99', '99.9']],
    ],
  );
});

for (const { name, values, text, buckets, quantiles } of sketches) {
  const mapped = (at: (percent: string) => number) =>
    Object.fromEntries(Object.keys(quantiles).map((percent) => [percent, at(percent)]));

  test(`${name}: our decoder of logs reads the buckets of a sketch that hdrhistogram-go has`, () => {
    const read = decodeBuckets(text, (bytes) => inflateSync(bytes));
    assert.deepEqual(
      read.map(({ low, high, count }) => [low, high, count]),
      buckets,
    );
  });

  test(`${name}: Go, hdrhistogram-go, hdr-histogram-js and our own decoder have the same quantiles`, () => {
    const read = decodeBuckets(text, (bytes) => inflateSync(bytes));
    assert.deepEqual(
      mapped((percent) => valueAt(read, values.length, Number(percent))!),
      quantiles,
    );
    assert.deepEqual(mapped(quantilesOf(decodeHistogram(text)!)), quantiles);
    assert.deepEqual(mapped(quantilesOf(recorded(values))), quantiles);
    assert.deepEqual(mapped(quantilesOf(mergeHistograms([decodeHistogram(text)])!)), quantiles);
  });
}
