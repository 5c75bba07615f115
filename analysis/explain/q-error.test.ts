import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanNode } from './plan.ts';
import { type Estimated, qErrorOf, stoppedEarly, worstEstimate } from './q-error.ts';

interface Named extends Estimated {
  readonly name: string;
  readonly children: readonly Named[];
}

const node = (
  name: string,
  type: string,
  [estimatedRows, actualRows]: readonly [number, number],
  more: Partial<Named> = {},
): Named => ({
  ...{ name, type, estimatedRows, actualRows, loops: 1, children: [] },
  ...{ relationship: 'Outer', joinType: null, strategy: null, innerUnique: false },
  ...more,
});
const above = (type: string, rows: readonly [number, number], children: Named[], more: Partial<Named> = {}) =>
  node('above', type, rows, { children, ...more });
const scan = (name = 'scan', rows: readonly [number, number] = [1000, 10], more: Partial<Named> = {}) =>
  node(name, 'Seq Scan', rows, more);
const inner = (rows: readonly [number, number], more: Partial<Named> = {}) =>
  scan('inner', rows, { relationship: 'Inner', ...more });
const outer = (rows: readonly [number, number], more: Partial<Named> = {}) => scan('outer', rows, more);
const stopped = (root: Named): string[] => [...stoppedEarly(root)].map(({ name }) => name).toSorted();
const reached = (child: Named): string[] => stopped(above('Limit', [10, 10], [child]));

test('the factor goes up from 1 both ways, with both counts at least 1; what did not run has none', () => {
  const q = (rows: readonly [number, number], more: Partial<Named> = {}, isStopped = false) =>
    qErrorOf(scan('scan', rows, more), isStopped);
  assert.deepEqual([q([100, 5]), q([5, 100]), q([7, 7])], [20, 20, 1]);
  assert.deepEqual([q([50, 0]), q([0, 50]), q([1, 0.25]), q([0, 0])], [50, 50, 1, 1]);
  assert.equal(q([10, 0], { loops: 0 }), null);
  assert.equal(q([10, 0], { loops: null, actualRows: null }), null);
  assert.equal(q([10, 0], { estimatedRows: null }), null);
  for (const type of ['BitmapAnd', 'BitmapOr', 'ModifyTable']) assert.equal(q([10, 0], { type }), null, type);
  assert.equal(q([10, 2], { type: 'Bitmap Index Scan' }), 5);
});

test('stopped early, fewer rows than estimated say nothing; as many or more always count', () => {
  const q = (rows: readonly [number, number]) => qErrorOf(scan('scan', rows), true);
  assert.deepEqual([q([100, 99]), q([100, 100]), q([100, 400])], [null, 1, 4]);
});

test('below a Limit that was reached; one that ran out of rows stopped nothing', () => {
  const below = (rows: readonly [number, number]) => stopped(above('Limit', rows, [scan()]));
  assert.deepEqual([below([10, 10]), below([10, 12]), below([10, 9])], [['scan'], ['scan'], []]);
  // LIMIT 0, or nothing found where nothing was expected
  assert.deepEqual(below([0, 0]), []);
  assert.deepEqual(stopped(above('Limit', [10, 10], [scan()], { actualRows: null })), []);
});

test('a Limit stops what lies below through nodes that give rows as they come', () => {
  for (const [type, strategy] of [
    ['Nested Loop', null],
    ['Hash Join', null],
    ['Append', null],
    ['Gather', null],
    ['Gather Merge', null],
    ['Subquery Scan', null],
    ['Materialize', null],
    ['Memoize', null],
    ['Incremental Sort', null],
    ['Unique', null],
    ['WindowAgg', null],
    ['LockRows', null],
    ['Aggregate', 'Sorted'],
    ['Aggregate', 'Mixed'],
    ['SetOp', 'Sorted'],
  ] as const)
    assert.deepEqual(
      reached(above(type, [50, 10], [scan()], { strategy })),
      ['above', 'scan'],
      `${type} ${strategy}`,
    );
});

test('a Limit stops nothing below a node that reads everything first', () => {
  for (const [type, strategy] of [
    ['Sort', null],
    ['Hash', null],
    ['Bitmap Heap Scan', null],
    ['BitmapAnd', null],
    ['BitmapOr', null],
    ['ModifyTable', null],
    ['Aggregate', 'Plain'],
    ['Aggregate', 'Hashed'],
    ['SetOp', 'Hashed'],
  ] as const)
    assert.deepEqual(
      reached(above(type, [50, 10], [scan()], { strategy })),
      ['above'],
      `${type} ${strategy}`,
    );
  // and a Limit below it stops again
  const again = above('Limit', [5, 5], [scan('deep')]);
  assert.deepEqual(reached(above('Sort', [50, 10], [{ ...again, name: 'limit' }])), ['above', 'deep']);
});

