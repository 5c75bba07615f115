import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWork } from '../statistics/judge-work.ts';
import { answerIndexChange, type IndexChangeFacts } from './index-answer.ts';
import type { Reading } from './index-reading.ts';

const price = (insert: number, hotPct = 100) => ({
  walBytesPerInsert: insert,
  walBytesPerUpdate: 185,
  hotPct,
});
const reading = (statement: string, before: number, after: number, weight = 1, tenantClass = 'whale') => ({
  statement,
  tenantClass,
  weight,
  before,
  after,
});
const answer = (change: Partial<IndexChangeFacts>) =>
  answerIndexChange({
    kind: 'add',
    readings: [reading('a', 10, 10)],
    price: { before: price(100), after: price(100) },
    unread: [],
    tables: [{ name: 'core.t', rows: 10_000, pages: 500, largestPart: 500 }],
    empty: [],
    invalid: [],
    writes: { inserted: 0, updated: 0, updatedIndexed: 0, counted: 0 },
    duties: [],
    gives: [],
    redundantWith: [],
    ...change,
  });

test('work differs from a tenth and three pages on', () => {
  assert.equal(judgeWork(100, 110), 'same');
  assert.equal(judgeWork(100, 111), 'more');
  assert.equal(judgeWork(4, 6), 'same');
  assert.equal(judgeWork(4, 7), 'more');
  assert.equal(judgeWork(111, 100), 'less');
  assert.equal(judgeWork(0, 3), 'more');
});

test('an index that helps one and harms none is kept', () => {
  const { verdict, helped, sentence } = answer({ readings: [reading('a', 500, 4, 10), reading('b', 9, 9)] });
  assert.equal(verdict, 'keep');
  assert.deepEqual(helped, ['a']);
  assert.match(
    sentence,
    /^Keep it: a, 500 → 4 pages for the whale, gains and none of the 2 statements of the catalogue that can touch core\.t loses/,
  );
});

