import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefixOf } from './index-prefix.ts';

const index = (keys: string, included = '') => ({
  keys: keys.split(',').map((key) => key.split(' ')[0]!),
  orders: keys.split(',').map((key) => `10 0 ${key.split(' ')[1] ?? 0}`),
  included: included.split(',').filter(Boolean),
});
const of = (short: ReturnType<typeof index>, long: ReturnType<typeof index>) => prefixOf(short, long);

test('an index does what a shorter one does, forwards or backwards, for every search or where the first columns are equal', () => {
  assert.equal(of(index('a'), index('a,b')), 'whole');
  assert.equal(of(index('a,b'), index('a,b')), 'whole');
  assert.equal(of(index('a 3,b 3'), index('a,b,c')), 'whole', 'backwards');
  assert.equal(of(index('a,b 3'), index('a,b,c')), 'where equal');
  assert.equal(of(index('a,b,c 3'), index('a,b,c')), 'where equal');
  assert.equal(of(index('a,b 3,c'), index('a,b,c')), null, 'b is a range where c is asked for');
  assert.equal(of(index('a,b 1'), index('a,b')), null, 'nulls stand elsewhere');
  assert.equal(of(index('a'), index('b,a')), null);
  assert.equal(of(index('a,b'), index('a')), null);
  assert.equal(of(index('a', 'x'), index('a,b')), null);
  assert.equal(of(index('a', 'x'), index('a,x')), 'whole');
  assert.equal(of(index('a', 'x'), index('a', 'y,x')), 'whole');
  assert.equal(prefixOf({ ...index('a'), orders: ['11 0 0'] }, index('a')), null, 'another operator class');
  assert.equal(prefixOf({ ...index('a'), orders: ['10 9 0'] }, index('a')), null, 'another collation');
});
