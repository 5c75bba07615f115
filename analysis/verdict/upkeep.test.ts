import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDrillObjective } from './drills.ts';
import { isUpkeepObjective, type UpkeepFacts, upkeepObjectives } from './upkeep.ts';

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
  assert.ok(isUpkeepObjective(names[0]!) && isDrillObjective(names[1]!));
});
