import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftOut } from './left-out.ts';

test('what was asked for and left out is open, with its reason and its part; other warnings are not of it', () => {
  assert.deepEqual(leftOut({}), []);
  assert.deepEqual(leftOut({ warnings: [{ code: 'no-parameters', message: 'x' }] }), []);
  const codes = ['overhead-not-measured', 'policies-unjudged', 'attacks-not-tried'];
  const checks = leftOut({ warnings: codes.map((code) => ({ code, message: 'A copy takes 34.8 GiB' })) });
  assert.equal(new Set(checks.map(({ name }) => name)).size, 3);
  for (const { ok, why, figures } of checks) {
    assert.equal(ok, null);
    assert.deepEqual(figures, ['rls.*']);
    assert.equal(why, 'It was left out: A copy takes 34.8 GiB');
  }
});
