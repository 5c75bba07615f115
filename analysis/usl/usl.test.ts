import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/seeded.ts';
import { fit } from './fit.ts';
import { type Coefficients, type Measured, peakOf, squaredError, throughputAt } from './model.ts';
import { expectedAt, plateauOf } from './plateau.ts';
import { scalability } from './usl.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);

// SPEC SDM91 on a Sun SPARCcenter 2000 (Gunther, "Guerrilla Capacity Planning", 2007; R package usl, data specsdm91).
const sdm91: Measured[] = [
  [1, 64.9],
  [18, 995.9],
  [36, 1652.4],
  [72, 1853.2],
  [108, 1828.9],
  [144, 1775.0],
  [216, 1702.2],
].map(([load, throughput]) => ({ load: load!, throughput: throughput! }));

const measured = (truth: Coefficients, loads: readonly number[], repeats: number, noise: () => number) =>
  loads.flatMap((load) =>
    Array.from({ length: repeats }, () => ({ load, throughput: throughputAt(truth, load) * (1 + noise()) })),
  );
const normal = (random: () => number, deviation: number) => () =>
  deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const silent = () => 0;
const truth = { alpha: 0.03, beta: 0.0002, gamma: 100 };
const loads = [1, 2, 4, 8, 16, 32, 64, 96];

test('SPEC SDM91 gives the published alpha 0.0277, beta 0.000104 and gamma 89.995, and its peak at 96.5', () => {
  const { alpha, beta, gamma, peak, why } = scalability(sdm91, seeded(1));
  assert.equal(alpha.value.toFixed(4), '0.0277');
  assert.equal(beta.value.toFixed(6), '0.000104');
  assert.equal(gamma.value.toFixed(3), '89.995');
  near(peak!.load, 96.52, 0.01);
  near(peak!.throughput, 1883.9, 0.1);
  assert.equal(why, null);
});

test('the fit is a least: every step away from it is worse', () => {
  const best = fit(sdm91);
  const least = squaredError(best, sdm91);
  near(least, 27453.72, 0.01); // an independent descent in Python reached 27453.7196
  for (const name of ['alpha', 'beta', 'gamma'] as const)
    for (const factor of [0.999, 1.001])
      assert.ok(squaredError({ ...best, [name]: best[name] * factor }, sdm91) > least);
});

test('exact data give back their coefficients from any start', () => {
  const data = measured(truth, loads, 1, silent);
  for (const start of [undefined, { alpha: 0.5, beta: 0.01, gamma: 10 }, { alpha: 0, beta: 0, gamma: 500 }]) {
    const found = start ? fit(data, start) : fit(data);
    near(found.alpha, 0.03, 1e-8);
    near(found.beta, 0.0002, 1e-10);
    near(found.gamma, 100, 1e-5);
  }
  const { beta, peak } = scalability(data, seeded(1));
  near(beta.low, 0.0002, 1e-9);
  near(peak!.load, Math.sqrt(0.97 / 0.0002), 1e-3);
});

test('no coefficient is below 0: superlinear data are linear, a plateau has no coherency', () => {
  const superlinear = loads.map((load) => ({ load, throughput: load ** 1.1 }));
  const { alpha, beta, peak, why } = scalability(superlinear, seeded(1));
  assert.deepEqual([alpha.value, beta.value, peak], [0, 0, null]);
  assert.match(why!, /^peak not identified/);
  const plateau = fit(measured({ alpha: 0.1, beta: 0, gamma: 50 }, loads, 3, normal(seeded(2), 0.01)));
  assert.ok(plateau.alpha > 0.08 && plateau.beta >= 0);
});

