import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type DrillFacts,
  drillObjectives,
  isCaseObjective,
  type RecoveryFacts,
  recoveryObjectives,
  type UpkeepFacts,
  upkeepObjectives,
} from './case-objectives.ts';

suite('faults', () => {
  const ledger = {
    ...{ acknowledged: 100, present: 100, lost: 0, refused: 0, notSent: 1, uncertain: 2 },
    ...{ unacknowledgedPresent: 1, impossible: 0, why: null },
  };
  const row: DrillFacts = {
    ...{ name: 'kill', case: 'postmaster', via: 'pooler', promise: 'no-loss', healed: true },
    ...{ healedHow: 'the primary takes writes', ledger, unavailableMs: 800, why: null },
  };
  const of = (...rows: Partial<DrillFacts>[]) => {
    const all = drillObjectives(rows.map((changes) => ({ ...row, ...changes })));
    return Object.fromEntries(all.map(({ name, ok }) => [name, ok]));
  };
  const [lost, healed] = ['kill (postmaster): acknowledged writes lost', 'kill (postmaster): not healed'];

  test('every acknowledged write there and everything healed: both hold', () => {
    assert.deepEqual(of({}), { [lost]: true, [healed]: true });
    assert.ok(isCaseObjective(lost) && isCaseObjective(healed));
  });

  test('a repetition that is not known does not hide the loss of another', () => {
    const unread = { ...ledger, present: null, lost: null, impossible: null, why: 'the server is away' };
    assert.equal(of({ ledger: unread }, { ledger: { ...ledger, lost: 1 } })[lost], false);
    assert.equal(of({ ledger: { ...ledger, impossible: null } })[lost], null);
    assert.equal(of({ healed: null }, { healed: false })[healed], false);
  });

  test('one lost write in one repetition misses it, and so does a row that must not be there', () => {
    assert.equal(of({}, { ledger: { ...ledger, lost: 1 } })[lost], false);
    assert.equal(of({}, { ledger: { ...ledger, impossible: 1 } })[lost], false);
  });

  test('what was not checked, had no writes or met no load has not passed', () => {
    const unread = { ...ledger, present: null, lost: null, impossible: null, why: 'the server is away' };
    assert.equal(of({}, { ledger: unread })[lost], null);
    assert.equal(of({ ledger: { ...ledger, acknowledged: 0, present: 0 } })[lost], null);
    assert.equal(of({ unavailableMs: null, why: 'no request was due during the fault' })[lost], null);
  });

  test('where the loss is only measured nothing is promised, and healing still is', () => {
    assert.deepEqual(of({ promise: 'none', ledger: { ...ledger, lost: 7 } }), { [healed]: true });
  });

  test('what is said of a miss is said by the repetition that missed, and one promise binds all of them', () => {
    const of = drillObjectives([
      { ...row, promise: 'none' },
      { ...row, healed: false, healedHow: 'replica1 does not stream', ledger: { ...ledger, lost: 3 } },
    ]);
    assert.deepEqual(
      of.map(({ ok, value }) => [ok, value]),
      [
        [false, 3],
        [false, 1],
      ],
    );
    assert.equal(of[1]!.why, 'replica1 does not stream.');
  });

  test('not healed is missed; not looked at is open', () => {
    assert.equal(of({}, { healed: false })[healed], false);
    assert.equal(of({}, { healed: null })[healed], null);
  });
});

suite('restores', () => {
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
    assert.ok(isCaseObjective(differs) && isCaseObjective(lost));
  });

  test('one restore of ten whose rows differ misses it', () => {
    assert.deepEqual(of({}, { digestEqual: false })[differs], [false, 1]);
    assert.deepEqual(of({ digestEqual: null }, { digestEqual: false })[differs], [false, 1]);
  });

  test('a write that is gone misses it, and so does one from after the moment that was restored', () => {
    assert.deepEqual(of({}, { ledger: { ...ledger, lost: 2 } })[lost], [false, 2]);
    assert.deepEqual(of({}, { ledger: { ...ledger, impossible: 1 } })[lost], [false, 1]);
  });

  test('what is said of rows that differ is said by the restore whose rows did', () => {
    const other = { ...row, digestEqual: false, digestWhy: 'core.orders differs' } as const;
    assert.equal(recoveryObjectives([row, other])[0]!.why, 'core.orders differs');
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
});

suite('upkeep', () => {
  const row: UpkeepFacts = { case: 'one', healed: true, healedHow: 'all is back', why: null };
  const of = (...rows: Partial<UpkeepFacts>[]) =>
    upkeepObjectives(
      'vacuum',
      rows.map((changes) => ({ ...row, ...changes })),
    ).map(({ ok }) => ok);

  test('what was seen and is as it was passes; what was not seen does not, and what is not back misses', () => {
    assert.deepEqual(of({}, {}), [true, true]);
    assert.deepEqual(of({}, { why: 'no checkpoint came' }), [null, true]);
    assert.deepEqual(of({}, { healed: false }), [true, false]);
    assert.deepEqual(of({}, { healed: null }), [true, null]);
    const names = upkeepObjectives('vacuum', [row]).map(({ name }) => name);
    assert.deepEqual(names, ['vacuum (one): not shown', 'vacuum (one): not healed']);
    assert.ok(isCaseObjective(names[0]!) && isCaseObjective(names[1]!));
  });
});
