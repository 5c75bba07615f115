import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'hdr-histogram-js';
import { heatMap } from './heat-map.ts';

/** A second with these times, in milliseconds. */
const second = (...times: number[]) => {
  const histogram = build({
    ...{ bitBucketSize: 64, lowestDiscernibleValue: 64, highestTrackableValue: 600e9 },
    numberOfSignificantValueDigits: 3,
  });
  for (const ms of times) histogram.recordValue(ms * 1e6);
  return histogram;
};

test('each request is in the class of its time and in the column of its second, and none is lost', () => {
  const { boundsMs, counts, secondsEach } = heatMap([second(0.6, 0.9, 1.5), null, second(3, 3.5, 7)])!;
  assert.deepEqual([secondsEach, boundsMs], [1, [1, 2, 4]]);
  assert.deepEqual(counts, [
    [2, 1, 0, 0],
    [0, 0, 0, 0],
    [0, 0, 2, 1],
  ]);
});

test('of a long run several seconds are one column, and the last one may hold fewer', () => {
  const { counts, secondsEach } = heatMap(Array.from({ length: 301 }, () => second(1.5)))!;
  assert.equal(secondsEach, 3);
  assert.equal(counts.length, 101);
  assert.equal(
    counts.flat().reduce((sum, each) => sum + each, 0),
    301,
  );
  assert.equal(Math.max(...counts.at(-1)!), 1);
});

test('values of one class have one bound, and a run without a request has no picture', () => {
  const { boundsMs, counts } = heatMap([second(3, 3.1)])!;
  assert.deepEqual([boundsMs, counts], [[4], [[2, 0]]]);
  assert.equal(heatMap([null, null]), null);
});

test('seven decades are still few classes: the least are in the first', () => {
  const { boundsMs, counts } = heatMap([second(0.0001, 400_000)])!;
  assert.ok(boundsMs.length <= 24);
  assert.equal(counts[0]![0], 1);
  assert.equal(counts[0]!.at(-1), 1);
});
