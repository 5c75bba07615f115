import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelFromSize } from './level-from-size.ts';

test('a B-tree of one leaf has its root there, and each level more holds as many pages again as a page has keys', () => {
  assert.equal(levelFromSize(1, 8), 0);
  assert.equal(levelFromSize(2, 8), 0);
  assert.equal(levelFromSize(4, 8), 1); // the first page, a root, two leaves
  assert.equal(levelFromSize(276, 8), 1); // as PostgreSQL builds it of 100,000 bigint
  assert.equal(levelFromSize(2745, 8), 2); // of a million
  assert.equal(levelFromSize(110, 32), 1);
  assert.ok(levelFromSize(10_000, 300) > levelFromSize(10_000, 8), 'wide keys make a higher tree');
});
