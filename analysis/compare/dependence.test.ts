import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocorrelation } from '../statistics/autocorrelation.ts';
import { seeded } from '../statistics/seeded.ts';
import { compareSamples } from './compare.ts';
import { compareOrdered, compareOrderedPairs } from './dependence.ts';

const judging = { higherIsBetter: false, level: undefined };

/** Log-normal values of 5 %, each resembling the one before by `rho` (AR(1), stationary). */
function series(random: () => number, rho: number, length: number, level = 1): number[] {
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let at = noise();
  return Array.from({ length }, () => {
    at = rho * at + Math.sqrt(1 - rho * rho) * noise();
    return level * Math.exp(0.05 * at);
  });
}

function regressions(
  rho: number,
  length: number,
  level: number,
  count: number,
  how = compareOrdered,
): number {
  const random = seeded(7);
  let found = 0;
  for (let i = 0; i < count; i++)
    if (
      how(series(random, rho, length), series(random, rho, length, level), judging).verdict === 'regression'
    )
      found++;
  return found;
}

test('equal processes whose values resemble their neighbours are no regression', () => {
  // Measured over 1,000 of 30 and 30 values: independent 0.8 %, 0.5: 0.9 %, 0.9: none. Taken for independent, 0.9 is called one in a fifth.
  for (const rho of [0, 0.5, 0.9]) assert.ok(regressions(rho, 16, 1, 25) <= 1, `${rho}`);
  assert.ok(regressions(0.9, 16, 1, 25, compareSamples) >= 3, 'the test has something to find');
});

test('independent values keep their power', () => {
  assert.ok(regressions(0, 16, 1.2, 15) >= 14);
});

test('too few blocks are no verdict, and it says what to give instead', () => {
  const random = seeded(3);
  const found = compareOrdered(series(random, 0.95, 30), series(random, 0.95, 30, 1.5), judging);
  assert.deepEqual([found.verdict, found.low, found.p], ['not independent', null, null]);
  assert.match(found.why, /autocorrelation 0\.\d+.*fewer than 6 independent blocks.*one value a run/);
});

test('long dependent series are compared in blocks, and a true difference is found there', () => {
  const random = seeded(9);
  const found = compareOrdered(series(random, 0.5, 300), series(random, 0.5, 300, 1.1), judging);
  assert.equal(found.verdict, 'regression');
  assert.match(found.why, /so blocks of \d+ were compared/);
  assert.deepEqual(found.samples, { a: 300, b: 300 });
});

test('one run is one sample: it is always said of unpaired values', () => {
  const random = seeded(2);
  const found = compareOrdered(series(random, 0, 30), series(random, 0, 30), judging);
  assert.match(found.why, /each value is a run of its own: the values of one run are one sample/);
});

test('pairs whose ratios drift are not independent either', () => {
  const random = seeded(4);
  const drift = series(random, 0.95, 30);
  const pairs = drift.map((ratio) => [1, ratio * 1.2] as const);
  assert.equal(compareOrderedPairs(pairs, judging).verdict, 'not independent');
  const free = series(random, 0, 30).map((ratio) => [1, ratio * 1.2] as const);
  assert.equal(compareOrderedPairs(free, judging).verdict, 'regression');
});

test('autocorrelation is near what made the series, and absent among independent and equal values', () => {
  const random = seeded(8);
  const found = autocorrelation([series(random, 0.6, 2000)])!;
  assert.ok(Math.abs(found.estimate - 0.6) < 0.06 && found.p < 1e-6, JSON.stringify(found));
  assert.ok(autocorrelation([series(random, 0, 2000)])!.p > 0.001);
  assert.equal(autocorrelation([[1, 1, 1, 1, 1, 1, 1, 1, 1]]), null);
  assert.equal(autocorrelation([[1, 2, 3]]), null);
});
