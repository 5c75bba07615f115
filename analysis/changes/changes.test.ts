import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/seeded.ts';
import { changePoints, defaultRule } from './change-points.ts';
import { changesOf } from './changes.ts';
import { bestSplit } from './e-divisive.ts';
import tigerBeetle from './fixtures/tigerbeetle.json' with { type: 'json' };
import { studentP, studentTest } from './student.ts';
import { timeOrder } from './time-order.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
const indexes = (values: readonly number[], rule = defaultRule as Parameters<typeof changePoints>[1]) =>
  changePoints(values, rule).map(({ index }) => index);
const normal = (random: () => number) => () =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const steps = (noise: () => number, ...levels: [length: number, level: number][]) =>
  levels.flatMap(([length, level]) => Array.from({ length }, () => level * (1 + 0.02 * noise())));

test("Student's t at its tabled critical values", () => {
  // Two-sided 5 % and 0.1 % (Student's t table; NIST e-Handbook 1.3.6.7.2).
  for (const [freedom, five, thousandth] of [
    [1, 12.706, 636.619],
    [4, 2.776, 8.61],
    [10, 2.228, 4.587],
    [30, 2.042, 3.646],
    [100, 1.984, 3.39],
  ] as const) {
    near(studentP(five, freedom), 0.05, 5e-5);
    near(studentP(thousandth, freedom), 0.001, 2e-6);
  }
});

test("Student's sleep data: t = -1.8608 with 18 degrees of freedom, p = 0.07919 (R, t.test of sleep with var.equal)", () => {
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  near(studentTest(first, second), 0.07919, 5e-6);
});

test('without variance means differ surely or not at all, and too few points never do', () => {
  assert.equal(studentTest([1, 1, 1], [2, 2, 2]), 0);
  assert.equal(studentTest([1, 1, 1], [1, 1]), 1);
  assert.equal(studentTest([1], [2]), 1);
});

/** The definition of Matteson and James, written as three double sums. */
function slowSplit(values: readonly number[]): { tau: number; q: number } {
  const distances = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x) => sum + b.reduce((part, y) => part + Math.abs(x - y), 0), 0);
  let best = { tau: 0, q: Number.NEGATIVE_INFINITY };
  for (let tau = 1; tau < values.length; tau++)
    for (let kappa = tau + 1; kappa <= values.length; kappa++) {
      const [a, b] = [values.slice(0, tau), values.slice(tau, kappa)];
      const [m, n] = [a.length, b.length];
      const inA = m > 1 ? distances(a, a) / (m * (m - 1)) : 0;
      const inB = n > 1 ? distances(b, b) / (n * (n - 1)) : 0;
      const q = ((m * n) / (m + n)) * ((2 * distances(a, b)) / (m * n) - inA - inB);
      if (q > best.q) best = { tau, q };
    }
  return best;
}

test('the best split is the one of the definition', () => {
  const random = seeded(3);
  for (const length of [2, 3, 7, 20, 33]) {
    const values = Array.from({ length }, (_, i) => random() + (i > length / 2 ? 1 : 0));
    const [fast, slow] = [bestSplit(values)!, slowSplit(values)];
    assert.equal(fast.tau, slow.tau);
    near(fast.q, slow.q, 1e-9);
  }
  assert.equal(bestSplit([1]), null);
});

// The series and expectations of Apache Otava's tests at 1ceb153: tests/analysis_test.py, series_test.py,
// tigerbeetle_test.py (Apache License 2.0). Where its lists hold points that its two faults let through, ours differ.
const drop = [
  1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96, 0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5,
  0.49,
];

test("Otava's single series changes at 10", () => {
  assert.deepEqual(indexes(drop, { ...defaultRule, window: 10 }), [10]);
  assert.deepEqual(indexes(drop), [10]);
});

test("Otava's pair of series changes at 6 and at 4", () => {
  const rule = { ...defaultRule, p: 0.001, magnitude: 0 };
  assert.deepEqual(indexes([1.02, 0.95, 0.99, 1.0, 1.12, 0.9, 0.5, 0.51, 0.48, 0.48, 0.55], rule), [6]);
  assert.deepEqual(indexes([2.02, 2.03, 2.01, 2.04, 1.82, 1.85, 1.79, 1.81, 1.8, 1.76, 1.78], rule), [4]);
});

test("Otava's TigerBeetle series changes by 5 % at 15 and 71, and its outlier at 10 is no change", () => {
  for (const p of [0.01, 0.05])
    assert.deepEqual(indexes(tigerBeetle, { ...defaultRule, window: 30, p }), [15, 71]);
  assert.deepEqual(indexes(tigerBeetle), [15, 71]);
});

test('a change of sign has no ratio', () => {
  const [point] = changePoints([-5, -5.1, -4.9, -5, 5, 5.1, 4.9, 5]);
  assert.equal(point?.index, 4);
  assert.equal(point.ratio, null);
});

