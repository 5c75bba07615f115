import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Figure } from '../../result/figure.ts';
import type { TrustCheck } from '../../result/run.ts';
import { withTrust } from './figure-trust.ts';

const figure = (name: string, change: Partial<Figure> = {}): Figure => ({
  ...{ measure: 'load', name, labels: { scenario: 'a' }, unit: 'ms', better: 'less', kind: 'timed' },
  ...{ value: 10, low: 9, high: 11, samples: 100, trust: 'unchecked', why: '' },
  ...change,
});
const check = (change: Partial<TrustCheck>): TrustCheck => ({
  ...{ name: 'CPU steal', ok: true, value: 1, limit: 5, unit: '%', why: 'said.', figures: ['*'] },
  ...change,
});
const trustOf = (one: Figure, ...checks: TrustCheck[]) => withTrust([one], checks)[0]!.trust;

test('a timed figure is ok when every check that names it holds, doubtful when one fails, unchecked when one is open', () => {
  const [held, failed, open] = [check({}), check({ ok: false }), check({ ok: null })];
  const response = figure('response');
  assert.equal(trustOf(response, held), 'ok');
  assert.equal(trustOf(response, held, failed, open), 'doubtful');
  assert.equal(trustOf(response, held, open), 'unchecked');
  assert.equal(trustOf(response), 'unchecked', 'nobody looked');
  const [doubtful] = withTrust([response], [held, failed]);
  assert.equal(doubtful!.why, 'CPU steal: said.');
  assert.equal(withTrust([figure('response', { why: 'few.' })], [open])[0]!.why, 'few.');
});

test('a check speaks of all times, of its part’s or of one figure, and of no other; labels that a figure lacks do not part them', () => {
  const response = figure('response');
  const of = (figures: string[], labels?: Record<string, string>) =>
    trustOf(response, check({ ok: false, figures, ...(labels && { labels }) }));
  assert.deepEqual(
    [['*'], ['load.*'], ['load.response'], ['load.service', 'load.response']].map((each) => of(each)),
    ['doubtful', 'doubtful', 'doubtful', 'doubtful'],
  );
  assert.deepEqual(
    [['lag.*'], ['load.service'], []].map((each) => of(each)),
    ['unchecked', 'unchecked', 'unchecked'],
  );
  assert.equal(of(['*'], { scenario: 'a' }), 'doubtful');
  assert.equal(of(['*'], { scenario: 'b' }), 'unchecked');
  assert.equal(of(['*'], { replica: 'replica1' }), 'doubtful');
});

test('an exact figure depends on no clock', () => {
  const rows = figure('rows', { kind: 'exact', trust: 'ok' });
  assert.deepEqual(withTrust([rows], [check({ ok: false })]), [rows]);
});

test('a response time with late starts reaches down to the service time of the same requests', () => {
  const late = (ok: boolean | null) =>
    check({ ok, name: 'a, open: start lag p99', figures: ['load.response'] });
  const service = figure('service', { value: 4, low: 3 });
  const other = figure('service', { value: 1, low: 0.5, labels: { scenario: 'b' } });
  const low = (ok: boolean | null, ...others: Figure[]) =>
    withTrust([figure('response'), ...others], [late(ok)])[0]!.low;
  assert.equal(low(false, other, service), 3);
  assert.equal(low(null, other, service), 3);
  assert.equal(low(true, service), 9);
  assert.equal(low(false, figure('service', { value: 4, low: null })), 4);
  assert.equal(low(false, other), null, 'nothing bounds it from below');
  assert.equal(
    withTrust([figure('achieved-rate')], [check({ ok: false, name: 'start lag p99' })])[0]!.low,
    9,
  );
});
