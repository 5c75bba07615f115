import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IndexResult } from '../../result/result.ts';
import type { Candidate } from './candidate.ts';
import { beaten, doesAll } from './candidate-choice.ts';

const result = (change: string, after: number, sizeBytes: number, more: Partial<IndexResult> = {}) =>
  ({
    ...{ change, verdict: 'keep', helped: ['a'], regressed: [], unchanged: [], sizeBytes },
    ...{ workload: { before: 100, after } },
    ...more,
  }) as unknown as IndexResult;
const candidate = (...statements: string[]): Candidate => ({
  ...{ kind: 'missing', table: 't', ddl: ['CREATE INDEX'], drop: [], why: '', benefit: 1 },
  statements,
});

test('a candidate does all that it was suggested for when each of its statements gains', () => {
  const one = result('x', 10, 1);
  assert.equal(doesAll(one, candidate('a')), true);
  assert.equal(doesAll(one, candidate('a', 'b')), false);
  assert.equal(doesAll({ ...one, verdict: 'depends' }, candidate('a')), false);
});

test('what another one does too, with fewer pages or as many by a smaller index, is not proposed', () => {
  const covering = result('covering', 20, 90);
  const plain = result('plain', 12, 40);
  const smaller = result('smaller', 20, 40);
  const worse = (...results: IndexResult[]) =>
    beaten(results).map((pair) => [pair.worse.change, pair.better.change]);
  assert.deepEqual(worse(covering, plain), [['covering', 'plain']]);
  assert.deepEqual(worse(plain, covering), [['covering', 'plain']]);
  assert.deepEqual(worse(covering, smaller), [['covering', 'smaller']]);
  assert.deepEqual(worse(covering, result('alike', 20, 90)), [], 'neither is better');
  assert.deepEqual(worse(covering), []);
  assert.deepEqual(worse(covering, { ...plain, verdict: 'do-not' }), []);
  assert.deepEqual(worse({ ...covering, helped: ['a', 'b'] }, plain), [], 'b gains by it alone');
  assert.deepEqual(worse(covering, { ...plain, helped: ['a', 'b'] }), [['covering', 'plain']]);
  assert.deepEqual(worse({ ...covering, helped: [] }, plain), [], 'a drop lets nobody gain');
  assert.deepEqual(
    worse(covering, smaller, plain).map(([change]) => change),
    ['covering', 'smaller'],
  );
});
