import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusWords } from './format.ts';
import { verdictTitle } from './verdict-title.ts';

test('the answer is the title; what cannot be relied on says so behind it; without an answer it is the verdict', () => {
  const of = (status: 'pass' | 'regression' | 'untrusted' | 'inconclusive', answer?: string) =>
    verdictTitle({ status, reasons: [], ...(answer !== undefined && { answer }) });
  assert.equal(of('regression', 'DO NOT'), 'DO NOT');
  assert.equal(of('pass', 'KEEP IT'), 'KEEP IT');
  assert.equal(of('untrusted', 'B IS SLOWER'), `B IS SLOWER (${statusWords.untrusted})`);
  assert.equal(of('inconclusive', 'CANNOT SAY'), `CANNOT SAY (${statusWords.inconclusive})`);
  assert.equal(of('regression'), statusWords.regression);
});
