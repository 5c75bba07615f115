import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightPages } from './pages.ts';

const list = { list: 'orders', tenantClass: 'whale', joinedRows: 1200, pagesEqual: true };

test('pages that are the list meet the objective, and a run that did not page has none', () => {
  const [check] = rightPages([list, { ...list, list: 'products' }]);
  assert.equal(check!.ok, true);
  assert.match(check!.why, /^2,400 rows of 2 lists/);
  assert.deepEqual(rightPages([]), []);
});

test('a list with a row that comes twice misses it, and is named', () => {
  const [check] = rightPages([list, { ...list, pagesEqual: false, why: 'Row 7 comes twice.' }]);
  assert.equal(check!.ok, false);
  assert.equal(check!.value, 1);
  assert.equal(check!.why, 'orders, whale: Row 7 comes twice.');
});
