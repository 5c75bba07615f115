import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availability, byPhase, outageFrom } from './availability.ts';
import { courseOf, errorsOf } from './course.ts';
import type { DrillRequest } from './request.ts';

/** A request that is answered at once, or fails at once. */
const at = (due: number, code: string | null = null, took = 0): DrillRequest => ({
  ...{ kind: 'write', token: `${due}`, due, sent: due, ended: due + took, code },
  outcome: code === null ? 'acknowledged' : 'uncertain',
});
/** One every 50 ms in [from, to). */
const every = (from: number, to: number, code: string | null = null): DrillRequest[] =>
  Array.from({ length: Math.ceil((to - from) / 50) }, (_, i) => at(from + 50 * i, code));
const window = { injected: 1000, repaired: 1500, ended: 5000 };

test('nobody is served for a second, then everybody: that second, and the recovery after it', () => {
  const course = [...every(0, 1000), ...every(1000, 2000, '57P01'), ...every(2000, 5000)];
  assert.deepEqual(availability(course, window), {
    ...{ unavailableMs: 1000, longestOutageMs: 1000, recoverMs: 1000 },
    ...{ outageFromMs: 100, why: null },
  });
});

test('two outages are added up, and the longest is one of them', () => {
  const course = [
    ...every(0, 1000),
    ...every(1000, 1400, 'x'),
    ...every(1400, 2000),
    ...every(2000, 2800, 'x'),
    ...every(2800, 5000),
  ];
  const found = availability(course, window);
  // the second begins with the last success before it, at 1950
  assert.deepEqual([found.unavailableMs, found.longestOutageMs, found.recoverMs], [400 + 850, 850, 1800]);
});

test('a stall without an error is an outage: what was due then is answered late', () => {
  const stalled = Array.from({ length: 20 }, (_, i) => at(1000 + 50 * i, null, 1000 - 50 * i));
  const found = availability([...every(0, 1000), ...stalled, ...every(2000, 5000)], window);
  assert.deepEqual([found.unavailableMs, found.longestOutageMs, found.recoverMs], [1000, 1000, 1000]);
});

test('some fail and others succeed: no outage, and recovered after the last failure', () => {
  const course = [...every(0, 5000), at(1010, 'x'), at(2210, 'x')].sort((a, b) => a.due - b.due);
  const found = availability(course, window);
  assert.deepEqual([found.unavailableMs, found.longestOutageMs, found.recoverMs], [0, 0, 1250]);
});

test('a fault that nobody notices costs nothing', () => {
  const found = availability(every(0, 5000), window);
  assert.deepEqual([found.unavailableMs, found.longestOutageMs, found.recoverMs], [0, 0, 0]);
});

test('what failed before the injection is not of the fault', () => {
  const course = [...every(0, 5000), at(960, 'x')].sort((a, b) => a.due - b.due);
  assert.equal(availability(course, window).recoverMs, 0);
});

test('who is not served again has not recovered', () => {
  const found = availability([...every(0, 1000), ...every(1000, 4000, 'x')], window);
  assert.deepEqual([found.unavailableMs, found.recoverMs], [4000, null]);
  assert.match(found.why!, /before the load ended/);
});

test('two seconds of calm after the repair are a recovery; a failure after them is a trouble of its own', () => {
  const long = { ...window, ended: 9000 };
  const course = (second: number) =>
    [...every(0, 1000), ...every(1000, 2000, 'x'), ...every(2000, 9000), at(second, 'y')].sort(
      (a, b) => a.due - b.due,
    );
  assert.equal(availability(course(4010), long).recoverMs, 1000);
  assert.equal(availability(course(3990), long).recoverMs, 3000); // 4000 is the next success
  // calm before the repair is none: what is still broken comes late
  assert.equal(availability(course(6510), { ...long, repaired: 4600 }).recoverMs, 5550);
});

test('a load that ended less than two seconds after the last failure says of no recovery', () => {
  const course = [...every(0, 1000), ...every(1000, 2000, 'x'), ...every(2000, 4000)];
  assert.equal(availability(course, { ...window, ended: 3990 }).recoverMs, null);
  assert.equal(availability(course, { ...window, ended: 4000 }).recoverMs, 1000);
});

test('a load that was not there during the fault, or not before it, says nothing', () => {
  const away = availability([...every(0, 1000), ...every(2600, 5000)], { ...window, repaired: 2500 });
  assert.deepEqual([away.unavailableMs, away.longestOutageMs, away.recoverMs], [null, null, null]);
  assert.match(away.why!, /no request was due during the fault/);
  const failing = availability([...every(0, 1000, 'x'), ...every(1000, 5000)], window);
  assert.equal(failing.unavailableMs, null);
  assert.match(failing.why!, /before the injection/);
});

test('a pause that was usual before the fault is no outage', () => {
  assert.equal(outageFrom([0, 50, 100]), 100);
  assert.equal(outageFrom([0, 50, 350, 400]), 600);
  assert.equal(outageFrom([]), 100);
  const slow = [
    at(0),
    at(400),
    at(800),
    at(1000),
    at(1700),
    at(2200),
    at(2600),
    at(3000),
    at(3500),
    at(3900),
  ];
  assert.equal(availability(slow, { ...window, ended: 4000 }).unavailableMs, 0);
});

test('a request belongs to the phase in which it was due', () => {
  const requests = [at(999), at(1000), at(1799), at(1800), at(3000)];
  const dues = (of: readonly DrillRequest[]) => of.map(({ due }) => due);
  const phases = byPhase(requests, 1000, 800);
  assert.deepEqual(
    [dues(phases.before), dues(phases.during), dues(phases.after)],
    [[999], [1000, 1799], [1800, 3000]],
  );
  const never = byPhase(requests, 1000, null);
  assert.deepEqual([dues(never.during), dues(never.after)], [[1000, 1799, 1800, 3000], []]);
});

test('errors by their state, second by second since the injection, the empty ones too', () => {
  const requests = [at(900), at(1100, '57P01'), at(1200, '57P01'), at(1300, 'timeout'), at(3100)];
  assert.deepEqual(errorsOf(requests), { '57P01': 2, timeout: 1 });
  assert.deepEqual(courseOf(requests, 1000), [
    { s: -1, succeeded: 1, errors: {} },
    { s: 0, succeeded: 0, errors: { '57P01': 2, timeout: 1 } },
    { s: 1, succeeded: 0, errors: {} },
    { s: 2, succeeded: 1, errors: {} },
  ]);
  assert.deepEqual(courseOf([], 1000), []);
});
