import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { draw } from './progress.ts';

/** A stream and a clock of the test's own. `pass` lets time go by, a second at a time. */
function screen({ isTTY = false, quiet = false } = {}) {
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const written: { at: number; text: string }[] = [];
  const stream = { isTTY, columns: 200, write: (text: string) => Boolean(written.push({ at: now, text })) };
  const progress = draw(stream as never, { quiet, now: () => now });
  return {
    ...{ progress, written },
    text: () => written.map(({ text }) => text).join(''),
    last: () => written.at(-1)!.text,
    pass(ms: number) {
      for (const end = now + ms; now < end; ) {
        now += Math.min(1000, end - now);
        mock.timers.tick(1000);
      }
    },
    [Symbol.dispose]: () => mock.timers.reset(),
  };
}

test('of seconds that are counted, what is left is what is left, however late the count began', () => {
  using at = screen({ isTTY: true });
  at.progress.stage('load');
  at.pass(10_000);
  at.progress.count(1, 6, 's');
  assert.match(at.last(), /17 % of 6 s · 5 s left/);
  at.progress.count(6, 6, 's');
  assert.match(at.last(), /100 % of 6 s · 0 s left/);
});

test('of other work, the pace is that of this count: the time before it and another count do not belong to it', () => {
  using at = screen({ isTTY: true });
  at.progress.stage('data');
  at.pass(60_000);
  at.progress.count(0, 100, 'rows');
  assert.match(at.last(), /0 % of 100 rows · 1 min so far/);
  at.pass(10_000);
  at.progress.count(20, 100, 'rows');
  assert.match(at.last(), /20 % of 100 rows · 40 s left/);
  at.pass(5000);
  assert.match(at.last(), /· 35 s left/);
  at.progress.count(1, 10, 'builds');
  at.pass(2000);
  at.progress.count(2, 10, 'builds');
  assert.match(at.last(), /20 % of 10 builds · 16 s left/);
});

test('no silence is longer than 2 s on a terminal and 31 s in a log, while a stage works without a word', () => {
  for (const [isTTY, longest] of [
    [true, 2000],
    [false, 31_000],
  ] as const) {
    using at = screen({ isTTY });
    at.progress.stage('plans');
    at.pass(200_000);
    const times = [...at.written.map((one) => one.at), 200_000];
    assert.ok(Math.max(...times.slice(1).map((time, i) => time - times[i]!)) <= longest);
    assert.match(at.text(), isTTY ? /3 min 19 s so far/ : /plans: 3 min so far\n/);
  }
  using at = screen({ quiet: true });
  at.progress.stage('plans');
  at.pass(200_000);
  at.progress.end();
  assert.equal(at.text(), '');
});

test('with a plan, what is left of the whole run counts down over its stages', () => {
  using at = screen();
  const stages = [
    { name: 'topology', seconds: 10 },
    { name: 'plans', seconds: 60 },
    { name: 'load', seconds: 50 },
  ];
  at.progress.plan({ stages, runs: 3 });
  assert.match(at.text(), /plan: topology, plans, load; about 2 min, by 3 former runs here\n/);
  at.progress.stage('topology');
  at.pass(10_000);
  at.progress.stage('plans');
  at.pass(30_000);
  assert.match(at.last(), /plans: 30 s so far · the whole run: about 1 min 20 s left/);
  at.progress.stage('load');
  at.progress.count(10, 60, 's');
  at.pass(30_000);
  assert.match(at.last(), /17 % of 60 s · 20 s left · the whole run: about 20 s left/);
  at.progress.end();
  assert.match(at.last(), /load: 30\.0 s/);
});

test('what no former run had is said to be unknown, and no total is made up', () => {
  using at = screen();
  const plan = (runs: number, ...seconds: (number | null)[]) =>
    at.progress.plan({ runs, stages: seconds.map((each, i) => ({ name: `s${i}`, seconds: each })) });
  plan(0, null, null);
  assert.match(at.last(), /no former run of this kind says how long/);
  plan(1, 5, null);
  assert.match(at.last(), /about 5 s by 1 former run here, without s1, which none of them had/);
  at.progress.stage('s0');
  at.pass(31_000);
  assert.doesNotMatch(at.last(), /whole run/);
});
