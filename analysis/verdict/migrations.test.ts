import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMigrationObjective, type MigrationFacts, migrationObjectives } from './migrations.ts';

const row: MigrationFacts = {
  ...{ pattern: null, way: null, file: 'a.sql', direction: 'up', line: 3 },
  ...{ verdict: 'safe', why: 'w', agrees: true, disagreements: [] },
};
const oks = (...rows: Partial<MigrationFacts>[]) =>
  Object.fromEntries(
    migrationObjectives(rows.map((changes) => ({ ...row, ...changes }))).map(({ name, ok }) => [name, ok]),
  );

test('nothing drilled has no objective; every objective is known by its name', () => {
  assert.deepEqual(migrationObjectives([]), []);
  for (const name of Object.keys(oks({}, { pattern: 'index', way: 'safe' })))
    assert.ok(isMigrationObjective(name), name);
});

test('one unsafe statement misses it; one that cannot be judged leaves it open', () => {
  const name = 'migration: unsafe statements';
  assert.equal(oks({}, {})[name], true);
  assert.equal(oks({}, { verdict: 'cannot say' })[name], null);
  assert.equal(oks({ verdict: 'cannot say' }, { verdict: 'unsafe' })[name], false);
});

test('a disagreement misses it even where all is safe; what could not be compared leaves it open', () => {
  const name = 'migration: measured otherwise than predicted';
  assert.equal(oks({})[name], true);
  assert.equal(oks({}, { agrees: null })[name], null);
  assert.equal(oks({ agrees: null }, { agrees: false, disagreements: ['x'] })[name], false);
});

test("a pattern's safe way must be safe up and down, and its unsafe way unsafe on the way up", () => {
  const name = 'migration patterns: ways that are not what they show';
  const of = (way: 'safe' | 'unsafe', ...rows: Partial<MigrationFacts>[]) =>
    oks(...rows.map((one) => ({ pattern: 'index', way, ...one })))[name];
  assert.equal(of('safe', {}, { direction: 'down' }), true);
  assert.equal(of('safe', {}, { direction: 'down', verdict: 'unsafe' }), false);
  assert.equal(of('safe', { verdict: 'cannot say' }), null);
  assert.equal(of('safe', { verdict: 'cannot say' }, { verdict: 'unsafe' }), false);
  assert.equal(of('unsafe', { verdict: 'cannot say' }), null);
  assert.equal(of('unsafe', { verdict: 'unsafe' }, { direction: 'down' }), true);
  assert.equal(of('unsafe', {}, { direction: 'down', verdict: 'unsafe' }), false);
});
