import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerIndexChange, type IndexChangeFacts } from './index-answer.ts';
import { judgeWork } from './work.ts';

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
    duties: [],
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
  assert.match(sentence, /^Keep it: a, 500 → 4 pages for the whale, gains and nothing loses/);
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
    /an update of an indexed column writes \+133 % WAL, HOT updates of it go from 93 to 0 %\.$/,
  );
});

test('gain here and loss there depends, and names both', () => {
  const { verdict, sentence } = answer({ readings: [reading('a', 50, 4), reading('b', 4, 50)] });
  assert.equal(verdict, 'depends');
  assert.match(sentence, /a, 50 → 4.*gains, but b, 4 → 50/);
});

test('a statement that gains for one tenant and loses for another depends', () => {
  const readings = [reading('a', 50, 4), reading('a', 4, 50, 1, 'minnow')];
  const { verdict, regressed } = answer({ readings });
  assert.equal(verdict, 'depends');
  assert.deepEqual(regressed, ['a']);
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

test('the workload is weighed by how often a statement runs', () => {
  const { workload } = answer({ readings: [reading('a', 10, 100, 1), reading('b', 20, 10, 9)] });
  assert.deepEqual(workload, { before: 19, after: 19 });
});
