import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRecoveryObjective, type RecoveryFacts, recoveryObjectives } from './recoveries.ts';

const ledger = {
  ...{ acknowledged: 100, present: 100, lost: 0, refused: 0, notSent: 0, uncertain: 0 },
  ...{ unacknowledgedPresent: 0, impossible: 0, why: null },
};
const row: RecoveryFacts = {
  ...{ name: 'pitr', case: 'DROP TABLE', promise: 'no-loss', digestEqual: true, ledger },
  digestWhy: 'all 7 rows of 2 tables are the same',
};
const of = (...rows: Partial<RecoveryFacts>[]) =>
  Object.fromEntries(
    recoveryObjectives(rows.map((changes) => ({ ...row, ...changes }))).map(({ name, ok, value }) => [
      name,
      [ok, value],
    ]),
  );
const [differs, lost] = [
  'pitr (DROP TABLE): restored rows differ',
  'pitr (DROP TABLE): writes lost or too many',
];

test('the same rows and every acknowledged write, in every repetition', () => {
  assert.deepEqual(of({}, {}), { [differs]: [true, 0], [lost]: [true, 0] });
  assert.ok(isRecoveryObjective(differs) && isRecoveryObjective(lost));
});

test('one restore of ten whose rows differ misses it', () => {
  assert.deepEqual(of({}, { digestEqual: false })[differs], [false, 1]);
  assert.deepEqual(of({ digestEqual: null }, { digestEqual: false })[differs], [false, 1]);
});

test('a write that is gone misses it, and so does one from after the moment that was restored', () => {
  assert.deepEqual(of({}, { ledger: { ...ledger, lost: 2 } })[lost], [false, 2]);
  assert.deepEqual(of({}, { ledger: { ...ledger, impossible: 1 } })[lost], [false, 1]);
});

test('what was not compared has not passed', () => {
  assert.deepEqual(of({}, { digestEqual: null })[differs], [null, null]);
  const unread = { ...ledger, lost: null, impossible: null, why: 'the server is away' };
  assert.deepEqual(of({}, { ledger: unread })[lost], [null, null]);
  assert.deepEqual(of({ ledger: { ...ledger, acknowledged: 0 } })[lost], [null, null]);
});

test('where a loss is measured and not promised, the rows at rest still must be the same', () => {
  assert.deepEqual(of({ promise: 'none', ledger: { ...ledger, lost: 9 } }), { [differs]: [true, 0] });
});
