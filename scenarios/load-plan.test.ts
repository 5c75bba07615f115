import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileLoadPlan, selectStatements, zipfWeights } from './load-plan.ts';
import type { Statement } from './statement.ts';

const statement = (name: string): Statement => ({
  name,
  what: name,
  sql: 'SELECT $1',
  params: [],
  sources: new Map(),
  expects: [],
  weight: 2,
  role: 'app',
  kind: 'read',
  file: `${name}.sql`,
});
const tenants = [
  { class: 'whale', id: 'a', userId: 'u', weight: 1 },
  { class: 'minnow', id: 'b', userId: 'v', weight: 0.5 },
];

test('a plan holds parameters by statement and tenant, without tenants that have none', () => {
  const draws = new Map([
    ['one', [[['1'], [null]], []]],
    ['none', [[], []]],
  ]);
  const plan = compileLoadPlan([statement('one'), statement('none')], tenants, draws);
  assert.deepEqual(plan.draws, { one: { 0: [['1'], [null]] } });
  assert.deepEqual(
    plan.statements.map(({ name }) => name),
    ['one'],
  );
  assert.equal(plan.tenants.length, 2);
});

test('a plan without anything to send is refused', () => {
  assert.throws(
    () => compileLoadPlan([statement('none')], tenants, new Map([['none', [[], []]]])),
    /0 and 2/,
  );
});

test('a statement that the catalogue does not have is refused with the nearest name', () => {
  assert.throws(
    () => selectStatements([statement('orders/recent')], ['orders/recnt']),
    (error: { next: string }) => /orders\/recent/.test(error.next),
  );
});

test('Zipf weights fall with the rank', () => {
  assert.deepEqual(zipfWeights(4), [1, 1 / 2, 1 / 3, 1 / 4]);
});
