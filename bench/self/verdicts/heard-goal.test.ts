import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardGoal } from './heard-goal.ts';

const stall = {
  name: 'stall',
  what: 'the load stands still',
  right: ['objective-missed'],
  elsewhere: ['untrusted'],
  says: /p99/,
} as const;
const others = (ok: boolean) => ({
  ...{ name: 'other programs', ok, value: 1, limit: 0.2, unit: 'cores', why: 'make' },
});
const said = (status: 'pass' | 'objective-missed' | 'untrusted' | 'inconclusive', ok = true) =>
  heardGoal(stall, { status, reasons: ['SLO storefront p99'], checks: [others(ok)] });

test('a true answer that says what has to be said is right; one that does not say it is not', () => {
  assert.deepEqual([said('objective-missed').ok, said('objective-missed').heard!.judgement], [true, 'right']);
  const unsaid = heardGoal(stall, { status: 'objective-missed', reasons: ['something'] });
  assert.deepEqual([unsaid.ok, unsaid.heard!.judgement], [false, 'unsaid']);
});

test('a pass that is not true is a false green, whoever used the machine; another wrong answer is false', () => {
  assert.deepEqual([said('pass').ok, said('pass').heard!.judgement], [false, 'false green']);
  assert.equal(said('pass', false).heard!.judgement, 'false green');
  assert.deepEqual([said('inconclusive', false).ok, said('inconclusive').heard!.judgement], [false, 'false']);
});

test('on a machine of others what is true there is neither right nor false; on a quiet one it is false', () => {
  assert.deepEqual(
    [said('untrusted', false).ok, said('untrusted', false).heard!.judgement],
    [null, 'not ours'],
  );
  assert.deepEqual([said('untrusted').ok, said('untrusted').heard!.judgement], [false, 'false']);
});

test('what could not be made so is missing, with why', () => {
  const { ok, value, why, heard } = heardGoal(stall, { why: 'no replica' });
  assert.deepEqual(
    [ok, value, why, heard!.judgement, heard!.said],
    [null, null, 'no replica', 'missing', null],
  );
});
