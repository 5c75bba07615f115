import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gate, type Metric, nextStep } from './gate.ts';
import { falseAlarms, sameSidePairs } from './same-side.ts';

/** Pairs whose B is e^d of A. */
const metric = (differences: readonly number[], role: Metric['role'] = 'primary', name = 'm'): Metric => ({
  name,
  role,
  pairs: differences.map((d, i) => [i + 1, (i + 1) * Math.exp(d)]),
});
const times = (count: number, d: number) => new Array<number>(count).fill(d);
const near = (actual: number | null, expected: number) =>
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test('ten pairs: the estimate and the 99 % interval are the Walsh averages counted by hand', () => {
  // d = 0.01 .. 0.10: 55 averages, their median 0.055. P(V <= 3) = 5/1024 <= 0.005 < P(V <= 4) = 7/1024, so the bounds
  // are the fourth smallest (0.01, 0.015, 0.02, 0.02) and the fourth largest.
  const { status, metrics } = gate([metric(Array.from({ length: 10 }, (_, i) => (i + 1) / 100))]);
  const [one] = metrics;
  near(one!.estimate, Math.exp(0.055));
  near(one!.low, Math.exp(0.02));
  near(one!.high, Math.exp(0.09));
  near(one!.level, 1 - 10 / 1024);
  near(one!.p, 2 / 1024);
  assert.equal(status, 'regression');
});

test('a change for the better of the same size is called as surely', () => {
  assert.equal(gate([metric(times(10, 0.1))]).status, 'regression');
  assert.equal(gate([metric(times(10, -0.1))]).status, 'improvement');
});

test('an estimate of at most 3 % is no regression, and passes when 5 % is excluded', () => {
  assert.equal(gate([metric(times(10, Math.log(1.03)))]).status, 'pass');
  assert.equal(gate([metric(times(10, Math.log(1.0301)))]).status, 'regression');
});

test('an interval that neither excludes 0 nor 5 % is inconclusive, and asks for twenty pairs, then stops', () => {
  const wide = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 ? 0.12 : -0.11));
  const first = gate([metric(wide(10))]);
  assert.equal(first.status, 'inconclusive');
  assert.equal(nextStep(first, 10), 20);
  const second = gate([metric(wide(20))]);
  assert.equal(second.status, 'inconclusive');
  assert.equal(nextStep(second, 20), null);
  assert.ok(second.metrics[0]!.level! >= 0.98 && second.metrics[0]!.level! < 0.99);
});

test('what is decided after ten pairs takes no more', () => {
  assert.equal(nextStep(gate([metric(times(10, 0.1))]), 10), null);
  assert.equal(nextStep(gate([metric(times(10, 0))]), 10), null);
});

test('five pairs have no interval, and say so', () => {
  const { status, metrics, why } = gate([metric(times(5, 0.5))]);
  assert.equal(status, 'inconclusive');
  assert.equal(metrics[0]!.verdict, 'not enough samples');
  assert.match(why, /5 pairs: at least 6/);
});

test('Holm: what one metric alone may claim, three together may not', () => {
  // One negative difference, the smallest: P(V <= 1) = 2/1024, p = 4/1024 = 0.0039 below 0.01; times three 0.0117.
  const almost = [-0.001, ...times(9, 0.1)];
  assert.equal(gate([metric(almost)]).status, 'regression');
  const three = gate(['x', 'y', 'z'].map((name) => metric(almost, 'primary', name)));
  assert.equal(three.status, 'inconclusive');
  for (const { adjusted, verdict, why } of three.metrics) {
    near(adjusted, 12 / 1024);
    assert.equal(verdict, 'inconclusive');
    assert.match(why, /Holm/);
  }
});

test('Holm: the strongest of three is still called when the others show nothing', () => {
  const { status, metrics } = gate([
    metric(times(10, 0.1), 'primary', 'slow'),
    metric([0.001, -0.001, 0.002, -0.002, 0.003, -0.003, 0.004, -0.004, 0.005, -0.005], 'primary', 'b'),
    metric([0.001, -0.001, 0.002, -0.002, 0.003, -0.003, 0.004, -0.004, 0.005, -0.005], 'primary', 'c'),
  ]);
  near(metrics[0]!.adjusted, 6 / 1024);
  assert.equal(status, 'regression');
});

test('without a primary metric nothing has passed', () => {
  for (const metrics of [[], [metric(times(10, 0), 'advisory')], [metric(times(10, 0), 'control')]])
    assert.deepEqual(
      [gate(metrics).status, gate(metrics).why],
      ['inconclusive', 'No primary metric was measured.'],
    );
  const few = gate([metric(times(10, 0)), metric(times(5, 0), 'primary', 'few')]);
  assert.deepEqual([few.status, few.metrics[1]!.adjusted], ['inconclusive', null]);
});

test('Holm takes a gain back as it does a loss, and what ends below 5 % then passes', () => {
  const nearly = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, -0.001, 0.1];
  const one = (sign: number, name: string) =>
    metric(
      nearly.map((d) => sign * d),
      'primary',
      name,
    );
  const alone = (sign: number) => gate([one(sign, 'a')]).metrics[0]!;
  assert.deepEqual([alone(1).verdict, alone(-1).verdict], ['regression', 'improvement']);
  const together = (sign: number) => gate([one(sign, 'a'), one(sign, 'b'), one(sign, 'c')]);
  assert.deepEqual(
    together(1).metrics.map(({ verdict }) => verdict),
    new Array(3).fill('inconclusive'),
  );
  assert.deepEqual(
    together(-1).metrics.map(({ verdict }) => verdict),
    new Array(3).fill('pass'),
  );
  assert.match(together(1).metrics[0]!.why, /not as one of 3 metrics \(Holm: p 0\.012\)/);
});

test('an advisory metric never decides', () => {
  const { status, metrics } = gate([metric(times(10, 0)), metric(times(10, 0.5), 'advisory')]);
  assert.equal(status, 'pass');
  assert.equal(metrics[1]!.verdict, 'regression');
});

test('a control that moved voids the comparison, in either direction', () => {
  for (const d of [0.1, -0.1]) {
    const { status, metrics } = gate([metric(times(10, 0.5)), metric(times(10, d), 'control')]);
    assert.equal(status, 'void');
    assert.equal(metrics[1]!.verdict, 'moved');
  }
});

test('four primary metrics are refused', () => {
  assert.throws(() => gate(times(4, 0).map(() => metric(times(10, 0)))), /at most 3/);
});

test('pairs of one side are neighbours of one slot, forwards and backwards in turn', () => {
  const close = (pair: readonly number[], a: number, ratio: number) => {
    assert.ok(Math.abs(pair[0]! - a) < 1e-9 && Math.abs(pair[1]! / pair[0]! - ratio) < 1e-9, `${pair}`);
  };
  const [a, b] = sameSidePairs([
    [1, 10],
    [2, 20],
    [4, 80],
    [8, 40],
  ]);
  close(a!, (1 + 8) / 2, 1); // 1 → 2, then 8 → 4
  close(b!, (10 + 40) / 2, 2); // 10 → 20, then 40 → 80
  assert.deepEqual(sameSidePairs([[1, 1]]), []);
});

test('noise of one side is an alarm only where the rule would call it a change', () => {
  const steady = Array.from({ length: 20 }, (_, i): [number, number] => [1, 1 + (i % 2 ? 0.002 : -0.002)]);
  const leaning = Array.from({ length: 20 }, (): [number, number] => [1, 1.2]);
  assert.deepEqual(falseAlarms([steady, leaning, steady.slice(0, 3)]), { alarms: 1, of: 2 });
});
