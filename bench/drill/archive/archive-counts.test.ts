import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeArchive } from './archive-counts.ts';

const before = {
  ...{ orders: 100, archived_orders: 0, items: 300, archived_items: 0 },
  ...{ doubled_orders: 0, doubled_items: 0, bytes: 2_000_000 },
};
const after = { ...before, orders: 60, archived_orders: 40, items: 185, archived_items: 120 };

test('every order and item once, the added ones too', () => {
  const { ok, how } = judgeArchive(before, after, 5);
  assert.equal(ok, true);
  assert.match(how, /40 of 100 orders moved, each order and each of 305 items \(5 of them added meanwhile\)/);
});

test('an item that went with its order, one that is there twice, and a lost order are named', () => {
  assert.deepEqual(judgeArchive(before, after, 6), {
    ok: false,
    how: '305 items are there, and 306 should be',
  });
  assert.equal(judgeArchive(before, { ...after, doubled_items: 1 }, 5).ok, false);
  assert.equal(judgeArchive(before, { ...after, doubled_orders: 1 }, 5).ok, false);
  assert.match(
    judgeArchive(before, { ...after, orders: 59 }, 5).how,
    /99 orders are there, and 100 should be/,
  );
});

test('where nothing was moved nothing was shown', () => {
  assert.equal(judgeArchive(before, before, 0).ok, null);
});