test('an index that nobody uses is not to be made, and its price is told', () => {
  const { verdict, sentence } = answer({
    price: { before: price(100), after: price(150, 0) },
    redundantWith: ['the keys of t_a begin with its'],
  });
  assert.equal(verdict, 'do-not');
  assert.match(sentence, /gains by it \(the keys of t_a/);
  assert.match(sentence, /an insert writes \+50 % WAL.*HOT updates go from 100 to 0 %/);
});

test('what an update of the indexed column pays stands in the answer', () => {
  const of = (wal: number, hot: number) => ({
    ...price(100),
    ...{ walBytesPerIndexedUpdate: wal, hotPctIndexed: hot },
  });
  const { sentence } = answer({ price: { before: of(200, 93), after: of(466, 0) } });
  assert.match(
    sentence,
    /an update of an indexed column writes \+133 % WAL, HOT updates of it go from 93 to 0 % \(none happens in the catalogue\)\.$/,
  );
});

test('gain here and loss there depends, and names both', () => {
  const { verdict, sentence } = answer({ readings: [reading('a', 50, 4), reading('b', 4, 50)] });
  assert.equal(verdict, 'depends');
  assert.match(sentence, /a, 50 → 4.*gains, but b, 4 → 50/);
});

test('a statement that gains for one tenant and loses for another depends', () => {
  const readings = [reading('a', 50, 4), reading('a', 4, 50, 1, 'minnow')];
  const { verdict, regressed, sentence } = answer({ readings });
  assert.equal(verdict, 'depends');
  assert.deepEqual(regressed, ['a']);
  assert.match(
    sentence,
    /^It depends: a, 4 → 50 pages for the minnow, loses, and a gains for another tenant;/,
  );
});

test('only what the workload runs makes an index worth keeping', () => {
  const { verdict } = answer({ readings: [reading('a', 500, 4, 0), reading('b', 9, 9)] });
  assert.equal(verdict, 'depends');
});

test('dropping: fine when nobody loses and it has no duty, refused when somebody loses', () => {
  assert.equal(answer({ kind: 'drop' }).verdict, 'keep');
  assert.equal(answer({ kind: 'drop', duties: ['it guards UNIQUE (a)'] }).verdict, 'depends');
  const lost = answer({ kind: 'drop', readings: [reading('a', 4, 400)] });
  assert.equal(lost.verdict, 'do-not');
  assert.match(lost.sentence, /^Do not drop it: a, 4 → 400/);
});

test('a new index that nobody reads by, but that guards something or serves a foreign key, is no plain no', () => {
  const { verdict, sentence } = answer({ gives: ['i_sku guards UNIQUE (sku)'] });
  assert.equal(verdict, 'depends');
  assert.match(
    sentence,
    /^It depends: none of .* gains by it, but it has a duty: i_sku guards UNIQUE \(sku\);/,
  );
  assert.equal(answer({ gives: ['x'], readings: [reading('a', 4, 400)] }).verdict, 'do-not');
});

test('the workload is weighed by how often a statement runs', () => {
  const { workload, sentence } = answer({ readings: [reading('a', 10, 100, 1), reading('b', 20, 10, 9)] });
  assert.deepEqual(workload, { before: 19, after: 19 });
  assert.match(sentence, /; these statements read as many pages as before, by their weights/);
  const never = answer({ readings: [reading('a', 10, 40, 0), reading('b', 30, 40, 0)] });
  assert.deepEqual(never.workload, { before: 20, after: 40 }, 'what is never run counts alike');
  assert.match(never.sentence, /; these statements read \+100 % pages, by their weights/);
  const some = answer({ readings: [reading('a', 10, 40, 0), reading('b', 30, 40, 1)] });
  assert.deepEqual(some.workload, { before: 30, after: 40 });
  assert.match(answer({ readings: [reading('a', 0, 0)] }).sentence, /; these statements read nothing/);
});

test('the statement that is named is one that loses, and the one that moves most by its weight', () => {
  const readings = [
    ...[reading('gains', 9000, 4, 10), reading('a', 10, 100, 9), reading('b', 10, 300, 1)],
    ...[reading('b', 10, 11, 1, 'minnow'), reading('same', 9, 9)],
  ];
  const { sentence, helped, regressed, unchanged } = answer({ readings });
  assert.match(
    sentence,
    /gains, 9000 → 4 pages for the whale, gains, but a \(and 1 more\), 10 → 100 pages for the whale, loses/,
  );
  assert.deepEqual([helped, regressed, unchanged], [['gains'], ['a', 'b'], ['same']]);
});

const none = { inserted: 0, updated: 0, updatedIndexed: 0, counted: 0 };
const gain = [reading('a', 500, 4, 10), reading('b', 9, 9)];
const dear = {
  before: { ...price(100), pagesPerUpdate: 2 },
  after: { ...price(100, 0), walBytesPerUpdate: 477, pagesPerUpdate: 6.96 },
};

test('a gain beside an update that happens and becomes dearer is no plain yes, and the break-even is told', () => {
  const { verdict, sentence } = answer({ readings: gain, price: dear, writes: { ...none, updated: 1 } });
  assert.equal(verdict, 'depends');
  assert.match(sentence, /but an update writes \+158 % WAL, HOT updates go from 100 to 0 %/);
  // 4.96 pages more a write, 496 saved a read: a hundredth of a read; 10 of weight 10 gain for one update.
  assert.match(
    sentence,
    /touches 5 pages more and a read that gains saves 500, so it pays from 0\.01 such reads a write on \(the catalogue's weights have 10\)/,
  );
});

test('a price that could not be had on one side is no difference, and has no vote', () => {
  const half = { ...price(100), walBytesPerUpdate: null, hotPct: null };
  for (const prices of [
    { before: half, after: { ...price(100, 0), walBytesPerUpdate: 477 } },
    { before: { ...price(100), walBytesPerUpdate: 100 }, after: half },
  ]) {
    const { verdict, sentence } = answer({ readings: gain, price: prices, writes: { ...none, updated: 1 } });
    assert.equal(verdict, 'keep');
    assert.ok(!/an update|HOT|NaN|Infinity/.test(sentence), sentence);
  }
  // Without its pages there is no break-even.
  const pageless = { before: dear.before, after: { ...dear.after, pagesPerUpdate: null } };
  const { sentence } = answer({ readings: gain, price: pageless, writes: { ...none, updated: 1 } });
  assert.match(sentence, /but an update writes \+158 % WAL, HOT updates go from 100 to 0 %\.$/);
});

test('the break-even counts what gains, by its weight, and says nothing of a mix that has no such write', () => {
  const of = (writes: object, readings = gain) =>
    answer({ readings, price: dear, writes: { ...none, ...writes } });
  assert.match(of({ counted: 5 }).sentence, /pays from 0\.01 such reads a write on\.$/);
  const two = [reading('a', 500, 4, 1), reading('c', 100, 10, 3), reading('b', 9, 9, 5)];
  // (1 × 496 + 3 × 90) / 4 = 191.5 pages a read that gains; 4.96 / 191.5 = 0.026; 4 such reads for two updates.
  assert.match(
    of({ updated: 2 }, two).sentence,
    /saves 190, so it pays from 0\.026 such reads a write on \(the catalogue's weights have 2\)/,
  );
});

test('a dearer update that nothing does has no vote; one that the server itself has counted has', () => {
  assert.equal(answer({ readings: gain, price: dear }).verdict, 'keep');
  assert.equal(answer({ readings: gain, price: dear, writes: { ...none, counted: 5 } }).verdict, 'depends');
});

test('a quarter of WAL and a tenth of HOT are the limits', () => {
  const voted = (wal: number, hot: number) =>
    answer({
      readings: gain,
      price: { before: price(100), after: { ...price(100, hot), walBytesPerUpdate: 185 * wal } },
      writes: { ...none, updated: 1 },
    }).verdict;
  assert.deepEqual([voted(1.24, 91), voted(1.26, 100), voted(1, 90)], ['keep', 'depends', 'depends']);
  const inserts = { before: price(100), after: price(126) };
  assert.equal(
    answer({ readings: gain, price: inserts, writes: { ...none, inserted: 1 } }).verdict,
    'depends',
  );
});

test('a table without rows, or too small for an index, cannot be judged; a loss there still is one', () => {
  const tables = (rows: number, pages: number, largestPart = pages) => ({
    tables: [{ name: 'audit.logs', rows, pages, largestPart }],
  });
  for (const kind of ['add', 'drop', 'alter'] as const) {
    const { verdict, sentence } = answer({ kind, ...tables(0, 0) });
    assert.equal(verdict, 'cannot-say');
    assert.match(sentence, /^Cannot say: audit\.logs has 0 rows/);
  }
  assert.match(
    answer({ kind: 'drop', ...tables(12, 1) }).sentence,
    /^Cannot say: audit\.logs has 12 rows in 1 page: /,
  );
  assert.match(
    answer({ kind: 'drop', ...tables(430, 19, 7) }).sentence,
    /^Cannot say: audit\.logs has 430 rows in 19 pages, and none of its partitions more than 7: each is read whole/,
  );
  assert.equal(answer({ kind: 'drop', ...tables(430, 19, 8) }).verdict, 'keep');
  assert.equal(answer({ kind: 'drop', ...tables(1000, 8) }).verdict, 'keep');
  assert.equal(answer({ kind: 'drop', ...tables(12, 1), readings: [reading('a', 1, 9)] }).verdict, 'do-not');
});

test('what could not be read, what nothing can touch, and an index that holds no row cannot be judged', () => {
  const unread = answer({ kind: 'drop', unread: ['orders/x (relation "nope" does not exist)'] });
  assert.equal(unread.verdict, 'cannot-say');
  assert.match(unread.sentence, /but one that can touch core\.t could not be read/);
  assert.match(
    answer({ unread: ['x (y)', 'z (y)'] }).sentence,
    /but 2 that can touch core\.t could not be read: x \(y\); z \(y\)/,
  );
  assert.match(unread.sentence, /orders\/x \(relation "nope" does not exist\)/);
  assert.equal(answer({ readings: gain, unread: ['x (y)'] }).verdict, 'cannot-say');
  assert.equal(answer({ unread: ['x (y)'], readings: [reading('a', 4, 400)] }).verdict, 'do-not');
  assert.match(
    answer({ kind: 'drop', readings: [] }).sentence,
    /^Cannot say: no statement of the catalogue can touch core\.t/,
  );
  assert.match(
    answer({ kind: 'drop', empty: ['idx_pending'] }).sentence,
    /^Cannot say: no row of core\.t fulfils .* idx_pending/,
  );
});

test('a rename changes nothing, ON ONLY cannot be judged, a storage parameter counts for new pages', () => {
  assert.match(answer({ kind: 'rename', readings: [] }).sentence, /^Nothing changes: it changes a name/);
  assert.equal(answer({ kind: 'rename', readings: [] }).verdict, 'keep');
  const only = answer({ invalid: ['idx_orders_x'] });
  assert.equal(only.verdict, 'cannot-say');
  assert.match(only.sentence, /ATTACH PARTITION.*leave ONLY out/);
  assert.equal(answer({ kind: 'alter' }).verdict, 'depends');
});

const timed = (before: number, after: number, ratio: number, low: number, high: number): Reading => ({
  ...reading('a', before, after),
  time: { clock: 'cpu', beforeMs: 32.3, afterMs: 32.3 * ratio, ratio, low, high },
});

test('where pages and CPU time disagree, time decides if its interval is clear, and both are shown', () => {
  const faster = answer({ readings: [timed(75, 100, 0.0155, 0.01, 0.02)] });
  assert.equal(faster.verdict, 'keep');
  assert.match(faster.sentence, /75 → 100 pages, but 32\.3 → 0\.501 ms CPU/);
  assert.equal(answer({ readings: [timed(75, 100, 0.9, 0.7, 1.1)] }).verdict, 'do-not');
  assert.ok(!answer({ readings: [timed(75, 100, 1.4, 1.2, 1.6)] }).sentence.includes('ms CPU'), 'they agree');
  const unknown = {
    ...timed(75, 100, 0.5, 0.4, 0.6),
    time: { ...timed(75, 100, 0.5, 0.4, 0.6).time!, low: null, high: null },
  };
  assert.equal(answer({ readings: [unknown] }).verdict, 'do-not', 'too few slots for an interval');
  assert.equal(answer({ readings: [timed(100, 20, 1.5, 1.2, 1.9)] }).verdict, 'do-not');
  assert.equal(answer({ readings: [timed(100, 20, 1.02, 1.01, 1.03)] }).verdict, 'keep');
  assert.equal(
    answer({ readings: [timed(100, 101, 9, 8, 10)] }).verdict,
    'do-not',
    'no page moved: do not, nobody gains',
  );
});

test('the sentence counts the statements that were judged', () => {
  assert.match(
    answer({ kind: 'drop', readings: [reading('a', 9, 9), reading('b', 9, 9)] }).sentence,
    /^Drop it: none of the 2 statements of the catalogue that can touch core\.t needs it/,
  );
});
