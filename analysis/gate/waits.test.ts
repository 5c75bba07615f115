import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gate, type Metric } from './gate.ts';
import { excludedByWall, type Looks, waitingByLooks, waitingByWall } from './waits.ts';

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
  const found = waitingByWall(judged(1, 1.26, 1.38, 1.3))!;
  assert.ok(Math.abs(found.ratio - 1.26) < 0.01 && found.low > 1.03);
  assert.equal(found.name, 'workload 0, wall ms', 'the least clear');
});

test('one class that does not wait, a little more by the wall, or CPU time that explains it: none', () => {
  assert.equal(waitingByWall(judged(1, 1.26, 1.01)), null);
  assert.equal(waitingByWall(judged(1, 1.025, 1.025)), null);
  assert.equal(waitingByWall(judged(1.2, 1.26, 1.26)), null);
  assert.equal(waitingByWall([]), null);
  const [one, other] = [judged(1, 1.26), judged(1.2, 1.26)];
  assert.equal(
    waitingByWall([...one, ...other.map((metric) => ({ ...metric, name: `of ${metric.name}` }))]),
    null,
  );
  const [advisory] = gate([metric('orders/x whale, CPU ms', 'advisory', 1)]).metrics;
  assert.ok(waitingByWall([...one, advisory!]), 'single statements do not decide');
});

test('by the wall waiting is excluded where every class ends below 5 %', () => {
  assert.equal(excludedByWall(judged(1, 1.01, 0.99)), true);
  assert.equal(excludedByWall(judged(1, 1.01, 1.2)), false);
  assert.equal(excludedByWall([]), false);
});

const looks = (count: number, a: Looks, b: Looks) => Array.from({ length: count }, () => [a, b] as const);

test('what B is seen to wait for more than A, round by round, is waiting, however busy the machine', () => {
  const found = waitingByLooks(looks(6, { all: 40, waiting: 0 }, { all: 12, waiting: 9 }));
  assert.ok(found.kind === 'waits' && Math.abs(found.ratio - 4) < 1e-9 && found.low > 1.03);
  const same = waitingByLooks(looks(6, { all: 60, waiting: 0 }, { all: 60, waiting: 0 }));
  assert.ok(same.kind === 'not' && same.high < 1.05);
  assert.equal(waitingByLooks(looks(6, { all: 12, waiting: 9 }, { all: 40, waiting: 0 })).kind, 'not');
});

test('few looks, few rounds, one stall, and waiting on both sides alike say nothing of it', () => {
  const calm = { all: 40, waiting: 0 };
  const unknown = (rounds: Parameters<typeof waitingByLooks>[0]) =>
    assert.deepEqual(waitingByLooks(rounds), { kind: 'unknown' });
  unknown([]);
  unknown(looks(6, { all: 4, waiting: 0 }, { all: 4, waiting: 0 }));
  unknown(looks(5, calm, { all: 40, waiting: 30 }));
  unknown(looks(40, { all: 0, waiting: 0 }, { all: 40, waiting: 30 }));
  unknown([...looks(5, calm, calm), [calm, { all: 40, waiting: 40 }]]);
  unknown(looks(6, { all: 40, waiting: 20 }, { all: 40, waiting: 20 }));
});
