import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWaivers, waive } from './waivers.ts';

const finding = {
  ...{ rule: 'not-forced' as const, object: 'core.orders', severity: 'warning' as const },
  ...{ message: 'x', fix: null, slows: null },
};

test('a waiver is one finding on one object with a reason', () => {
  const waivers = readWaivers('w', '# why\n\nnot-forced core.orders: the owner: archives\n');
  assert.deepEqual(waivers, [
    { rule: 'not-forced', object: 'core.orders', reason: 'the owner: archives', line: 3 },
  ]);
  assert.deepEqual(
    waive('w', [finding, { ...finding, object: 'core.users' }], waivers).map(({ waived }) => waived),
    ['the owner: archives', null],
  );
});

test('a waiver without a reason, of no rule, or of nothing that is found is an error with its line', () => {
  assert.throws(() => readWaivers('w', 'not-forced core.orders'), /w:1: .*no waiver with a reason/);
  assert.throws(() => readWaivers('w', '\nnot-forcd core.orders: x'), /w:2: there is no rule "not-forcd"/);
  const [waiver] = readWaivers('w', 'not-forced core.order: x');
  assert.throws(
    () => waive('w', [finding], [waiver!]),
    (error: { message: string; next: string }) =>
      /w:1: there is no finding/.test(error.message) &&
      /Did you mean "not-forced core.orders"/.test(error.next),
  );
});
