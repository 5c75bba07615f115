import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import * as hdr from 'hdr-histogram-js';
import { decodeHistogram } from './decode.ts';
import { readHdrLog } from './read.ts';
import { summarise, valueAt } from './summarise.ts';

const read = (text: string) => readHdrLog(text, (bytes) => inflateSync(bytes));
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

// The logs and the figures of HdrHistogram's own HistogramLogReaderWriterTest.java at de84b0a (public domain, CC0).
for (const { name, intervals, count, p999, max } of [
  { name: 'jHiccup-2.0.1.logV0.hlog', intervals: 81, count: 61256, p999: 1510998015, max: 1569718271 },
  { name: 'jHiccup-2.0.6.logV1.hlog', intervals: 88, count: 65964, p999: 1829765119, max: 1888485375 },
  { name: 'jHiccup-2.0.7S.logV2.hlog', intervals: 62, count: 48761, p999: 1745879039, max: 1796210687 },
])
  test(`${name} has the intervals, count, 99.9 % and maximum that HdrHistogram's tests publish`, () => {
    const log = read(fixture(name));
    const [all] = summarise(log.intervals);
    assert.deepEqual([log.intervals.length, log.badLines], [intervals, []]);
    assert.deepEqual([all!.count, valueAt(all!.buckets, all!.count, 99.9), all!.max], [count, p999, max]);
  });

test('tagged-Log.logV2.hlog: 32,290 samples, and the tag A has the same histogram as the untagged lines', () => {
  const [untagged, tagged, ...others] = summarise(read(fixture('tagged-Log.logV2.hlog')).intervals);
  assert.deepEqual(others, []);
  assert.deepEqual([untagged!.tag, tagged!.tag], [null, 'A']);
  assert.equal(untagged!.count + tagged!.count, 32290);
  assert.deepEqual({ ...untagged, tag: 'A' }, tagged);
});

