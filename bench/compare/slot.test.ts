import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planSlot } from './slot.ts';

test('a slot is as long as its share, in batches shorter than a time slice', () => {
  assert.deepEqual(planSlot({ busyMs: 0.1, elapsedMs: 0.1 }, 10, 120), { executions: 15, batches: 80 });
  assert.deepEqual(planSlot({ busyMs: 2, elapsedMs: 2 }, 10, 120), { executions: 1, batches: 60 });
  assert.deepEqual(planSlot({ busyMs: 2, elapsedMs: 2 }, 1000, 120), { executions: 1, batches: 12 });
});

test('a busy machine makes a slot longer, not worse; a statement that waits does not make it endless', () => {
  assert.deepEqual(planSlot({ busyMs: 2, elapsedMs: 12 }, 10, 120), { executions: 1, batches: 60 });
  assert.deepEqual(planSlot({ busyMs: 0.05, elapsedMs: 100 }, 10, 120), { executions: 1, batches: 10 });
  assert.deepEqual(planSlot({ busyMs: 400, elapsedMs: 400 }, 10, 120), { executions: 1, batches: 2 });
});
