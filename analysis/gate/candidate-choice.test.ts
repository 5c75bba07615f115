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

test('of two that are worth it the one that reads more, or as much by a larger index, is not proposed', () => {
  const covering = result('covering', 20, 90);
  const plain = result('plain', 12, 40);
  assert.equal(beaten([covering, plain]), covering);
  assert.equal(beaten([plain, covering]), covering);
  assert.equal(beaten([covering, result('smaller', 20, 40)]), covering);
  assert.equal(beaten([result('smaller', 20, 40), covering]), covering);
  assert.equal(beaten([covering]), undefined);
  assert.equal(beaten([covering, { ...plain, verdict: 'do-not' }]), undefined);
});