/** A log as HistogramLogWriter of hdr-histogram-js writes it. */
function logOf(samples: Iterable<number>, tag?: string): string {
  let text = '';
  const writer = new hdr.HistogramLogWriter((content: string) => (text += content));
  writer.outputLogFormatVersion();
  writer.outputStartTime(1_000_000);
  writer.outputLegend();
  const histogram = hdr.build();
  if (tag) histogram.tag = tag;
  for (const sample of samples) histogram.recordValue(sample);
  writer.outputIntervalHistogram(histogram, 1000, 1001, 1);
  return text;
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('percentiles agree with hdr-histogram-js on a log that it wrote', () => {
  const recorded = hdr.build();
  for (const value of upTo(120_000)) recorded.recordValue(value);
  const histogram = hdr.decodeFromCompressedBase64(hdr.encodeIntoCompressedBase64(recorded));
  const [all] = summarise(read(logOf(upTo(120_000))).intervals);
  assert.deepEqual(
    [all!.count, all!.min, all!.p50, all!.p90, all!.p99, all!.p999, all!.max, all!.why],
    [
      120_000,
      1,
      histogram.getValueAtPercentile(50),
      histogram.getValueAtPercentile(90),
      histogram.getValueAtPercentile(99),
      histogram.getValueAtPercentile(99.9),
      histogram.maxValue,
      null,
    ],
  );
});

test('p99 needs 10,000 samples and p99.9 100,000: below that they are null, and why is said', () => {
  const at = (count: number) => summarise(read(logOf(upTo(count))).intervals)[0]!;
  assert.deepEqual([at(9_999).p99, at(9_999).p999], [null, null]);
  assert.match(at(9_999).why!, /p99 needs 10000, p99\.9 100000, here are 9999/);
  assert.equal(at(10_000).p99, 9903); // 9,900 lies in the bucket of 8 from 9,896
  assert.equal(at(99_999).p999, null);
  assert.match(at(99_999).why!, /p99\.9 needs 100000/);
  assert.equal(at(100_000).why, null);
});

test('a rank is rounded up, but not by rounding errors: 99.9 % of 1,000 samples is the 999th', () => {
  const buckets = upTo(1000).map((value) => ({ low: value, high: value, count: 1 }));
  assert.deepEqual(
    [0, 50, 99.9, 99.91, 100].map((percent) => valueAt(buckets, 1000, percent)),
    [1, 500, 999, 1000, 1000],
  );
});

test('a bad line among good ones is named with its number and reason, and the others are summed', () => {
  const good = logOf([5, 7]).trim().split('\n').at(-1)!;
  const base64 = good.split(',').at(-1)!;
  const bytes = Buffer.from(base64, 'base64');
  bytes[bytes.length - 6]! ^= 0xff;
  const doubles = Buffer.from(base64, 'base64');
  doubles.writeInt32BE(0x0c72124f);
  const unknown = Buffer.from(base64, 'base64');
  unknown.writeInt32BE(0x12345678);
  const lines = [
    '#[Histogram log format version 1.3]',
    good,
    'no interval',
    `x,1,2,${base64}`,
    `1,1,2,${base64.slice(0, 21)}`,
    `1,1,2,${base64.slice(0, 24)}`,
    `1,1,2,${bytes.toString('base64')}`,
    `Tag=d,1,1,2,${doubles.toString('base64')}`,
    `1,1,2,${unknown.toString('base64')}`,
    `Tag=t,${good}`,
    '1,1,2,',
  ];
  const { intervals, badLines } = read(lines.join('\n'));
  assert.deepEqual(
    intervals.map(({ line, tag }) => [line, tag]),
    [
      [2, null],
      [10, 't'],
    ],
  );
  assert.deepEqual(
    badLines.map(({ line }) => line),
    [3, 4, 5, 6, 7, 8, 9, 11],
  );
  const why = badLines.map((bad) => bad.why);
  for (const [i, expected] of [
    /this line 2/,
    /start "x" is not a number/,
    /not valid base64/,
    /cut off/,
    /cannot be inflated/,
    /DoubleHistogram/,
    /0x12345678/,
    /not valid base64/,
  ].entries())
    assert.match(why[i]!, expected);
});

/** A histogram of 2 digits from 1 to 1,000 as the old encodings have it. */
function encoded(version: 'v0' | 'v1', wordSize: 2 | 4 | 8, counts: readonly number[]): Buffer {
  const header = Buffer.alloc(version === 'v0' ? 32 : 40);
  const marks = { v0: 0x1c849308, v1: 0x1c849301 };
  header.writeInt32BE(marks[version] | (wordSize << 4));
  const at = version === 'v0' ? 4 : 12;
  if (version === 'v1') {
    header.writeInt32BE(counts.length * wordSize, 4);
    header.writeDoubleBE(1, 32);
  }
  header.writeInt32BE(2, at);
  header.writeBigInt64BE(1n, at + 4);
  header.writeBigInt64BE(1000n, at + 12);
  const payload = Buffer.alloc(counts.length * wordSize);
  for (const [i, count] of counts.entries())
    payload.writeIntBE(count, i * wordSize + Math.max(0, wordSize - 4), Math.min(4, wordSize));
  return Buffer.concat([header, payload]);
}

test('V0 and V1 are decoded with counts of 2, 4 and 8 bytes, compressed and plain', () => {
  const counts = [0, 3, 0, 0, 200, 1];
  const expected = [
    { low: 1, high: 1, count: 3 },
    { low: 4, high: 4, count: 200 },
    { low: 5, high: 5, count: 1 },
  ];
  for (const version of ['v0', 'v1'] as const)
    for (const wordSize of [2, 4, 8] as const) {
      const plain = encoded(version, wordSize, counts);
      const inflate = (bytes: Uint8Array) => inflateSync(bytes);
      assert.deepEqual(decodeHistogram(plain.toString('base64'), inflate), expected);
      const zipped = deflateSync(plain);
      const head = Buffer.alloc(8);
      head.writeInt32BE(version === 'v0' ? 0x1c849309 : 0x1c849302);
      head.writeInt32BE(zipped.length, 4);
      assert.deepEqual(decodeHistogram(Buffer.concat([head, zipped]).toString('base64'), inflate), expected);
    }
});

test('a bucket beyond the first group is as wide as its group: 2, then 4', () => {
  const counts = new Array<number>(256 + 128 + 1).fill(0);
  [counts[256], counts[384]] = [1, 2];
  assert.deepEqual(
    decodeHistogram(encoded('v1', 4, counts).toString('base64'), (bytes) => bytes),
    [
      { low: 256, high: 257, count: 1 },
      { low: 512, high: 515, count: 2 },
    ],
  );
});

test('negative counts, counts without buckets and impossible precision are refused', () => {
  const decode = (bytes: Buffer) => () => decodeHistogram(bytes.toString('base64'), (x) => x);
  assert.throws(decode(encoded('v1', 4, [-1])), /below 0/);
  assert.throws(decode(encoded('v1', 4, [...new Array<number>(8000).fill(0), 1])), /more counts/);
  const wrong = encoded('v1', 4, [1]);
  wrong.writeInt32BE(9, 12);
  assert.throws(decode(wrong), /precision or lowest/);
});

test('intervals of one tag are summed, other tags apart, and the unit is what a comment names', () => {
  const text = `#[Units: microseconds]\n${logOf([1, 2], 'read')}${logOf([3], 'read')}${logOf([9], 'write')}`;
  const log = read(text);
  assert.equal(log.unit, 'us');
  assert.deepEqual(
    summarise(log.intervals).map(({ tag, count, max }) => [tag, count, max]),
    [
      ['read', 3, 3],
      ['write', 1, 9],
    ],
  );
  assert.equal(read(logOf([1])).unit, null);
});

test('an interval without samples is no bad line, and its figures are null', () => {
  const [empty] = summarise(read(logOf([])).intervals);
  assert.deepEqual(
    [empty!.count, empty!.min, empty!.p50, empty!.max, empty!.why],
    [0, null, null, null, 'no samples'],
  );
});

test('of a unit a column only that of the values counts, and no name that begins like a unit', () => {
  const unitOf = (line: string) => readHdrLog(`${line}\n`, (bytes) => inflateSync(bytes)).unit;
  assert.equal(
    unitOf(
      '#UNITS: StartTimestamp = seconds since StartTime; Interval_Length = seconds, Interval_Max = milliseconds, values in the histogram = nanoseconds',
    ),
    'ns',
  );
  assert.equal(unitOf('#UNITS: StartTimestamp = seconds since StartTime; Interval_Length = seconds'), null);
  assert.equal(unitOf('#[Units: microseconds]'), 'us');
  assert.equal(unitOf('# unit: ms'), 'ms');
  assert.equal(unitOf('# values are seconds'), 's');
});
