import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexSize } from './index-size.ts';

const bigint = { keyBytes: 8, deduplicates: true, fillfactor: 90 };

/** What PostgreSQL 18 builds of generate_series(1, 100000) as it is, and modulo 10, 1000. */
test('a B-tree is as large as PostgreSQL builds it of such rows, to a few per cent', () => {
  for (const [distinct, pages] of [
    [100_000, 276],
    [1000, 86],
    [10, 87],
  ] as const) {
    const estimated = indexSize({ ...bigint, rows: 100_000, distinct }).pages;
    assert.ok(Math.abs(estimated / pages - 1) < 0.06, `${distinct} keys: ${estimated} pages, not ${pages}`);
  }
  assert.deepEqual(indexSize({ ...bigint, rows: 0, distinct: 0 }), { pages: 1, level: 0 });
  assert.deepEqual(indexSize({ ...bigint, rows: 5, distinct: 5 }), { pages: 2, level: 0 });
  assert.equal(indexSize({ ...bigint, rows: 100_000, distinct: 100_000 }).level, 1);
});

test('keys that may not share a tuple, or of which nothing is known, are counted one by one', () => {
  const rows = 100_000;
  const one = indexSize({ ...bigint, rows, distinct: rows }).pages;
  assert.equal(indexSize({ ...bigint, rows, distinct: 10, deduplicates: false }).pages, one);
  assert.equal(indexSize({ ...bigint, rows, distinct: null }).pages, one);
  assert.ok(indexSize({ ...bigint, rows, distinct: rows, fillfactor: 50 }).pages > 1.7 * one);
});
