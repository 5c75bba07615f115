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

test('a plan that a re-ANALYZE alone turns is no pass; more work elsewhere is a regression all the same', () => {
  const rows = [row('primary', 'pass'), row('exact', 'unstable')];
  assert.equal(status(rows), 'inconclusive');
  assert.equal(status([...rows, row('exact', 'regression')]), 'regression');
  const [work] = comparisonObjectives(facts({ comparison: rows }));
  assert.deepEqual([work!.ok, work!.value], [null, null]);
  assert.match(work!.why, /re-ANALYZE alone turns the plan.*exact unstable/);
});

test('an index change passes when it is kept, is open when it depends, and else a regression', () => {
  assert.equal(index({ verdict: 'keep' }), 'pass');
  assert.equal(index({ verdict: 'depends' }), 'inconclusive');
  assert.equal(index({ verdict: 'cannot-say' }), 'inconclusive');
  assert.equal(index({ verdict: 'depends', regressed: ['a'] }), 'regression');
  assert.equal(index({ verdict: 'do-not' }), 'regression');
});

test('of several changes each must be kept, and each that is not is counted', () => {
  const of = (...verdicts: string[]) =>
    judge(
      facts({
        index: verdicts.map((verdict, i) => ({
          change: `change ${i}`,
          answer: `answer ${i}.`,
          regressed: [],
          verdict,
        })),
      } as unknown as Partial<Facts>),
    ).verdict;
  assert.equal(of('keep', 'keep').status, 'pass');
  assert.equal(of('keep', 'depends').status, 'inconclusive');
  assert.equal(of('keep', 'do-not', 'depends').status, 'regression');
});

test('what is named of many is five and the number of the others; what holds says so', () => {
  const check = (rows: readonly ComparisonFacts[], name: string) =>
    comparisonObjectives(facts({ comparison: rows })).find((one) => one.name === name)!;
  const more = (count: number) =>
    check(
      [
        row('primary', 'pass'),
        ...Array.from({ length: count }, (_, i) => ({ ...row('exact', 'regression'), metric: `m${i}` })),
      ],
      'statements with more work than in A',
    );
  assert.equal(more(0).why, 'No statement reads a tenth more pages.');
  assert.equal(more(5).why, 'm0; m1; m2; m3; m4.');
  assert.deepEqual([more(7).value, more(7).why], [7, 'm0; m1; m2; m3; m4 and 2 more.']);
});

test('advice says how many candidates are proposed', () => {
  const candidate = { kind: 'missing', why: '' };
  const [check] = comparisonObjectives(
    facts({
      index: ['keep', 'do-not', 'keep'].map((verdict) => ({
        change: 'x',
        regressed: [],
        verdict,
        candidate,
      })),
    } as unknown as Partial<Facts>),
  );
  assert.deepEqual([check!.ok, check!.value, check!.why], [true, 3, '2 proposed.']);
});
