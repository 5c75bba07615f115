import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../statistics/seeded.ts';
import { baselineOf } from './baseline.ts';
import { planRounds } from './budget.ts';
import {
  type Acceptance,
  afterGate,
  exactValue,
  type Judged,
  judgeExact,
  judgeTime,
  type Night,
  type Previous,
} from './judge-night.ts';
import { confirmations, nightValue } from './night-value.ts';
import { byRisk } from './risk.ts';
import { type Noise, simulate, simulateStates } from './simulate.ts';
import { maxSuspicious } from './suspicion.ts';

const steady = (count: number, level = 0): Night[] =>
  Array.from({ length: count }, (_, i) => ({
    run: `n${i}`,
    value: level + 0.004 * Math.sin(7 * i),
    state: 'steady',
  }));
const night = (run: string, value: number | null, state: Night['state'] = 'steady'): Night => ({
  run,
  value,
  state,
});
const judge = (
  nights: readonly Night[],
  value: number,
  { previous = null, acceptance = null }: { previous?: Previous | null; acceptance?: Acceptance | null } = {},
) => judgeTime({ nights, previous, acceptance }, 'tonight', value);
const agreed = { verdict: 'regression', estimate: 1.1, low: 1.05, high: 1.2, pairs: 10, why: '' };
const passed = { ...agreed, verdict: 'pass', estimate: 1, low: 0.99, high: 1.01 };
const accepted: Acceptance = { from: 'n12', run: 'n14', level: 0.1, reason: 'more columns' };

test('fewer nights than a baseline needs are learning, and say how many are missing', () => {
  const nine = judge(steady(9), 0.01);
  assert.deepEqual([nine.state, nine.missing, nine.baseline, nine.confirm], ['learning', 1, null, false]);
  assert.match(nine.why, /^1 more night is needed for a baseline of 10/);
  assert.equal(judge([], 0).missing, 10);
  assert.equal(judge(steady(10), 0).state, 'steady');
  assert.equal(judge([...steady(9), night('void', null)], 0).state, 'learning');
});

test('the limit is 2.5 %, or three deviations where the nights scatter more', () => {
  const calm = baselineOf(steady(30).map(({ value }) => value!))!;
  assert.equal(calm.limit, Math.log(1.025));
  // Values of -0.02 and 0.02 have the MAD 0.02: 3 x 1.4826 x 0.02 x sqrt(1 + 1.57 / 30).
  const wild = baselineOf(Array.from({ length: 30 }, (_, i) => (i % 2 ? 0.02 : -0.02)))!;
  assert.ok(Math.abs(wild.limit - 3 * 1.4826 * 0.02 * Math.sqrt(1 + 1.57 / 30)) < 1e-9);
  assert.equal(wild.level, 0);
});

test('only the last 30 nights make a baseline', () => {
  const nights = [...steady(40, 0.5), ...steady(30, 0).map((one, i) => ({ ...one, run: `m${i}` }))];
  assert.ok(Math.abs(judge(nights, 0).baseline!.level) < 0.005);
});

test('one night above is new, the second of three is suspect and goes to the gate, one in between or not', () => {
  const first = judge(steady(20), 0.06);
  assert.deepEqual([first.state, first.since, first.confirm], ['new', 'tonight', false]);
  const previous: Previous = { state: 'new', since: 'a', baseline: first.baseline };
  const second = judge([...steady(20), night('a', 0.06, 'new')], 0.06, { previous });
  assert.deepEqual([second.state, second.since, second.confirm], ['suspect', 'a', true]);
  const between = judge([...steady(20), night('a', 0.06, 'new'), night('b', 0)], 0.06, {
    previous: { state: 'steady', since: null, baseline: null },
  });
  assert.deepEqual([between.state, between.since], ['suspect', 'a']);
  const late = judge([...steady(20), night('a', 0.06, 'new'), night('b', 0), night('c', 0)], 0.06, {});
  assert.equal(late.state, 'new');
});

test('being faster is no finding', () => {
  assert.equal(judge([...steady(20), night('a', -0.3)], -0.3).state, 'steady');
});

