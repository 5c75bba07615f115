import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execution, literal } from '../postgres/prepared.ts';
import { interleave, orderOf } from './rounds.ts';

test('over as many rounds as there are contenders, each is once in each place', () => {
  for (const seed of [0, 1, 42, -3]) {
    const rounds = [0, 1, 2, 3].map((round) => orderOf(round, 4, seed));
    for (let place = 0; place < 4; place++)
      assert.deepEqual(rounds.map((order) => order[place]).toSorted(), [0, 1, 2, 3]);
  }
});

test('every other time the order turns round, so that nobody always follows the same other', () => {
  assert.deepEqual(orderOf(0, 4, 0), [0, 1, 2, 3]);
  assert.deepEqual(orderOf(4, 4, 0), [3, 2, 1, 0]);
});

test('rounds are interleaved, and a contender with fewer rounds takes part in the first ones', async () => {
  const log: string[] = [];
  const contender = (name: string, rounds: number) => ({
    rounds,
    slot: async (round: number) => {
      log.push(`${name}${round}`);
      return round;
    },
  });
  const times = await interleave([contender('a', 3), contender('b', 1)], 0, () => false);
  assert.deepEqual(log, ['a0', 'b0', 'a1', 'a2']);
  assert.deepEqual(times, [[0, 1, 2], [0]]);
});

test('rounds end when the time is over, between rounds', async () => {
  let slots = 0;
  const contender = { rounds: 9, slot: async () => ++slots };
  const times = await interleave([contender, contender], 0, () => slots >= 4);
  assert.deepEqual(
    times.map(({ length }) => length),
    [2, 2],
  );
});

test('values become literals that mean what was bound', () => {
  assert.equal(literal("it's"), "'it''s'");
  assert.equal(literal('a\\b'), " E'a\\\\b'");
  assert.equal(literal(null), 'NULL');
  assert.equal(execution('s', []), 'EXECUTE s');
  assert.equal(execution('s', ['1', null]), "EXECUTE s('1', NULL)");
});
