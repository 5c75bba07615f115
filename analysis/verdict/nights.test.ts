import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NightFacts } from './facts.ts';
import { nightObjectives } from './nights.ts';

type Metric = NightFacts['metrics'][number];
const time = (state: Metric['state'], missing = 0, metric = 'a, CPU ms'): Metric => ({
  ...{ metric, exact: false, state, missing, why: `why of ${metric}` },
});
const pages = (state: Metric['state']): Metric => ({ ...time(state, 0, 'a, pages'), exact: true });
const judged = (metrics: readonly Metric[], voided: string | null = null) => {
  const [work, times] = nightObjectives({ void: voided, metrics });
  return { work: work!, times: times! };
};

test('only what is confirmed fails a night, and each is named with its reason', () => {
  const { work, times } = judged([pages('confirmed'), time('confirmed'), time('new')]);
  assert.deepEqual([work.ok, work.value, times.ok, times.value], [false, 1, false, 1]);
  assert.equal(work.why, 'a, pages: why of a, pages.');
  const many = judged(Array.from({ length: 7 }, (_, i) => time('confirmed', 0, `m${i}`))).times;
  assert.match(many.why, /^m0: why of m0; .*m4: why of m4 and 2 more\.$/);
});

test('a night that compared nothing has not passed: neither its work nor its times', () => {
  const { work, times } = judged([]);
  assert.deepEqual([work.ok, times.ok], [null, null]);
  assert.match(work.why, /No statement was compared/);
  assert.equal(times.why, 'No time was measured.');
  for (const one of [work, times, judged([pages('confirmed')]).work]) assert.equal(one.limit, 0);
  const good = judged([pages('steady'), time('steady')]);
  assert.deepEqual([good.work.value, good.times.value, good.work.limit, good.times.limit], [0, 0, 0, 0]);
  assert.equal(judged([pages('steady')]).work.ok, true);
});

test('what was accepted is not called as in the control', () => {
  assert.match(judged([pages('steady'), pages('accepted')]).work.why, /but what was accepted \(1 metrics\)/);
  assert.match(judged([pages('steady')]).work.why, /reads no more pages/);
});

test('a suspect that the gate did not decide is open, before there is a baseline too', () => {
  for (const metrics of [
    [time('suspect'), time('steady')],
    [time('suspect', 10), time('steady')],
    [time('suspect', 10), time('learning', 10)],
  ]) {
    const { times } = judged(metrics);
    assert.equal(times.ok, null);
    assert.match(times.why, /neither confirmed nor refuted: a, CPU ms: why of/);
  }
});

test('one night above is no finding and is named; what has few nights is counted', () => {
  const { times } = judged([time('steady'), time('new', 0, 'b'), time('learning', 4)]);
  assert.equal(times.ok, true);
  assert.match(times.why, /above for the first night: b\. 1 with fewer nights is not above the control/);
  assert.equal(judged([time('steady'), time('steady')]).times.why, 'None of 2 metrics is above its nights.');
});

test('times are open while they are learning, and when the night is void', () => {
  const { times } = judged([time('learning', 4), time('learning', 1)]);
  assert.deepEqual([times.ok, times.value], [null, null]);
  assert.match(times.why, /1 more night is needed/);
  assert.match(judged([time('steady')], 'the control moved').times.why, /void: the control moved/);
  assert.equal(judged([time('steady')], 'the control moved').times.ok, null);
  assert.equal(judged([time('confirmed')], 'the control moved').times.ok, false, 'it was confirmed before');
});