test('the gate confirms, refutes, or leaves a suspicion as it is', () => {
  const suspect = judge([...steady(20), night('a', 0.06)], 0.06);
  assert.equal(afterGate(suspect, agreed).state, 'confirmed');
  assert.deepEqual([afterGate(suspect, passed).state, afterGate(suspect, passed).since], ['steady', null]);
  assert.equal(afterGate(suspect, { ...agreed, verdict: 'inconclusive' }).state, 'suspect');
});

/** The gate on pairs without noise. */
const gated = (value: number, level: number) => (value - level > Math.log(1.03) ? agreed : passed);

/** Nights one after the other as the command does it. */
function live(values: readonly number[], acceptanceAt: (run: number) => Acceptance | null = () => null) {
  const nights: Night[] = [];
  const judgements: Judged[] = [];
  let previous: Previous | null = null;
  for (const [i, value] of values.entries()) {
    const acceptance = acceptanceAt(i);
    const alone = acceptance !== null && acceptance.run === nights.at(-1)?.run;
    const first = judgeTime(
      { nights: [...nights], previous: alone ? null : previous, acceptance },
      `n${i}`,
      value,
    );
    const judged = first.confirm ? afterGate(first, gated(value, first.baseline!.level)) : first;
    nights.push({ run: `n${i}`, value, state: judged.state });
    previous = judged;
    judgements.push(judged);
  }
  return judgements;
}
const level = (count: number, value: number) =>
  Array.from({ length: count }, (_, i) => value + 0.003 * Math.sin(5 * i));

test('a confirmed regression stays one however long it lasts, and is fixed after two nights without it', () => {
  const states = live([...level(15, 0), ...level(40, 0.1), ...level(5, 0)]).map(({ state }) => state);
  assert.deepEqual(states.slice(14, 18), ['steady', 'new', 'confirmed', 'confirmed']);
  assert.deepEqual([...new Set(states.slice(17, 55))], ['confirmed']);
  assert.deepEqual(states.slice(55), ['confirmed', 'fixed', 'steady', 'steady', 'steady']);
});

test('a confirmed regression that one night does not show is not called still there', () => {
  const judged = live([...level(15, 0), ...level(3, 0.1), 0, 0]);
  const whys = judged.slice(17).map(({ state, why }) => `${state}: ${why}`);
  assert.match(whys[0]!, /^confirmed: still there: \+10\.\d %/);
  assert.match(whys[1]!, /^confirmed: not above tonight, which two nights have to show: \+0\.0 %/);
  assert.match(whys[2]!, /^fixed: no longer there: not above on two nights/);
});

test('the nights of a fixed regression are not in the baseline after it', () => {
  const judged = live([...level(15, 0), ...level(40, 0.1), ...level(3, 0), 0.08, 0.08]);
  assert.deepEqual(
    judged.slice(-2).map(({ state }) => state),
    ['new', 'confirmed'],
  );
});

test('an accepted change is the new baseline: it is learnt anew, and a further one is found', () => {
  const acceptance: Acceptance = { from: 'n15', run: 'n17', level: 0.1, reason: 'more columns' };
  const judged = live([...level(15, 0), ...level(20, 0.1), ...level(3, 0.2)], (run) =>
    run >= 18 ? acceptance : null,
  );
  const states = judged.map(({ state }) => state);
  assert.deepEqual(states.slice(15, 18), ['new', 'confirmed', 'confirmed']);
  assert.deepEqual(states.slice(18, 25), new Array(7).fill('accepted'));
  assert.match(judged[18]!.why, /7 more nights are needed.*accepted: more columns/);
  assert.deepEqual(states.slice(25, 35), new Array(10).fill('steady'));
  assert.deepEqual(states.slice(35), ['new', 'confirmed', 'confirmed']);
});

test('a slow drift that no single night shows is found, by its change point or by the level that it may not pass', () => {
  const rising = Array.from({ length: 80 }, (_, i) => Math.min(0.08, 0.0014 * i) + 0.002 * Math.sin(i));
  const judged = live([...level(40, 0), ...rising]);
  const found = judged.findIndex(({ state }) => state === 'confirmed');
  assert.ok(found > 60 && found < 120, `confirmed at ${found}`);
  assert.match(judged[found]!.why, /^it has risen from|^above on 2 of the last 3 nights/);
});