test('a peak is not identified when coherency may be 0, beyond twice the range, or from fewer than 6 loads', () => {
  const noise = normal(seeded(3), 0.02);
  const contended = scalability(measured({ alpha: 0.1, beta: 0, gamma: 100 }, loads, 3, noise), seeded(1));
  assert.equal(contended.peak, null);
  assert.match(contended.why!, /^peak not identified: coherency's interval touches 0/);
  const far = scalability(measured({ alpha: 0.01, beta: 2e-5, gamma: 100 }, loads, 3, silent), seeded(1));
  assert.equal(far.peak, null);
  assert.match(far.why!, /^peak not identified: it would lie at load 222/);
  const few = scalability(measured(truth, [1, 16, 32, 64, 96], 3, noise), seeded(1));
  assert.match(few.why!, /^peak not identified: 5 loads were measured, at least 6 are needed/);
  assert.ok(few.alpha.low <= few.alpha.value);
});

test('the same seed gives the same intervals', () => {
  const data = measured(truth, loads, 3, normal(seeded(4), 0.02));
  assert.deepEqual(scalability(data, seeded(7), 200), scalability(data, seeded(7), 200));
  assert.notDeepEqual(scalability(data, seeded(7), 200).alpha, scalability(data, seeded(8), 200).alpha);
});

test('the intervals hold the truth about as often as they say', () => {
  const random = seeded(6);
  const noise = normal(random, 0.02);
  const held = { alpha: 0, beta: 0, gamma: 0 };
  for (let round = 0; round < 100; round++) {
    const found = scalability(measured(truth, loads, 3, noise), random, 150);
    for (const name of ['alpha', 'beta', 'gamma'] as const)
      if (found[name].low <= truth[name] && truth[name] <= found[name].high) held[name]++;
  }
  for (const times of Object.values(held)) assert.ok(times >= 82, JSON.stringify(held)); // 92 % less 4 standard errors
});

test('trained below 60 % of the load range it predicts the rest within 10 %', () => {
  const random = seeded(10);
  for (const [alpha, beta] of [
    [0.02, 0.0001],
    [0.05, 0.0004],
    [0.005, 0.0008],
  ] as const) {
    const system = { alpha, beta, gamma: 250 };
    const all = measured(system, [1, 4, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96], 3, normal(random, 0.01));
    const trained = fit(all.filter(({ load }) => load < 0.6 * 96));
    for (const { load } of all.filter((point) => point.load >= 0.6 * 96))
      near(throughputAt(trained, load) / throughputAt(system, load), 1, 0.1);
  }
});

test('a law without coherency or of total contention has no peak', () => {
  assert.equal(peakOf({ alpha: 0.1, beta: 0, gamma: 1 }), null);
  assert.equal(peakOf({ alpha: 1, beta: 0.1, gamma: 1 }), null);
});

test('contention and coherency are put in words, and missing repeats are said', () => {
  const { notes } = scalability(sdm91, seeded(1));
  assert.match(notes[0]!, /^contention: 2\.8 % of the work .* 36 times/);
  assert.match(notes[1]!, /^coherency: every pair of clients costs 0\.010 %/);
  assert.match(notes[2]!, /^the law misses load 1 by 39 % .*too high/);
  assert.match(notes[3]!, /once only/);
});

test('data that grow faster than their load are called superlinear, and the miss is named', () => {
  const throughputs: [number, number][] = [
    [1, 100],
    [2, 203.459],
    [4, 417.537],
    [8, 847.458],
    [12, 1226.994],
    [16, 1509.434],
    [24, 1754.386],
    [32, 1713.062],
  ];
  const { alpha, notes } = scalability(
    throughputs.map(([load, throughput]) => ({ load, throughput })),
    seeded(1),
    50,
  );
  assert.equal(alpha.value, 0);
  assert.match(notes[0]!, /^superlinear: .* from 100 at load 1 to 105\.9 at load 8/);
  assert.match(notes.join('\n'), /misses load 1 by 17 %/);
  assert.doesNotMatch(notes.join('\n'), /none seen/);
});

/** A queue in front of `cores` full cores, each request taking a second of one: the bounds of operational analysis. */
const fullCores = (cores: number, loads: readonly number[], noise: () => number) =>
  loads.flatMap((load) =>
    Array.from({ length: 3 }, () => ({ load, throughput: 400 * Math.min(load, cores) * (1 + noise()) })),
  );
const range = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

test('full cores are told as a plateau, not as a peak, and what is expected beyond the loads measured stays flat', () => {
  const all = fullCores(2, range, normal(seeded(11), 0.02));
  const below = all.filter(({ load }) => load <= 0.6 * 64);
  const { plateau, peak, why, notes, ...law } = scalability(below, seeded(1));
  assert.equal(plateau!.from, 2);
  assert.equal(peak, null);
  assert.match(why!, /^peak not identified: throughput is flat from load 2 on, at (79|80)\d;/);
  assert.match(
    notes.join('\n'),
    /the law misses what was measured by up to \d\d % of the highest throughput \(at load 1, too high\)/,
  );
  const best = { alpha: law.alpha.value, beta: law.beta.value, gamma: law.gamma.value };
  for (const load of [48, 64]) {
    near(expectedAt(best, plateau, load) / 800, 1, 0.03);
  }
});

test('no plateau is told where throughput rises, falls, has a short top, or a few loads only were measured', () => {
  const of = (throughputs: readonly number[]) =>
    plateauOf(throughputs.map((throughput, i) => ({ load: 2 ** i, throughput })));
  assert.equal(of([100, 190, 350, 600, 900, 1200]), null);
  assert.equal(of([100, 190, 200, 195, 170, 140, 110]), null);
  assert.equal(of([100, 150, 200, 203]), null);
  assert.equal(of([100, 190, 340, 520, 560, 530]), null, 'the top of a hill bends');
  assert.deepEqual(of([100, 150, 200, 203, 200]), { from: 4, throughput: 200 });
  assert.equal(of([100, 96, 92, 88, 84, 80]), null, 'a slow fall is no plateau');
  assert.deepEqual(of([100, 190, 200, 196, 202, 198]), { from: 2, throughput: 198 });
});
