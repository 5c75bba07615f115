import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotPair } from './slot-pair.ts';

test('a slot keeps the ratio of neighbours through a machine that changes its pace', () => {
  const paces = [1, 1, 1, 1.7, 1.7, 1.7, 1.7, 0.9];
  const [a, b] = slotPair(paces.map((pace) => [2 * pace, 2.1 * pace]));
  assert.ok(Math.abs(b / a - 1.05) < 1e-12);
  assert.equal(a, 2 * ((1 + 1.7) / 2));
});

test('batches that one side alone was disturbed in do not move it while they are the fewer', () => {
  const [a, b] = slotPair([
    [2, 2],
    [2, 2],
    [2, 2],
    [2, 9],
    [9, 2],
  ]);
  assert.deepEqual([a, b], [2, 2]);
});