test('pages are confirmed in one night, fixed in one, and accepted at their level only', () => {
  const exact = (control: number, head: number, before: Partial<Parameters<typeof judgeExact>[0]> = {}) =>
    judgeExact({ previous: null, acceptance: null, ...before }, 'tonight', { control, head, coarse: true });
  assert.equal(exact(100, 112).state, 'confirmed');
  assert.equal(exact(100, 109).state, 'steady');
  assert.equal(exact(10, 12).state, 'steady');
  const previous: Previous = { state: 'confirmed', since: 'a', baseline: null };
  assert.deepEqual(
    [exact(100, 112, { previous }).since, exact(100, 100, { previous }).state],
    ['a', 'fixed'],
  );
  const acceptance = { ...accepted, level: Math.log(1.5) };
  assert.equal(exact(100, 150, { acceptance }).state, 'accepted');
  assert.equal(exact(100, 170, { acceptance }).state, 'confirmed');
  assert.equal(exact(100, 100, { acceptance }).state, 'steady');
});

test('a statement that fails or returns other rows is confirmed at once, and can be accepted', () => {
  const flag = (head: number, acceptance: Acceptance | null = null) =>
    judgeExact({ previous: null, acceptance }, 'tonight', { control: 0, head, coarse: false }).state;
  assert.deepEqual(
    [flag(0), flag(1), flag(1, { ...accepted, level: 1 })],
    ['steady', 'confirmed', 'accepted'],
  );
});

test('a night is the Hodges-Lehmann estimate of its pairs, and the gate judges against the level before', () => {
  assert.ok(
    Math.abs(
      nightValue([
        [1, 1.1],
        [2, 2.2],
        [3, 3.3],
      ])! - Math.log(1.1),
    ) < 1e-12,
  );
  assert.equal(nightValue([]), null);
  const pairs = Array.from(
    { length: 10 },
    (_, i) => [1 + i / 100, (1 + i / 100) * 1.1 * (1 + 0.002 * Math.sin(i))] as const,
  );
  const verdict = (before: number) => confirmations([{ name: 'a', level: before, pairs }]).get('a')!.verdict;
  assert.equal(verdict(0), 'regression');
  assert.equal(verdict(Math.log(1.1)), 'pass');
});

test('with little time the statements of least risk are left out, with much there are more rounds', () => {
  const three = ['a', 'b', 'c'].map((name) => ({ name, seconds: 1 }));
  const plan = (seconds: number) => planRounds(three, seconds);
  assert.deepEqual(plan(40), { kind: 'planned', rounds: 10, chosen: three, left: [] });
  assert.deepEqual(plan(1000), { kind: 'planned', rounds: 20, chosen: three, left: [] });
  assert.deepEqual(plan(26), {
    kind: 'planned',
    rounds: 10,
    chosen: three.slice(0, 2),
    left: three.slice(2),
  });
  assert.deepEqual(plan(5), { kind: 'too-little', needed: 12.5 });
});

test('open findings come first, then changed plans, then what was left out, then by weight', () => {
  const one = (name: string, change: object) => ({
    name,
    planChanged: false,
    watched: false,
    weight: 1,
    nightsAgo: 0,
    ...change,
  });
  const order = byRisk([
    one('heavy', { weight: 9 }),
    one('light', {}),
    one('left out', { nightsAgo: 3 }),
    one('changed', { planChanged: true }),
    one('watched', { watched: true }),
  ]);
  assert.deepEqual(
    order.map(({ name }) => name),
    ['watched', 'changed', 'left out', 'heavy', 'light'],
  );
});

test('simulated nights: without a change none is confirmed, twice as slow always is', () => {
  const random = seeded(3);
  const noise: Noise = Array.from({ length: 3 }, () =>
    Array.from({ length: 3 }, () =>
      Array.from({ length: 30 }, () => [1 + 0.02 * random(), 1 + 0.02 * random()] as const),
    ),
  );
  const run = (slowdown: number) => simulate({ noise, histories: 4, calm: 14, slowdown, random });
  assert.deepEqual(run(1), { nights: 56, falseAlarms: 0, slowdowns: 4, confirmed: 0 });
  assert.deepEqual(run(2), { nights: 56, falseAlarms: 0, slowdowns: 4, confirmed: 4 });
});

