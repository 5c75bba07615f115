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

test('circumstances stand in one table of what is true and what was said, the notes of what was not right below it', () => {
  const goal = { name: 'n', value: 1, goal: 1, unit: 'right, at least', ok: true, why: '' };
  const quiet = { circumstance: 'quiet', truth: ['pass'], said: 'pass', judgement: 'right' } as const;
  const stall = {
    ...{ circumstance: 'stall', truth: ['objective-missed', 'inconclusive'] },
    ...{ said: 'pass', judgement: 'false green' as const },
  } as const;
  assert.equal(
    goalTable([
      atLeast('rate against pgbench', 0.98, 0.95, 'ratio', ''),
      { ...goal, heard: quiet },
      { ...goal, ok: false, value: 0, why: 'It said pass.', heard: stall },
      {
        ...{ ...goal, ok: null, value: null, why: 'no pooler' },
        heard: {
          circumstance: 'pooler killed',
          truth: ['objective-missed'],
          said: null,
          judgement: 'missing' as const,
        },
      },
    ]),
    [
      'met  rate against pgbench  0.98  goal >= 0.95 ratio',
      '',
      'judgement    circumstance   true of it                        it said',
      'right        quiet          pass                              pass',
      'false green  stall          objective-missed or inconclusive  pass',
      'missing      pooler killed  objective-missed                  -',
      '',
      'stall: It said pass.',
      'pooler killed: no pooler',
    ].join('\n'),
  );
});
