import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Watch } from './watch.ts';

/** A quantity under the test's control; every read takes one tick of the clock and one turn of the event loop. */
function quantity(values: readonly number[]) {
  let time = 0;
  let reads = 0;
  return {
    now: () => time,
    reads: () => reads,
    read: async () => {
      time += 1;
      await new Promise(setImmediate);
      return values[Math.min(reads++, values.length - 1)]!;
    },
  };
}

test('a target that is reached at the third read lies between the second and the third', async () => {
  const { read, now } = quantity([5, 8, 12]);
  const watch = new Watch(read, now);
  assert.deepEqual(await watch.expect(10), { kind: 'seen', first: 5, afterMs: 1, beforeMs: 3 });
  await watch.end();
});

test('a target that was reached before it was asked for has a lower bound of zero', async () => {
  const { read, now } = quantity([10]);
  const watch = new Watch(read, now);
  assert.deepEqual(await watch.expect(10), { kind: 'seen', first: 10, afterMs: 0, beforeMs: 1 });
  await watch.end();
});

test('a reply to a read that was sent before the expectation does not count as its first', async () => {
  const { read, now, reads } = quantity([1, 1, 7]);
  const watch = new Watch(read, now);
  const early = watch.expect(7);
  await Promise.resolve(); // the first read is under way, and the clock has moved
  const late = await watch.expect(1);
  assert.equal(reads() >= 2, true);
  assert.equal(late.kind, 'seen');
  assert.equal((await early).kind, 'seen');
  await watch.end();
});

test('nothing is read while nobody waits', async () => {
  const { read, now, reads } = quantity([3]);
  const watch = new Watch(read, now);
  await watch.expect(3);
  const before = reads();
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  assert.equal(reads(), before);
  await watch.end();
});

test('who still waits at the end is answered with what was seen first and how long it waited', async () => {
  const { read, now } = quantity([4]);
  const watch = new Watch(read, now);
  const waiting = watch.expect(9);
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  await watch.end();
  const sighting = await waiting;
  assert.equal(sighting.kind, 'unseen');
  assert.equal(sighting.first, 4);
  assert.ok(sighting.kind === 'unseen' && sighting.atLeastMs > 0);
});

test('a failing read ends the watch with its reason, now and for later expectations', async () => {
  const watch = new Watch(
    async () => {
      throw new Error('terminating connection');
    },
    () => 0,
  );
  assert.deepEqual(await watch.expect(1), { kind: 'unseen', first: null, atLeastMs: 0 });
  assert.equal(watch.failure, 'terminating connection');
  assert.equal((await watch.expect(2)).kind, 'unseen');
});