test('a Limit does not stop plans that other nodes ask for their rows', () => {
  for (const relationship of ['InitPlan', 'SubPlan'])
    assert.deepEqual(
      stopped(above('Limit', [10, 10], [scan('plan', [1000, 10], { relationship }), scan()])),
      ['scan'],
      relationship,
    );
});

test('the inner side of a nested loop stops at its first match in a semi join, an anti join, or where it is unique', () => {
  const loop = (joinType: string, innerUnique = false, type = 'Nested Loop') =>
    stopped(above(type, [50, 50], [outer([1000, 10]), inner([20, 1])], { joinType, innerUnique }));
  assert.deepEqual([loop('Semi'), loop('Anti'), loop('Inner', true)], [['inner'], ['inner'], ['inner']]);
  assert.deepEqual([loop('Inner'), loop('Left')], [[], []]);
  // a hash join reads both sides
  assert.deepEqual([loop('Semi', false, 'Hash Join'), loop('Inner', true, 'Hash Join')], [[], []]);
});

test('a SubPlan before the inputs of a nested loop is not taken for its outer side', () => {
  const plan = scan('plan', [1000, 10], { relationship: 'SubPlan' });
  const children = [plan, outer([1000, 10]), inner([20, 1])];
  assert.deepEqual(stopped(above('Nested Loop', [50, 50], children, { joinType: 'Semi' })), ['inner']);
});

const merge = (joinType: string, [left, right]: readonly [Named, Named]) =>
  stopped(above('Merge Join', [50, 50], [left, right], { joinType }));

test('a merge join may leave the side that gave too few rows unread; an outer join reads what it keeps', () => {
  const [short, whole] = [
    [1000, 10],
    [100, 100],
  ] as const;
  assert.deepEqual(merge('Inner', [outer(short), inner(whole)]), ['outer']);
  assert.deepEqual(merge('Inner', [outer(whole), inner(short)]), ['inner']);
  assert.deepEqual(merge('Semi', [outer(short), inner(whole)]), ['outer']);
  assert.deepEqual(merge('Inner', [outer(whole), inner([10, 1000])]), []);
  for (const joinType of ['Left', 'Anti', 'Full'])
    assert.deepEqual(merge(joinType, [outer(short), inner(whole)]), [], joinType);
  for (const joinType of ['Left', 'Anti'])
    assert.deepEqual(merge(joinType, [outer(whole), inner(short)]), ['inner'], joinType);
  for (const joinType of ['Right', 'Right Anti', 'Full'])
    assert.deepEqual(merge(joinType, [outer(whole), inner(short)]), [], joinType);
  assert.deepEqual(merge('Right', [outer(short), inner(whole)]), ['outer']);
});

test('a sort below a merge join shows whether all its rows were asked for', () => {
  const sort = (name: string, gave: number, relationship = 'Outer') =>
    node(name, 'Sort', [1000, gave], { relationship, children: [scan(`${name} scan`, [1000, 200])] });
  // it gave all it had: its estimate is wrong
  assert.deepEqual(merge('Inner', [sort('left', 200), inner([100, 100])]), []);
  assert.deepEqual(merge('Inner', [sort('left', 20), inner([100, 100])]), ['left']);
  // one side ends a join: where the right one was cut, the left one ended, whatever it had been estimated to give
  assert.deepEqual(merge('Inner', [outer([1000, 10]), sort('right', 20, 'Inner')]), ['right']);
  assert.deepEqual(merge('Inner', [outer([1000, 10]), sort('right', 200, 'Inner')]), ['outer']);
});

test('what is stopped at the top of a join is not stopped below its hash', () => {
  const hash = node('hash', 'Hash', [1000, 900], { relationship: 'Inner', children: [scan('built')] });
  assert.deepEqual(reached(above('Hash Join', [50, 10], [outer([1000, 10]), hash])), [
    'above',
    'hash',
    'outer',
  ]);
});

test('of equal factors the topmost is the worst; a plan that did not run has none', () => {
  const plan = (qError: number | null, ...children: PlanNode[]) =>
    ({ qError, children }) as unknown as PlanNode;
  const root = plan(1, plan(4), plan(4));
  assert.ok(worstEstimate(root)?.node === root.children[0]);
  assert.equal(worstEstimate(plan(null, plan(null))), null);
});
