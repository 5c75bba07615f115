import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { together } from './together.ts';

const untilAborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort');
};

test('results come in the order of the tasks', async () => {
  const idle = new AbortController().signal;
  assert.deepEqual(await together(idle, [async () => 1, async () => 2]), [1, 2]);
});

test('the first failure aborts the other tasks, is thrown, and is thrown only after they ended', async () => {
  let ended = false;
  const slow = async (signal: AbortSignal) => {
    await untilAborted(signal);
    await new Promise((resolve) => setImmediate(resolve));
    ended = true;
    signal.throwIfAborted();
  };
  const failing = async () => {
    throw new Error('the first');
  };
  await assert.rejects(together(new AbortController().signal, [slow, failing]), /the first/);
  assert.equal(ended, true);
});

test("an abort from outside reaches every task and is thrown as the signal's reason", async () => {
  const outside = new AbortController();
  const task = async (signal: AbortSignal) => {
    await untilAborted(signal);
    signal.throwIfAborted();
  };
  const running = together(outside.signal, [task, task]);
  outside.abort(new Error('interrupted'));
  await assert.rejects(running, /interrupted/);
});
