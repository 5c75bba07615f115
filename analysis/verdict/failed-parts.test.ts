import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedParts } from './failed-parts.ts';

const warning = (code: string) => ({ code, message: 'Redis said no', advice: '' });

test('a part that failed is an open objective of its own, so that no run with one passes', () => {
  const [check, ...rest] = failedParts({ warnings: [warning('cache-failed')] });
  assert.deepEqual(rest, []);
  assert.equal(check!.ok, null);
  assert.deepEqual(check!.figures, ['cache.*']);
  assert.match(`${check!.name} ${check!.why}`, /cache measured to its end It failed: Redis said no/);
});

test('what is no failure of a part is left to others', () => {
  for (const code of ['statement-failed', 'run-failed', 'other-route', 'rate-lowered'])
    assert.deepEqual(failedParts({ warnings: [warning(code)] }), [], code);
  assert.deepEqual(failedParts({}), []);
});