test('before there is a baseline the gate decides against the control itself: slow from the first night on is found', () => {
  const first = judge([], 0.1);
  assert.deepEqual([first.state, first.confirm, first.baseline!.level], ['suspect', true, 0]);
  assert.equal(afterGate(first, agreed).state, 'confirmed');
  assert.equal(afterGate(first, passed).state, 'learning');
  assert.equal(judge([], 0.02).confirm, false);
  const after = { ...accepted, level: 0.1 };
  assert.equal(judge([], 0.11, { acceptance: after }).state, 'accepted');
  assert.equal(judge([], 0.15, { acceptance: after }).confirm, true);
});

test('what was confirmed is fixed by the gate only, and stays where it cannot decide', () => {
  const previous: Previous = { state: 'confirmed', since: 'a', baseline: { level: 0, limit: 0.025 } };
  const nights = [...steady(20), night('a', 0.1, 'confirmed'), night('b', 0.01, 'confirmed')];
  const back = judge(nights, 0.01, { previous });
  assert.deepEqual([back.state, back.confirm], ['confirmed', true]);
  assert.equal(afterGate(back, passed).state, 'fixed');
  assert.equal(afterGate(back, { ...passed, verdict: 'improvement', estimate: 0.9 }).state, 'fixed');
  assert.equal(afterGate(back, { ...passed, estimate: 1.014, high: 1.04 }).state, 'fixed');
  const slower = afterGate(back, { ...passed, estimate: 1.016, high: 1.04 });
  assert.equal(slower.state, 'confirmed', 'a pass of what is 3 % slower for ever');
  assert.match(slower.why, /fresh pairs do not show that it is gone/);
  assert.equal(afterGate(back, { ...passed, estimate: null }).state, 'confirmed');
  for (const verdict of ['regression', 'inconclusive', 'not enough samples'])
    assert.equal(afterGate(back, { ...agreed, verdict }).state, 'confirmed');
});

test('a baseline begins at the newest gain, a rise is no level, and neither widens its limit', () => {
  const of = (...levels: [count: number, value: number][]) =>
    baselineOf(levels.flatMap(([count, value]) => level(count, value)))!;
  const gained = of([15, 0], [15, -0.1]);
  assert.ok(Math.abs(gained.level + 0.1) < 0.005 && gained.limit === Math.log(1.025), JSON.stringify(gained));
  const risen = of([15, 0], [15, 0.1]);
  assert.ok(Math.abs(risen.level) < 0.005 && risen.limit === Math.log(1.025), JSON.stringify(risen));
  assert.equal(of([30, 0.1]).level, Math.log(1.025), 'slow from the first night on');
  assert.ok(Math.abs(baselineOf(level(30, 0.1), 0.1)!.level - 0.1) < 0.005, 'and accepted');
});

/** Pairs that differ by 1 % of noise. */
const pairsOfNoise = (random: () => number): Noise =>
  Array.from({ length: 4 }, () => [
    Array.from({ length: 30 }, () => [1 + 0.02 * random(), 1 + 0.02 * random()] as const),
  ]);

test('simulated: a lost gain, a step while learning, a creep and a slow first night are confirmed once and never "fixed" while they last', () => {
  const random = seeded(11);
  const noise = pairsOfNoise(random);
  const histories: Record<string, (night: number) => number> = {
    'a gain for 15 nights, then lost': (night) => (night >= 15 && night < 30 ? 0.9 : 1),
    'a step while learning': (night) => (night < 6 ? 1 : 1.1),
    'a creep': (night) => 1 + Math.min(0.12, 0.004 * Math.max(0, night - 15)),
    'slow from the first night on': () => 1.1,
  };
  for (const [name, factor] of Object.entries(histories))
    for (let i = 0; i < 5; i++) {
      const states = simulateStates(noise, 60, factor, random);
      assert.ok(states.includes('confirmed'), `${name}: ${[...new Set(states)]}`);
      assert.ok(!states.includes('fixed'), `${name}: ${states}`);
    }
});