test('rows are put in the order of time, and how they stood is said', () => {
  assert.equal(timeOrder(['2026-01-01', '2026-01-02']), null);
  assert.equal(timeOrder(['a1', 'b2']), null);
  assert.deepEqual(timeOrder(['2026-03-01', '2026-02-28', '2026-02-28', '2026-02-27']), {
    rows: [3, 2, 1, 0],
    was: 'newest first',
  });
  assert.deepEqual(timeOrder(['2026-01-02 10:00', '2026-01-01 10:00', '2026-01-03 09:00']), {
    rows: [1, 0, 2],
    was: 'no order',
  });
  assert.deepEqual(timeOrder(['105', '104', '103'])?.was, 'newest first');
});

test('a point is described by the means around it, its ratio and its p', () => {
  const [point] = changePoints([10, 10.1, 9.9, 10, 10.1, 9.9, 12, 12.1, 11.9, 12, 12.1, 11.9]);
  assert.ok(point);
  assert.equal(point.index, 6);
  near(point.before, 10, 1e-9);
  near(point.after, 12, 1e-9);
  near(point.ratio!, 1.2, 1e-9);
  assert.ok(point.p < 1e-9);
});

test('steps are found where they are, also several and over more than one window', () => {
  const noise = normal(seeded(21));
  assert.deepEqual(indexes(steps(noise, [40, 100], [40, 112])), [40]);
  assert.deepEqual(indexes(steps(noise, [30, 100], [25, 110], [45, 95])), [30, 55]);
  assert.deepEqual(indexes(steps(noise, [120, 100], [90, 115], [150, 100], [60, 120])), [120, 210, 360]);
});

test('a dip that ends again is found from its first night to its last, wherever it lies in the windows', () => {
  const noise = normal(seeded(4));
  for (let at = 6; at <= 84; at += 3) {
    const found = indexes(steps(noise, [at, 100], [8, 88], [92 - at, 100]));
    const near = (index: number) => found.some((one) => Math.abs(one - index) <= 1);
    assert.ok(found.length === 2 && near(at) && near(at + 8), `${at}: ${found}`);
  }
});

test('a change counts from its third night, not from its first or second', () => {
  const noise = normal(seeded(5));
  const values = steps(noise, [40, 100], [3, 120]);
  assert.deepEqual(indexes(values.slice(0, 41)), []);
  assert.deepEqual(indexes(values.slice(0, 42)), []);
  assert.deepEqual(indexes(values), [40]);
});

test('a significant change below the magnitude is none', () => {
  const values = steps(normal(seeded(8)), [50, 100], [50, 103]);
  assert.deepEqual(indexes(values), []);
  const [small] = indexes(values, { ...defaultRule, magnitude: 0.01 });
  near(small ?? 0, 50, 2);
});

test('white noise raises at most one alarm in 10,000 nights', () => {
  const noise = normal(seeded(1));
  let alarms = 0;
  for (let series = 0; series < 200; series++)
    for (const deviation of [0.02, 0.1])
      alarms += indexes(Array.from({ length: 100 }, () => 100 * (1 + deviation * noise()))).length;
  assert.ok(alarms <= 4, `${alarms} alarms in 40,000 nights`); // 0.03 to 0.07 per 1,000 nights were measured at 30 % noise
});

test('a random walk does change: with steps of 0.5 % a night one series of 100 nights in five, with 2 % nearly all', () => {
  const noise = normal(seeded(13));
  const share = (step: number) => {
    let changed = 0;
    for (let series = 0; series < 100; series++) {
      const walk = [100];
      while (walk.length < 100) walk.push(walk.at(-1)! * Math.exp(step * noise()));
      if (indexes(walk).length > 0) changed++;
    }
    return changed / 100;
  };
  near(share(0.005), 0.2, 0.12);
  assert.ok(share(0.02) > 0.9);
});

test('short, constant and zero series have no change and say why; a step from 0 has no ratio', () => {
  assert.match(changesOf('v', [1, 2], defaultRule).why!, /2 values: a change needs at least 5/);
  assert.deepEqual(changesOf('v', [], defaultRule).points, []);
  for (const level of [0, 7]) {
    const found = changesOf('v', new Array(60).fill(level), defaultRule);
    assert.deepEqual([found.points, found.why], [[], 'all values are equal']);
  }
  const [point] = changesOf('v', [0, 0, 0, 0, 1, 1, 1, 1], defaultRule).points;
  assert.deepEqual([point?.index, point?.before, point?.after, point?.ratio], [4, 0, 1, null]);
});

test('a gap is left out, counted, and does not move the index', () => {
  const values = [null, 10, 10.1, null, 9.9, 10, 10.1, 9.9, 12, 12.1, null, 11.9, 12, 12.1];
  const found = changesOf('v', values, defaultRule);
  assert.deepEqual([found.points.map(({ index }) => index), found.missing, found.count], [[8], 3, 11]);
});

