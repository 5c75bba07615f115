import assert from 'node:assert/strict';
import { test } from 'node:test';
import { biasOfRounds } from './bias.ts';
import { isTooNoisy } from './same-side.ts';

const cell = (...logs: number[]) => logs.map((log) => [2, 2 * Math.exp(log)] as const);

test('the mean is over rounds and statements, the sign over rounds', () => {
  const found = biasOfRounds([cell(-0.02, 0.01, -0.03), cell(-0.02, 0.01, 0.01)]);
  assert.ok(Math.abs(found.meanPct + (100 * 0.04) / 6) < 1e-9);
  assert.deepEqual([found.below, found.of], [2, 3]);
});

test('the sign test at its tabled values: 1 of 10 is p 0.0215, 5 of 10 is 1, 0 of 20 is 1.9e-6', () => {
  const p = (below: number, of: number) =>
    biasOfRounds([cell(...Array.from({ length: of }, (_, i) => (i < below ? -0.01 : 0.01)))]).p;
  assert.ok(Math.abs(p(1, 10) - 22 / 1024) < 1e-12);
  assert.equal(p(5, 10), 1);
  assert.ok(Math.abs(p(0, 20) - 2 / 2 ** 20) < 1e-15);
  assert.equal(biasOfRounds([]).of, 0);
});

test('noise beyond 2 % is more than chance from the fourth alarm of forty on', () => {
  assert.deepEqual(
    [0, 3, 4].map((alarms) => isTooNoisy(alarms, 40)),
    [false, false, true],
  );
  assert.deepEqual([isTooNoisy(1, 6), isTooNoisy(2, 6), isTooNoisy(0, 0)], [false, true, false]);
});
