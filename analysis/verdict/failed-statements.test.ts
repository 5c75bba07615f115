import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedStatements, statementFailed } from './failed-statements.ts';

const warning = (message: string, code = statementFailed) => ({ code, message });

test('a statement that could not be executed is named and open, other warnings are not of it', () => {
  assert.deepEqual(failedStatements({}), []);
  assert.deepEqual(failedStatements({ warnings: [warning('x', 'no-parameters')] }), []);
  const [check] = failedStatements({
    warnings: [warning('orders/x failed: relation "nope" does not exist')],
  });
  assert.equal(check!.ok, null);
  assert.match(check!.why, /orders\/x failed: relation "nope" does not exist\.$/);
});

test('many are counted, and the first ones named', () => {
  const [check] = failedStatements({ warnings: Array.from({ length: 9 }, (_, i) => warning(`s${i}`)) });
  assert.equal(check!.value, 9);
  assert.match(check!.why, /s4\. And 4 more\.$/);
});
