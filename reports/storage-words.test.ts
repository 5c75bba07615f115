import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthWords, limitWords } from './storage-words.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const limit = (earliestDays: number | null, latestDays: number | null) =>
  plain(limitWords({ limit: 100 * 1024 ** 3, earliestDays, latestDays }));

test('a limit has a range of dates in words, and no number of days that nobody plans with', () => {
  assert.equal(limit(12, 30.4), '100 GiB are reached in 12 days to 30 days');
  assert.equal(limit(900, 1800), '100 GiB are reached in 2.47 years to 4.93 years');
  assert.equal(
    limit(1_244_607, null),
    '100 GiB are reached in more than 100 years at the earliest, and at the low end of the range never',
  );
  assert.equal(limit(1_244_607, 2_000_000), '100 GiB are reached in more than 100 years');
  assert.equal(limit(null, null), '100 GiB are not reached at this pace');
});

test('a growth whose range reaches below nothing is none that is certain', () => {
  assert.equal(
    plain(growthWords({ value: 2048, low: 1024, high: 3072 })),
    'The data grow by 1.00 KiB to 3.00 KiB a day',
  );
  assert.match(
    plain(growthWords({ value: -15_258, low: -40_960, high: 10_240 })),
    /^No growth is certain: a day changed the size by -14\.9 KiB on average, .* may be -40\.0 KiB to 10\.0 KiB$/,
  );
});
