import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCsv } from '../csv/parse.ts';
import { seeded } from '../statistics/seeded.ts';
import { comparePairs, compareSamples, levelFor } from './compare.ts';
import { pairUp } from './pairing.ts';
import { judge } from './verdict.ts';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not ${expected}`);
const lower = { higherIsBetter: false, level: undefined };
const higher = { ...lower, higherIsBetter: true };

// Hollander and Wolfe, table 3.1 (see statistics.test.ts) as exponents: the logarithms of the ratios are its differences.
const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const depression = after.map((x, i) => [Math.exp(x), Math.exp(before[i]!)] as const);

test("paired: the published interval of Hollander and Wolfe's data comes back as ratios, at the level it reaches", () => {
  const { pairs, estimate, low, high, level, p } = comparePairs(depression, { ...lower, level: 0.95 });
  assert.equal(pairs, 9);
  near(Math.log(estimate!), 0.46, 1e-9);
  near(Math.log(low!), 0.01, 1e-9);
  near(Math.log(high!), 0.786, 5e-4);
  near(level!, 0.961, 5e-4);
  near(p!, 0.03906, 5e-6);
});

test("unpaired: the published interval of Hollander and Wolfe's permeability data comes back as ratios", () => {
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46, 1.1];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21, 1.0];
  const found = compareSamples(early.map(Math.exp), term.map(Math.exp), { ...lower, level: 0.95 });
  const differences = term.flatMap((x) => early.map((y) => x - y)).sort((a, b) => a - b);
  near(Math.log(found.estimate!), (differences[32]! + differences[33]!) / 2, 1e-9);
  assert.deepEqual([found.pairs, found.samples], [null, { a: 6, b: 11 }]);
  // Critical value of U for 6 and 11 at two-sided 5 % is 13 (Mann and Whitney's table): the 14th difference from each end.
  near(Math.log(found.low!), differences[13]!, 1e-9);
  near(Math.log(found.high!), differences[66 - 14]!, 1e-9);
});

test('the verdict follows the gate: above 3 % and surely above 1, below 5 % at its upper end, else inconclusive', () => {
  const of = (low: number, estimate: number, high: number) => judge({ low, estimate, high }, false);
  assert.equal(of(1.01, 1.04, 1.07), 'regression');
  assert.equal(of(1.01, 1.02, 1.03), 'pass'); // surely slower, but by too little
  assert.equal(of(1.01, 1.02, 1.06), 'inconclusive');
  assert.equal(of(0.99, 1.04, 1.09), 'inconclusive');
  assert.equal(of(0.97, 1.0, 1.04), 'pass');
  assert.equal(of(0.9, 0.93, 0.96), 'improvement');
  assert.equal(of(0.9, 0.98, 1.06), 'inconclusive');
});

test('an estimate far from 1 whose interval holds 1 is no change, and an interval that is clear with a small estimate none either', () => {
  const of = (low: number, estimate: number, high: number) => judge({ estimate, low, high }, false);
  assert.equal(of(0.8, 0.9, 1.04), 'pass');
  assert.equal(of(0.8, 0.9, 1.2), 'inconclusive');
  assert.equal(of(0.97, 0.98, 0.99), 'pass');
  assert.equal(of(0.8, 0.9, 0.99), 'improvement');
  assert.equal(of(0.9, 1.1, 1.2), 'inconclusive');
  assert.equal(of(1.01, 1.02, 1.04), 'pass');
});

test('where higher is better the verdict turns round and the ratio stays', () => {
  const tenth = depression.map((_, i) => [100 + i, (100 + i) * (0.9 + i / 1000)] as const);
  const worse = comparePairs(tenth, higher);
  assert.equal(worse.verdict, 'regression');
  assert.ok(worse.estimate! < 1);
  assert.equal(comparePairs(tenth, lower).verdict, 'improvement');
  assert.equal(
    comparePairs(
      tenth.map(([a, b]) => [b, a] as const),
      higher,
    ).verdict,
    'improvement',
  );
});

test('fewer than six pairs or samples are no verdict, and the estimate has no interval', () => {
  const five = comparePairs(depression.slice(0, 5), lower);
  assert.deepEqual(
    [five.verdict, five.low, five.high, five.level, five.p],
    ['not enough samples', null, null, null, null],
  );
  assert.ok(five.estimate !== null);
  assert.match(five.why, /^5 pairs: at least 6/);
  const few = compareSamples([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7, 8], lower);
  assert.match(few.why, /^5 and 8 samples: at least 6 on each side/);
  assert.equal(comparePairs([], lower).estimate, null);
});

test('six pairs reach 96.9 %, ten the 99 % of the gate, twenty its 98 %', () => {
  const random = seeded(1);
  const level = (pairs: number) =>
    comparePairs(
      Array.from({ length: pairs }, () => [1 + random(), 1 + random()] as const),
      lower,
    ).level!;
  near(level(6), 1 - 2 / 64, 1e-12);
  assert.ok(level(10) >= 0.99 && level(10) < 0.995);
  assert.ok(level(20) >= 0.98 && level(20) < 0.985);
  const asked = comparePairs(depression.slice(0, 7), { ...lower, level: 0.99 });
  assert.match(asked.why, /^7 pairs: at least 8 are needed for an interval at 99 %/);
});

test('without a change it rarely cries wolf, and a tenth slower is caught', () => {
  const random = seeded(17);
  const noise = () =>
    Math.exp(0.02 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
  const verdicts = (change: number) =>
    Array.from({ length: 300 }, () =>
      comparePairs(
        Array.from({ length: 12 }, () => [50 * noise(), 50 * change * noise()] as const),
        lower,
      ),
    ).filter(({ verdict }) => verdict === 'regression').length;
  assert.ok(verdicts(1) <= 3);
  assert.ok(verdicts(1.1) >= 290);
});

test('many samples, paired or not, are answered with a caution, as they look like requests of one run', () => {
  const random = seeded(3);
  const many = () => Array.from({ length: 2000 }, () => 10 + random());
  assert.match(compareSamples(many(), many(), lower).why, /normal approximation.*single requests/);
  const paired = comparePairs(
    many().map((x) => [x, x * (1.01 + random() / 100)] as const),
    lower,
  );
  near(paired.estimate!, 1.015, 0.001);
  assert.deepEqual([paired.pairs, paired.verdict], [2000, 'pass']);
  assert.match(paired.why, /normal approximation.*single requests/);
});

const table = (csv: string) => parseCsv(csv);
const values = (pairing: ReturnType<typeof pairUp>) =>
  pairing.kind === 'paired' ? pairing.pairs.map(([a, b]) => [a.value, b.value]) : pairing.kind;

test('rows are paired one by one, by a key in any order, or by a label column that both share', () => {
  const a = { table: table('slot,ms\nx,1\ny,2\nz,3\n'), metric: 1 };
  const b = { table: table('slot,ms\nz,30\nx,10\ny,20\n'), metric: 1 };
  assert.deepEqual(values(pairUp(a, b, 'rows')), [
    [1, 30],
    [2, 10],
    [3, 20],
  ]);
  const byKey = [
    [1, 10],
    [2, 20],
    [3, 30],
  ];
  assert.deepEqual(values(pairUp(a, b, { key: 'Slot' })), byKey);
  assert.deepEqual(values(pairUp(a, b, 'auto')), byKey);
  assert.equal(values(pairUp(a, b, 'unpaired')), 'unpaired');
});

test('rows without a partner are counted, unequal rows and doubled keys cannot be paired', () => {
  const a = { table: table('slot,ms\nx,1\ny,2\n'), metric: 1 };
  const b = { table: table('slot,ms\nx,10\nq,20\nr,30\n'), metric: 1 };
  const keyed = pairUp(a, b, { key: 'slot' });
  assert.ok(keyed.kind === 'paired');
  assert.deepEqual([keyed.pairs.length, keyed.alone], [1, 3]);
  assert.equal(pairUp(a, b, 'auto').kind, 'unpaired');
  assert.deepEqual(pairUp(a, b, 'rows'), {
    kind: 'impossible',
    why: 'there are 2 rows on one side and 3 on the other',
  });
  const doubled = { table: table('slot,ms\nx,1\nx,2\n'), metric: 1 };
  assert.deepEqual(pairUp(doubled, b, { key: 'slot' }), {
    kind: 'impossible',
    why: '"x" is twice in the column "slot" (line 3)',
  });
});

test('the confidence follows the number: 95 % up to seven, 99 % from eight, 98 % from twenty', () => {
  assert.deepEqual([6, 7, 8, 19, 20, 500].map(levelFor), [0.95, 0.95, 0.99, 0.99, 0.98, 0.98]);
  const many = (count: number) => Array.from({ length: count }, (_, i) => [1, 1 + (i % 7) / 1000] as const);
  assert.match(
    comparePairs(many(201), lower).why,
    /normal approximation, exact up to 200 pairs; so many samples/,
  );
  assert.ok(!/approximation/.test(comparePairs(many(200), lower).why));
  const asked = (level: number) => comparePairs(many(300), { ...lower, level });
  near(asked(0.95).level!, 0.95, 1e-3);
  near(asked(0.99).level!, 0.99, 1e-3);
  const short = comparePairs(many(7), { ...lower, level: 0.99 });
  assert.equal(short.why, '7 pairs: at least 8 are needed for an interval at 99 %');
});

test('each reason has its limits, and samples that are too few the ratio of their medians', () => {
  const ratio = (value: number, judging = lower) =>
    comparePairs(
      Array.from({ length: 10 }, (_, i) => [1 + i, (1 + i) * value] as const),
      judging,
    ).why;
  assert.match(ratio(1.1), /^B is higher, by more than 3 %, and the interval excludes no change/);
  assert.match(ratio(0.9), /^B is lower, by more than 3 %/);
  assert.match(ratio(0.9, higher), /^B is lower, by more than 3 %/);
  assert.match(ratio(1.1, higher), /^B is higher, by more than 3 %/);
  assert.match(ratio(1.01), /^B is not worse by 5 % or more/);
  const wide = Array.from({ length: 10 }, (_, i) => [1, i % 2 ? 0.8 : 1.3] as const);
  assert.match(
    comparePairs(wide, lower).why,
    /^a change for the worse of 5 % can be neither shown nor excluded/,
  );
  near(compareSamples([2, 2, 2], [3, 3, 3], lower).estimate!, 1.5, 1e-9);
  assert.equal(compareSamples([], [1], lower).estimate, null);
  const large = (count: number) => Array.from({ length: count }, (_, i) => 1 + (i % 9) / 100);
  assert.match(compareSamples(large(60), large(60), lower).why, /exact up to 100 samples$/);
  assert.ok(!/approximation|requests/.test(compareSamples(large(40), large(60), lower).why));
  assert.match(compareSamples(large(10), large(201), lower).why, /single requests/);
  assert.ok(!/single requests/.test(compareSamples(large(10), large(200), lower).why));
});
