import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gate, type Metric } from './gate.ts';
import { waitingOf } from './waits.ts';

/** Ten pairs of about this ratio. */
const metric = (name: string, role: Metric['role'], ratio: number): Metric => ({
  name,
  role,
  pairs: Array.from(
    { length: 10 },
    (_, i) => [1 + i / 100, (1 + i / 100) * ratio * (1 + 0.001 * Math.sin(3 * i))] as const,
  ),
});
const judged = (cpu: number, ...walls: number[]) =>
  gate(
    walls.flatMap((wall, i) => [
      metric(`workload ${i}, CPU ms`, 'primary', cpu),
      metric(`workload ${i}, wall ms`, 'advisory', wall),
    ]),
  ).metrics;

test('all classes longer by the wall, none by CPU time: it waits', () => {
  const found = waitingOf(judged(1, 1.26, 1.38, 1.3))!;
  assert.ok(Math.abs(found.ratio - 1.26) < 0.01 && found.low > 1.03);
  assert.equal(found.name, 'workload 0, wall ms', 'the least clear');
});

test('one class that does not wait, a little more by the wall, or CPU time that explains it: none', () => {
  assert.equal(waitingOf(judged(1, 1.26, 1.01)), null);
  assert.equal(waitingOf(judged(1, 1.025, 1.025)), null);
  assert.equal(waitingOf(judged(1.2, 1.26, 1.26)), null);
  assert.equal(waitingOf([]), null);
});