test('an acceptance whose runs are gone, or were made on another machine, holds by the time in their ids', () => {
  const days = (first: number, count: number, value: number, state: Night['state']) =>
    Array.from({ length: count }, (_, i) =>
      night(`202601${String(first + i).padStart(2, '0')}`, value + 0.003 * Math.sin(5 * i), state),
    );
  const before = days(1, 12, 0, 'steady');
  const slower = days(14, 10, 0.1, 'confirmed');
  const gone: Acceptance = { from: '20260113', run: '20260130', level: 0.1, reason: 'more columns' };
  const judged = judge([...before, ...slower], 0.1, { acceptance: gone });
  assert.deepEqual([judged.state, judged.nights, judged.missing], ['steady', 10, 0]);
  assert.ok(Math.abs(judged.baseline!.level - 0.1) < 0.005);
  assert.equal(judge(before, 0.1, { acceptance: gone }).state, 'accepted');
  const early = { ...gone, run: '20260115' };
  assert.equal(judge([...before, ...slower], 0.1, { acceptance: early }).nights, 2, 'confirmed after it');
});

test('what is said of a night has its figures: against the control, before, and the limit', () => {
  const { why } = judge(steady(20), 0.06);
  assert.match(why, /: \+6\.2 % against the control, [+-]0\.\d % before; the limit is \+2\.5 % more$/);
  assert.match(judge([], -0.02).why, /^10 more nights are needed/);
  assert.match(
    judge([], 0.1).why,
    /^\+10\.5 % against the control, \+0\.0 % is right when nothing changed; 10 more/,
  );
  assert.match(judge([...steady(20), night('a', 0.06, 'new')], 0.06).why, /^above on 2 of the last 3 nights/);
});

test('a drift below the limit of noisy nights goes to the gate against the level before it; a fall does not', () => {
  const noisy = (count: number, value: number, from = 0) =>
    Array.from({ length: count }, (_, i) => night(`m${from + i}`, value + (i % 2 ? 0.03 : -0.03)));
  const risen = judge([...noisy(40, 0), ...noisy(20, 0.08, 40)], 0.08);
  assert.deepEqual([risen.state, risen.since, risen.confirm], ['suspect', 'm40', true]);
  assert.ok(Math.abs(risen.baseline!.level) < 0.01 && risen.baseline!.limit > 0.1, JSON.stringify(risen));
  assert.match(risen.why, /^it has risen from [+-]0\.\d % to \+8\.\d %, by the change point at m40$/);
  assert.equal(judge([...noisy(40, 0.08), ...noisy(20, 0, 40)], 0).state, 'steady');
  assert.equal(judge(noisy(60, 0), 0).state, 'steady');
  const gaps = noisy(20, 0.08, 40).flatMap((one) => [night(`${one.run}x`, null), one]);
  assert.equal(judge([...noisy(40, 0), ...gaps], 0.08).since, 'm40', 'nights without a value are left out');
  assert.equal(
    judge([...noisy(40, 0), ...noisy(101, 0.08, 40)], 0.08).state,
    'steady',
    'more than 100 nights ago',
  );
});

test('a baseline has no night of an open finding, and none that was confirmed and not accepted', () => {
  const before = steady(12);
  const confirmed = Array.from({ length: 20 }, (_, i) => night(`c${i}`, 0.1, 'confirmed'));
  const fixed: Previous = { state: 'fixed', since: null, baseline: null };
  const after = judge([...before, ...confirmed, night('d', 0)], 0, { previous: fixed });
  assert.deepEqual([after.nights, after.missing], [13, 0]);
  const open: Previous = { state: 'suspect', since: 'c0', baseline: { level: 0, limit: 0.025 } };
  assert.equal(judge([...before, ...confirmed], 0.1, { previous: open }).nights, 12);
  const few = judge([...before.slice(0, 3), ...confirmed], 0.1, { previous: open });
  assert.deepEqual([few.nights, few.missing, few.state], [3, 7, 'suspect']);
  const watched = afterGate({ ...few, missing: 1 }, passed);
  assert.deepEqual([watched.state, watched.baseline], ['learning', null]);
  assert.equal(afterGate({ ...few, missing: 0 }, passed).state, 'steady');
});

