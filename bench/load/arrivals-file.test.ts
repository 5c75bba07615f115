import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArrivals, readArrivals } from './arrivals-file.ts';

test('arrivals are seconds or times, from the first one on', () => {
  assert.deepEqual(parseArrivals('a', '# recorded\n10.5\n\n11 # two\n1.2e1\n'), [0, 0.5, 1.5]);
  assert.deepEqual(parseArrivals('a', '2026-11-01T12:00:00Z\r\n2026-11-01T12:00:00.250Z'), [0, 0.25]);
});

test('a bad line of arrivals is named by file and line', () => {
  const cases = [
    ['1\ntwo\n3', /monday\.txt:2: "two" is no time/],
    ['1\n2\n\n1.5', /monday\.txt:4: this arrival is earlier/],
    ['1\n1.2.3', /monday\.txt:2/],
    ['0\n1e999', /monday\.txt:2: "1e999" is no time/],
    ['-1e999\n0', /monday\.txt:1/],
    ['0\n2026-10-25T02:59:58Z', /monday\.txt:2: this arrival is a time, the ones before it are numbers/],
    [
      '2026-10-25T02:59:58Z\n2000000000',
      /monday\.txt:2: this arrival is a number, the ones before it are times/,
    ],
    ['2026-10-25T02:59:58Z\n2026-13-45T02:59:58Z', /monday\.txt:2/],
    ['# nothing\n7', /monday\.txt has 1 arrivals/],
  ] as const;
  for (const [text, message] of cases)
    assert.throws(() => parseArrivals('monday.txt', text), { reason: 'usage', message });
  assert.throws(() => readArrivals('/nowhere/monday.txt'), { reason: 'usage', message: /ENOENT/ });
});
