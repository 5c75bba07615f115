import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DrillFacts, drillObjectives, isDrillObjective } from './drills.ts';

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
  assert.ok(isDrillObjective(lost) && isDrillObjective(healed));
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

test('not healed is missed; not looked at is open', () => {
  assert.equal(of({}, { healed: false })[healed], false);
  assert.equal(of({}, { healed: null })[healed], null);
});
