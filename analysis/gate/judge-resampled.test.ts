import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWork } from '../statistics/judge-work.ts';
import { judgeResampled } from './judge-resampled.ts';

test('pages differ from a tenth and three pages on', () => {
  assert.equal(judgeWork(100, 110), 'same');
  assert.equal(judgeWork(100, 111), 'more');
  assert.equal(judgeWork(10, 12), 'same');
  assert.equal(judgeWork(10, 13), 'more');
  assert.equal(judgeWork(111, 100), 'less');
});

test('a difference that a re-ANALYZE alone can make or undo is unstable; one that stays is told', () => {
  assert.equal(judgeResampled([10, 10, 10, 10], [40, 40, 41, 40]), 'more');
  assert.equal(judgeResampled([40, 40, 42, 40], [10, 10, 10, 11]), 'less');
  assert.equal(judgeResampled([10, 40, 10, 10], [40, 40, 40, 40]), 'unstable');
  assert.equal(judgeResampled([10, 10, 10, 10], [40, 10, 40, 40]), 'unstable');
  // both flip, and yet the worst before is better than the best after: a dropped index is found
  assert.equal(judgeResampled([10, 12, 10, 10], [400, 90, 400, 90]), 'more');
  assert.equal(judgeResampled([10, 40, 10, 10], [10, 40, 40, 10]), 'same');
});