/** A step in the middle of 100 points of noise 2 %, with a share of them 20 to 100 % too high. */
function spiked(random: () => number, step: number, spikes: number): number[] {
  const noise = normal(random);
  return Array.from({ length: 100 }, (_, i) => {
    const spike = random() < spikes ? 1.2 + 0.8 * random() : 1;
    return 100 * (i >= 50 ? step : 1) * (1 + 0.02 * noise()) * spike;
  });
}

test('spikes do not hide a step: 10 % are found among spikes in 5 % of the points, and 5 % in four of five without any', () => {
  const random = seeded(5);
  const found = (step: number, spikes: number) => {
    let count = 0;
    for (let series = 0; series < 100; series++)
      if (indexes(spiked(random, step, spikes)).some((index) => Math.abs(index - 50) <= 3)) count++;
    return count;
  };
  assert.ok(found(1.1, 0.05) >= 97); // 100 were measured; 68 before spikes were drawn in
  assert.ok(found(1.05, 0) >= 70); // 83; 47 when the estimate itself had to reach the magnitude
  assert.ok(found(1.03, 0) <= 3); // 0
});

test('spikes alone raise hardly an alarm', () => {
  const random = seeded(6);
  let alarms = 0;
  for (let series = 0; series < 300; series++) alarms += Number(indexes(spiked(random, 1, 0.05)).length > 0);
  assert.ok(alarms <= 7, `${alarms} of 300`);
});

test('a series that wanders has change points, and they are doubtful; a step among independent values is not', () => {
  const noise = normal(seeded(17));
  const wandering = (rho: number) => {
    let at = noise();
    return Array.from({ length: 100 }, () => {
      at = rho * at + Math.sqrt(1 - rho * rho) * noise();
      return 100 * Math.exp(0.05 * at);
    });
  };
  const found = Array.from({ length: 10 }, () => changesOf('v', wandering(0.9), defaultRule));
  const changed = found.filter(({ points }) => points.length > 0);
  assert.ok(changed.length >= 7, `${changed.length}`); // 191 of 200 were measured, all of them doubtful
  const doubts = changed.flatMap(({ doubt }) => doubt ?? []);
  assert.ok(doubts.length >= changed.length - 1);
  for (const doubt of doubts) assert.match(doubt, /resemble their neighbours \(autocorrelation 0\.\d\d\)/);
  const steps10 = Array.from({ length: 10 }, () =>
    changesOf('v', steps(noise, [50, 100], [50, 110]), defaultRule),
  );
  assert.ok(steps10.every(({ points }) => points.length > 0));
  assert.ok(steps10.filter(({ doubt }) => doubt !== null).length <= 1); // 4 of 300
  assert.equal(changesOf('v', new Array(60).fill(7), defaultRule).doubt, null);
});

test('a series that could be judged has no excuse, and five values can be', () => {
  assert.equal(changesOf('v', [1, 2, 3, 2, 1], defaultRule).why, null);
  assert.match(
    changesOf('v', [1, 2, 3, 2], defaultRule).why!,
    /^4 values: a change needs at least 5, 3 of them/,
  );
  assert.equal(changesOf('v', [7, 7, 7, 7, 8], defaultRule).why, null);
  assert.equal(changesOf('v', [7, 7, 7, 7, 7], defaultRule).why, 'all values are equal');
});

test('rows of which one has no time, of equal times, and of no calendar stay as they are', () => {
  assert.equal(timeOrder(['2026-03-01', 'build 7', '2026-02-01']), null);
  assert.equal(timeOrder(['2026-03-01']), null);
  assert.equal(timeOrder([]), null);
  assert.equal(timeOrder(['2026-03-01', '2026-03-01']), null);
  assert.deepEqual(timeOrder(['2', '1'])?.rows, [1, 0]);
  assert.equal(timeOrder(['March 2 2026', 'March 1 2026']), null);
  assert.deepEqual(timeOrder(['3', '1', '2', '1'])?.rows, [1, 3, 2, 0], 'equal ones keep their order');
});

test('the least magnitude is met by a step that its standard error lets be as large, and by no smaller one', () => {
  // 50 and 50 values of 2 about their level: the standard error of the step is 0.404, and 0.84 of it 0.34
  const stepped = (step: number, scatter = 2) =>
    indexes(Array.from({ length: 100 }, (_, i) => 100 + (i % 2 ? scatter : -scatter) + (i >= 50 ? step : 0)));
  assert.deepEqual(stepped(4.7), [50]);
  assert.deepEqual(stepped(4.6), []);
  assert.deepEqual(stepped(4.9, 0.1), []);
  assert.deepEqual(stepped(5.1, 0.1), [50]);
  // from the right the same step is larger: 4.9 of 95.1 is 5.15 %
  assert.deepEqual(stepped(-4.9, 0.1), [50]);
  assert.deepEqual(stepped(-4.7, 0.1), []);
});

test('values below 1 have a ratio as any others', () => {
  const [point] = changePoints([0.1, 0.1, 0.101, 0.1, 0.2, 0.2, 0.201, 0.2]);
  near(point!.ratio!, 0.20025 / 0.10025, 1e-9);
});
