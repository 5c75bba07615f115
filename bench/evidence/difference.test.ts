import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, differences } from './difference.ts';

test('counters become what was counted between, names and nulls stay', () => {
  assert.deepEqual(difference({ key: 'a', reads: 3, ms: null }, { key: 'a', reads: 10, ms: null }), {
    key: 'a',
    reads: 7,
    ms: null,
  });
});

test('after a reset all counters of the row count from zero, also those that have grown past their old value', () => {
  assert.deepEqual(difference({ calls: 100, rows: 5 }, { calls: 20, rows: 8 }), { calls: 20, rows: 8 });
});

test('rows that are new count whole, rows in which nothing happened are left out', () => {
  const before = [
    { key: 'a', calls: 1 },
    { key: 'b', calls: 5 },
  ];
  const after = [...before.slice(0, 1), { key: 'b', calls: 7 }, { key: 'c', calls: 2 }];
  assert.deepEqual(differences(before, after), [
    { key: 'b', calls: 2 },
    { key: 'c', calls: 2 },
  ]);
});
