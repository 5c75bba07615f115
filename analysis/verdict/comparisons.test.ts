import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisonObjectives } from './comparisons.ts';
import type { ComparisonFacts, Facts, IndexFacts } from './facts.ts';
import { judge } from './judge.ts';

const facts = (change: Partial<Facts>): Facts => ({
  run: { complete: true, stages: [] },
  environment: { host: { stealPct: 0 } },
  plans: [],
  rls: null,
  replication: [],
  load: [],
  skipped: [],
  ...change,
});
const row = (role: NonNullable<ComparisonFacts['role']>, verdict: string): ComparisonFacts => ({
  metric: `${role} ${verdict}`,
  role,
  verdict,
});
const status = (rows: readonly ComparisonFacts[], stealPct = 0) =>
  judge(facts({ comparison: rows, environment: { host: { stealPct } } })).verdict.status;
const index = (change: Partial<IndexFacts>) =>
  judge(facts({ index: [{ change: 'CREATE INDEX', regressed: [], ...change }] })).verdict.status;

test('a run without a comparison has no objective of one', () => {
  assert.deepEqual(comparisonObjectives(facts({})), []);
});

test('a primary regression is one, an advisory one is not', () => {
  assert.equal(status([row('primary', 'regression')]), 'regression');
  assert.equal(status([row('primary', 'pass'), row('advisory', 'regression')]), 'pass');
  assert.equal(status([row('primary', 'improvement')]), 'pass');
});

test('more work and other results are regressions whatever the machine did', () => {
  for (const verdict of ['regression', 'results differ'])
    assert.equal(status([row('primary', 'pass'), row('exact', verdict)], 50), 'regression');
  assert.equal(status([row('primary', 'regression')], 50), 'untrusted');
});

test('an inconclusive primary metric, or a control that moved, is inconclusive', () => {
  assert.equal(status([row('primary', 'inconclusive')]), 'inconclusive');
  assert.equal(status([row('primary', 'regression'), row('control', 'moved')]), 'inconclusive');
});

test('what waits, and equal sides that are called different, are no pass', () => {
  for (const verdict of ['waits', 'false alarm'])
    assert.equal(status([row('primary', 'pass'), row('primary', verdict)]), 'inconclusive');
});

test('an index change passes when it is kept, is open when it depends, and else a regression', () => {
  assert.equal(index({ verdict: 'keep' }), 'pass');
  assert.equal(index({ verdict: 'depends' }), 'inconclusive');
  assert.equal(index({ verdict: 'cannot-say' }), 'inconclusive');
  assert.equal(index({ verdict: 'depends', regressed: ['a'] }), 'regression');
  assert.equal(index({ verdict: 'do-not' }), 'regression');
});
