import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atLeast, atMost, unmeasured } from '../../../bench/self/goal.ts';
import { goalTable } from './goal-table.ts';

test('goals stand in aligned columns with their direction, and what is not met says why', () => {
  const text = goalTable([
    atLeast('rate against pgbench', 0.98765, 0.95, 'ratio', 'six pairs'),
    atMost('start lag p99', 1.25, 1, 'ms', 'at 5000/s'),
    { ...atMost('price', 0.5, 1, '%', 'too much noise'), ok: null },
    unmeasured('many clients', 50, 'connections, at most', 'there is no pooler'),
    { name: 'gate', value: null, goal: null, unit: '', ok: null, why: 'no Go' },
  ]);
  assert.equal(
    text,
    [
      'met      rate against pgbench  0.988  goal >= 0.95 ratio',
      'missed   start lag p99          1.25  goal <= 1 ms',
      '         at 5000/s',
      'open     price                   0.5  goal <= 1 %',
      '         too much noise',
      'missing  many clients              -  goal <= 50 connections',
      '         there is no pooler',
      'missing  gate                      -',
      '         no Go',
    ].join('\n'),
  );
});
