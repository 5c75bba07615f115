import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgedPair } from './judged-pair.ts';

test('figures beside a ratio are those of the pairs that were judged, never a change in the other direction', () => {
  // each pair is 10 % slower, and yet B's median is below A's
  const pairs = [
    [1, 1.1],
    [1, 1.1],
    [4, 4.4],
    [5, 0.9],
    [5, 1],
  ] as const;
  assert.deepEqual(judgedPair(pairs, 1.1), { a: 4, b: 4.4 });
  assert.deepEqual(judgedPair(pairs, null), { a: 4, b: 1.1 });
  assert.deepEqual(judgedPair([], 1.1), { a: null, b: null });
  assert.deepEqual(judgedPair([], null), { a: null, b: null });
});
