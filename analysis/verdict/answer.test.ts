import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from './answer.ts';

type Facts = Parameters<typeof answerOf>[0];
const of = (kind: string, more: object) =>
  answerOf({ run: { kind }, comparison: [], index: [], trust: { checks: [] }, ...more } as unknown as Facts);

test('an index change answers with what to do, not with a regression', () => {
  assert.equal(of('index', { index: [{ answer: 'Do not: none gains by it.' }] }), 'DO NOT');
  assert.equal(of('index', { index: [{ answer: 'Do not drop it: x loses.' }] }), 'DO NOT DROP IT');
  assert.equal(of('index', { index: [{ answer: 'Keep it.', estimated: true }] }), 'ESTIMATED ONLY');
});

test('several candidates, one that was advised, and a bench have no single answer', () => {
  const one = { answer: 'Keep it: x.' };
  assert.equal(of('index', { index: [one, one] }), undefined);
  assert.equal(of('index', { index: [{ ...one, candidate: { kind: 'missing', why: '' } }] }), undefined);
  assert.equal(of('bench', { index: [one] }), undefined);
  assert.equal(of('index', {}), undefined);
  assert.equal(of('ab', {}), undefined);
});

test('a comparison says which side, and by how much', () => {
  const row = { metric: 'workload', a: 1, b: 1.1, ratio: 1.1, role: 'primary', verdict: 'regression' };
  assert.equal(of('ab', { comparison: [row] }), 'B IS SLOWER by 10.0 % (workload)');
  assert.equal(of('ab', { comparison: [{ ...row, estimated: true }] }), 'ESTIMATED ONLY');
});

test('a comparison whose times rest on a check that did not hold does not say which side is faster', () => {
  const row = { metric: 'workload', a: 1, b: 1.1, ratio: 1.1, role: 'primary', verdict: 'regression' };
  const pages = { metric: 'x, pages', a: 3, b: 30, ratio: 10, role: 'exact', verdict: 'regression' };
  const on = (comparison: object[], check: object) =>
    of('ab', { comparison, trust: { checks: [{ name: 'other programs', ok: false, ...check }] } });
  const cannot = 'CANNOT SAY which side is faster: other programs did not hold';
  for (const figures of [['*'], ['comparison.time'], ['load.*', 'comparison.*'], undefined])
    assert.equal(on([row], { figures }), cannot);
  for (const verdict of ['improvement', 'pass']) assert.equal(on([{ ...row, verdict }], {}), cannot);
  assert.equal(on([row, pages], {}), `B READS MORE: x, pages 3 → 30; ${cannot}`);
  assert.match(on([row], { figures: ['load.response'] })!, /^B IS SLOWER/);
  assert.match(on([row], { ok: null })!, /^B IS SLOWER/);
});
