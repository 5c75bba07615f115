import assert from 'node:assert/strict';
import { test } from 'node:test';
import { size } from './size.ts';

test('sizes are read in decimal units, and what is none is refused', () => {
  assert.deepEqual(
    ['0', '12B', '1.5kB', '500 MB', '20GB', '2TB'].map((text) => size('--max-size', text)),
    [0, 12, 1500, 500e6, 20e9, 2e12],
  );
  for (const text of ['', 'GB', '-1GB', '20 gigabytes', '1e3', '20GiB'])
    assert.throws(() => size('--max-size', text), /--max-size takes a size/);
});
