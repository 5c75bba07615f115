import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresIn } from '../../../result/figures-in.ts';
import { pooler } from '../../../result/measures/pooler.ts';
import type { PoolerFigures } from '../../../result/result.ts';
import { exampleResult } from '../../fixture.ts';
import { pooler as section } from './pooler.ts';

test('where no read came back nothing is said to be safe, and no identity is counted as right', () => {
  const row: PoolerFigures = {
    ...{ name: 'x', endpoint: 'pooler', provider: 'external', kind: 'identity', pattern: 'transaction' },
    ...{ clients: 16, foreignReads: 0, missingReads: 0, errors: { connection: 16 } },
    reads: 0,
  };
  const wrong = (reads: number, missingReads = 0) =>
    figuresIn('pooler', pooler.sections.pooler.figures, [{ ...row, reads, missingReads }])
      .filter(({ name }) => name === 'wrong-identities')
      .map(({ value }) => value);
  assert.deepEqual(wrong(0), []);
  assert.deepEqual(wrong(10), [0]);
  assert.deepEqual(wrong(10, 3), [3]);
  const page = (reads: number) => {
    const content = section.content(exampleResult({ pooler: [{ ...row, reads }] }));
    assert.equal(content.kind, 'data');
    return String((content as Extract<typeof content, { kind: 'data' }>).body);
  };
  assert.match(page(0), /no read came back/);
  assert.match(page(10), /safe/);
  assert.doesNotMatch(page(10), /no read came back/);
});