test('a finding keeps the baseline against which it was found, and the night in which it began, until it is over', () => {
  const nights = [...steady(20), night('a', 0.1, 'new'), night('b', 0.1, 'suspect')];
  const baseline = { level: 0.011, limit: 0.033 };
  for (const state of ['new', 'suspect', 'confirmed'] as const) {
    const judged = judge(nights, 0.1, { previous: { state, since: 'a', baseline } });
    assert.deepEqual([judged.baseline, judged.since], [baseline, 'a'], state);
  }
  for (const state of ['steady', 'learning', 'accepted', 'fixed'] as const)
    assert.notDeepEqual(
      judge(nights, 0.1, { previous: { state, since: null, baseline } }).baseline,
      baseline,
    );
});

test('a figure without noise: pages as a ratio from one page on, others by how many more', () => {
  const value = (control: number, head: number, coarse: boolean) => exactValue({ control, head, coarse });
  assert.deepEqual([value(0, 1, true), value(1, 1, true), value(2, 3, false)], [0, 0, 1]);
  assert.ok(Math.abs(value(0, 8, true) - Math.log(8)) < 1e-12);
  assert.ok(Math.abs(value(4, 1, true) + Math.log(4)) < 1e-12);
  assert.ok(Math.abs(value(10, 15, true) - Math.log(1.5)) < 1e-12);
  const judged = judgeExact({ previous: null, acceptance: null }, 'tonight', {
    control: 100,
    head: 123_456,
    coarse: true,
  });
  assert.deepEqual(
    [judged.nights, judged.missing, judged.confirm, judged.since, judged.baseline],
    [0, 0, false, 'tonight', { level: 0, limit: 0 }],
  );
  assert.match(judged.why, /^100 in the control, 123500 in head/);
  const from0 = { ...accepted, level: Math.log(8) };
  const none = (head: number) =>
    judgeExact({ previous: null, acceptance: from0 }, 'tonight', { control: 0, head, coarse: true }).state;
  assert.deepEqual([none(8), none(12)], ['accepted', 'confirmed']);
});

test('the gate takes the three that are furthest above their own level, in limits', () => {
  const one = (name: string, value: number, level: number, limit: number) => ({
    name,
    value,
    judged: { ...judge([], 0.1), baseline: { level, limit } },
  });
  const order = maxSuspicious([
    one('twice', 0.06, 0.01, 0.025),
    one('high level', 0.495, 0.49, 0.005),
    one('thrice', 0.09, 0, 0.03),
    one('wide', 0.2, 0, 0.15),
    one('four', 0.1, 0, 0.025),
  ]).map(({ name }) => name);
  assert.deepEqual(order, ['four', 'thrice', 'twice']);
});

test('a night is the middle of its pairs, and one that fills its time exactly leaves nothing out', () => {
  const value = nightValue([1.02, 1.04, 1.3].map((ratio) => [1, ratio] as const))!;
  const averages = [1.02, 1.04, 1.3].flatMap((a, i, all) =>
    all.slice(i).map((b) => (Math.log(a) + Math.log(b)) / 2),
  );
  const middle = averages.sort((a, b) => a - b);
  assert.ok(Math.abs(value - (middle[2]! + middle[3]!) / 2) < 1e-12);
  const two = ['a', 'b'].map((name) => ({ name, seconds: 1 }));
  assert.equal(planRounds(two, 25).kind, 'planned');
  assert.deepEqual(planRounds(two, 25), { kind: 'planned', rounds: 10, chosen: two, left: [] });
  const [first] = two;
  assert.deepEqual(planRounds(two, 12.5), { kind: 'planned', rounds: 10, chosen: [first], left: [two[1]] });
  const weights = [1, 3, 2].map((weight) => ({ planChanged: false, watched: false, weight, nightsAgo: 0 }));
  assert.deepEqual(
    byRisk(weights).map(({ weight }) => weight),
    [3, 2, 1],
  );
});

test('of several gains the newest begins the baseline', () => {
  const values = [...level(10, 0), ...level(10, -0.1), ...level(10, -0.2)];
  assert.ok(Math.abs(baselineOf(values)!.level + 0.2) < 0.005);
});
