import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stallsOf } from './stalls.ts';

const open = { model: 'open', offered: 2000, durationSeconds: 10, requests: 2000, seconds: 10.2 } as const;

test('a gap in which requests were due is a stall, with the longest response of its end', () => {
  const stalls = stallsOf({ ...open, gaps: [{ from: 4, to: 5.4 }] }, (second) => 100 * second);
  assert.deepEqual(stalls, [{ fromS: 4, toS: 5.4, due: 280, longestResponseMs: 500 }]);
});

test('a gap in which hardly anybody was expected is none', () => {
  const rare = { ...open, offered: 100, requests: 100, gaps: [{ from: 4, to: 5.4 }] };
  assert.deepEqual(
    stallsOf(rare, () => null),
    [],
  );
  const afterTheEnd = { ...open, gaps: [{ from: 9.95, to: 12 }] };
  assert.deepEqual(
    stallsOf(afterTheEnd, () => null),
    [],
  );
});

test('a closed loop stalls by the rate that it has otherwise', () => {
  const closed = { ...open, model: 'closed', requests: 900, gaps: [{ from: 1, to: 2.2 }] } as const;
  assert.equal(stallsOf(closed, () => null)[0]?.due, 120);
});
