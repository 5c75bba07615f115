import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleResult } from '../reports/fixture.ts';
import type { Result } from '../result/result.ts';
import { answerRun } from './answer-run.ts';
import type { Context } from './command.ts';

/** The exit code of a run, and what it printed. */
function answered(changes: Partial<Result>): [number, string] {
  let said = '';
  const answer = (_: unknown, text: string) => {
    said = text;
  };
  const result = { ...exampleResult(), skipped: [], warnings: [], ...changes };
  return [answerRun({ answer } as unknown as Context, { result, directory: 'runs/x' }), said];
}
const verdict = (status: Result['verdict']['status']) => ({ verdict: { status, reasons: ['because'] } });
const warned = (code: string) => ({ warnings: [{ code, message: '', advice: '' }] });

test('the exit code is that of the verdict; a part that was skipped is a component that is missing', () => {
  assert.equal(answered(verdict('pass'))[0], 0);
  assert.equal(answered(verdict('objective-missed'))[0], 1);
  assert.equal(answered(verdict('regression'))[0], 1);
  assert.equal(answered(verdict('untrusted'))[0], 3);
  assert.equal(answered(verdict('inconclusive'))[0], 3);
  const skipped = [{ part: 'lag', why: 'no replica', how: 'start it' }];
  assert.equal(answered({ ...verdict('pass'), skipped })[0], 4);
  assert.equal(answered({ ...verdict('objective-missed'), skipped })[0], 1);
});

test('a full disk is a failed component whatever it made the requests miss, and what was measured is printed', () => {
  const [code, said] = answered({ ...verdict('objective-missed'), ...warned('disk-full') });
  assert.equal(code, 4);
  assert.match(said, /^OBJECTIVE-MISSED[\s\S]*because[\s\S]*runs\/x\/index\.html$/);
  assert.equal(answered({ ...verdict('objective-missed'), ...warned('load-behind') })[0], 1);
});
