import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, unmeasured } from '../../../bench/self/goal.ts';
import { exitCodes } from '../../../config/fault.ts';
import { verdict } from './verdict.ts';

const met = atLeast('a', 1, 1, 'ratio', '');
const missed = atLeast('b', 0.9, 1, 'ratio', '');
const missing = unmeasured('c', 1, 'ratio, at least', 'no pgbench');
const open = { ...met, ok: null };
const code = (...goals: (typeof met)[]) => exitCodes[verdict(goals)];

test('all goals met is 0, one missed 1, one without its component 4, one that was not settled 3', () => {
  assert.equal(code(met, met), 0);
  assert.equal(code(met, missed), 1);
  assert.equal(code(met, missing), 4);
  assert.equal(code(met, open), 3);
});

test('a missed goal is told before a missing one, and that before one that was not settled', () => {
  assert.equal(code(open, missing, missed), 1);
  assert.equal(code(open, missing), 4);
});
