import type { JsHistogram } from 'hdr-histogram-js';
import type { LoadResult } from '../../result/measures/load.ts';
import type { Histogram } from './decode.ts';

const nanoseconds = 1e6; // in a millisecond
/** Classes double: a picture of three decades has ten of them. */
const factor = 2;
const maxClasses = 24;
const maxColumns = 150;

/**
 * How many samples of each second lie in which class of values; null where there are none. Of a long run several seconds
 * are one column. The classes double from the least value to the largest.
 */
export function heatMap(seconds: readonly (Histogram | null)[]): NonNullable<LoadResult['heat']> | null {
  const known = seconds.filter((each) => each !== null && each.totalCount > 0) as Histogram[];
  if (known.length === 0) return null;
  const most = Math.max(...known.map(({ maxValue }) => maxValue)) / nanoseconds;
  const least = Math.min(...known.map((each) => each.getValueAtPercentile(1))) / nanoseconds;
  const boundsMs = boundsFrom(Math.max(least, most / factor ** (maxClasses - 1)), most);
  const secondsEach = Math.max(1, Math.ceil(seconds.length / maxColumns));
  const counts = Array.from({ length: Math.ceil(seconds.length / secondsEach) }, (_, column) =>
    seconds
      .slice(column * secondsEach, (column + 1) * secondsEach)
      .map((histogram) => countsIn(histogram, boundsMs))
      .reduce(
        (sum, each) => sum.map((count, at) => count + each[at]!),
        Array<number>(boundsMs.length + 1).fill(0),
      ),
  );
  return { secondsEach, boundsMs, counts };
}

/** Powers of two of a millisecond, so that the bounds of two runs are the same numbers. */
function boundsFrom(least: number, most: number): number[] {
  const [from, to] = [Math.ceil(Math.log2(least)), Math.ceil(Math.log2(most))];
  return Array.from({ length: Math.max(1, to - from) }, (_, at) => factor ** (from + at));
}

/** Samples in each class; those above the last bound are the class after it. */
function countsIn(histogram: Histogram | null, boundsMs: readonly number[]): number[] {
  const counts = Array<number>(boundsMs.length + 1).fill(0);
  if (!histogram || histogram.totalCount === 0) return counts;
  const counted = histogram as JsHistogram;
  const last = counted.countsArrayIndex(counted.maxValue);
  for (let index = 0, at = 0; index <= last; index++) {
    const count = counted.getCountAtIndex(index);
    if (count === 0) continue;
    const value = counted.valueFromIndex(index) / nanoseconds;
    while (at < boundsMs.length && value > boundsMs[at]!) at++;
    counts[at]! += count;
  }
  return counts;
}
