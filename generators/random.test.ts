import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modulo, Permutation, Random, remainder, subjects } from './random.ts';

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.next());

test('draws depend on seed, subject and row, and on nothing drawn before', () => {
  const random = new Random(7);
  const first = draws(random.at(subjects.order, 41), 5);
  draws(random.at(subjects.item, 99), 17);
  assert.deepEqual(draws(random.at(subjects.order, 41), 5), first);
  assert.notDeepEqual(draws(random.at(subjects.order, 42), 5), first);
  assert.notDeepEqual(draws(random.at(subjects.item, 41), 5), first);
  assert.notDeepEqual(draws(new Random(8).at(subjects.order, 41), 5), first);
  assert.notDeepEqual(draws(random.at(subjects.order, 41 + 2 ** 32), 5), first);
});

test('seeds that differ only above 32 bits make different draws', () => {
  assert.notDeepEqual(
    draws(new Random(5).at(subjects.user, 1), 3),
    draws(new Random(5 + 2 ** 32).at(subjects.user, 1), 3),
  );
});

test('the first draws of successive rows are uniform', () => {
  const random = new Random(1);
  const buckets = new Array<number>(16).fill(0);
  const rows = 64_000;
  for (let row = 0; row < rows; row++) buckets[random.at(subjects.product, row).below(16)]!++;
  const chiSquare = buckets.reduce((sum, n) => sum + (n - rows / 16) ** 2 / (rows / 16), 0);
  assert.ok(chiSquare < 45, `chi-square of 15 degrees is ${chiSquare}`); // p < 0.0001
});

test('a permutation reaches every place once, whatever its size', () => {
  for (const size of [1, 2, 3, 17, 1000, 4097]) {
    const permutation = new Permutation(size, 3);
    const seen = new Set(Array.from({ length: size }, (_, index) => permutation.at(index)));
    assert.equal(seen.size, size);
    for (const index of seen) assert.equal(permutation.inverse(permutation.at(index)), index);
    assert.ok(Math.max(...seen) === size - 1 && Math.min(...seen) === 0);
  }
});

test('a permutation scatters neighbours', () => {
  const permutation = new Permutation(10_000, 5);
  let near = 0;
  for (let index = 1; index < 10_000; index++)
    if (Math.abs(permutation.at(index) - permutation.at(index - 1)) < 100) near++;
  assert.ok(near < 400, `${near} of 10000 neighbours stayed near; 200 are expected`);
});

test('three draws at once are the first three', () => {
  const words = new Int32Array(3);
  const [random, other] = [new Random(7), new Random(7)];
  for (const row of [0, 41, 2 ** 31, 2 ** 40 + 3]) {
    random.three(subjects.itemId, row, words);
    assert.deepEqual(
      [...words].map((word) => word >>> 0),
      draws(other.at(subjects.itemId, row), 3),
    );
  }
});

test('remainders are exact up to the largest whole numbers', () => {
  const values = [0, 1, 6, 7, 2 ** 31, 2 ** 32 - 1, 4_300_000_123, 2 ** 53 - 1, 2 ** 53 - 2];
  for (const by of [1, 2, 7, 799, 1_000_003, 2 ** 31 + 11])
    for (const value of values) {
      assert.equal(remainder(value, by), Number(BigInt(value) % BigInt(by)), `${value} % ${by}`);
      if (value < 2 ** 32) assert.equal(modulo(value, by), value % by);
    }
});
