import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Blocks } from './plan.ts';
import { type Accountable, selfShares } from './self.ts';

interface Named extends Accountable {
  readonly name: string;
  readonly children: readonly Named[];
}
const pages = (hit: number): Blocks => ({
  ...{ hit, read: 0, localHit: 0, localRead: 0, temporaryRead: 0, temporaryWritten: 0 },
});
const says = (more: Partial<Accountable['says']> = {}) => ({
  first: '',
  conditions: '',
  output: '',
  ...more,
});
const node = (name: string, hit: number, more: Partial<Named> = {}, ...children: Named[]): Named => ({
  ...{ name, type: 'Seq Scan', relationship: 'Outer', subplan: null, cte: null, loops: 1, says: says() },
  ...{ inclusiveMs: hit / 10, inclusiveBlocks: pages(hit), children },
  ...more,
});
const initPlan = (subplan: string, hit: number, more: Partial<Named> = {}, ...children: Named[]) =>
  node('plan', hit, { relationship: 'InitPlan', subplan, ...more }, ...children);
const cteScan = (name: string, hit: number, more: Partial<Named> = {}) =>
  node(name, hit, { cte: 'w', ...more });
/** What each node is left with, by its name. */
const own = (root: Named): Record<string, number> => {
  const { of } = selfShares(root);
  return Object.fromEntries([...of].map(([{ name }, { blocks }]) => [name, blocks!.hit]));
};
const afterRoot = (root: Named) => selfShares(root).afterRoot.hit;

test('children are taken off their parent, which is never left with less than nothing', () => {
  const root = node('root', 10, {}, node('a', 4), node('b', 3, { relationship: 'SubPlan' }));
  assert.deepEqual(own(root), { root: 3, a: 4, b: 3 });
  assert.deepEqual(own(node('root', 5, {}, node('a', 9))), { root: 0, a: 9 });
  const { of } = selfShares(node('root', 5, { inclusiveMs: null, inclusiveBlocks: null }));
  assert.deepEqual([...of.values()], [{ ms: null, blocks: null }]);
});

test('an InitPlan is taken off the first node that names it, of those that ran', () => {
  const conditions = says({ conditions: '(a < $0)' });
  const plan = initPlan('InitPlan 1 (returns $0)', 6);
  const join = (left: Partial<Named>, right: Partial<Named>) =>
    own(node('root', 20, {}, node('left', 7, left), node('right', 8, right), plan));
  assert.deepEqual(join({ says: conditions }, { says: conditions }), { root: 5, left: 1, right: 8, plan: 6 });
  assert.deepEqual(join({ says: conditions, loops: 0 }, { says: conditions }), {
    ...{ root: 5, left: 7, right: 2, plan: 6 },
  });
  // PostgreSQL 17 and 18 name it by its number
  const named = says({ conditions: '(a < (InitPlan 1).col1)' });
  const since17 = own(
    node('root', 20, {}, node('left', 7), node('right', 8, { says: named }), initPlan('InitPlan 1', 6)),
  );
  assert.deepEqual(since17, { root: 5, left: 7, right: 2, plan: 6 });
});

test('$1 is not $10', () => {
  const root = node(
    ...(['root', 20, {}] as const),
    node('left', 7, { says: says({ conditions: '(a < $10)' }) }),
    node('right', 8, { says: says({ conditions: '(a < $1)' }) }),
    initPlan('InitPlan 2 (returns $1)', 6),
  );
  assert.deepEqual(own(root), { root: 5, left: 7, right: 2, plan: 6 });
});

test('an InitPlan of an output is that of the node that gives it; a one-time filter comes before all conditions', () => {
  const plan = initPlan('InitPlan 1 (returns $0)', 6);
  const output = node('root', 20, { says: says({ output: 'a, $0' }) }, node('left', 7), plan);
  assert.deepEqual(own(output), { root: 7, left: 7, plan: 6 });
  const below = node('root', 20, {}, node('left', 7, { says: says({ output: '$0' }) }), plan);
  assert.deepEqual(own(below), { root: 13, left: 1, plan: 6 });
  const first = node(
    ...(['root', 20, { says: says({ first: '$0' }) }] as const),
    node('left', 7, { says: says({ conditions: '(a < $0)' }) }),
    plan,
  );
  assert.deepEqual(own(first), { root: 7, left: 7, plan: 6 });
});

test('children ask for an InitPlan before their parent does', () => {
  const conditions = says({ conditions: '(a < $0)' });
  const plan = initPlan('InitPlan 1 (returns $0)', 6);
  const root = node('root', 20, { says: conditions }, node('left', 7, { says: conditions }), plan);
  assert.deepEqual(own(root), { root: 13, left: 1, plan: 6 });
});

test('an InitPlan that nobody names is taken off the node it hangs under, and never off its own nodes', () => {
  assert.deepEqual(own(node('root', 20, {}, node('left', 7), initPlan('InitPlan 1 (returns $0)', 6))), {
    ...{ root: 7, left: 7, plan: 6 },
  });
  const itself = initPlan('InitPlan 1 (returns $0)', 6, { says: says({ conditions: '(b = $0)' }) });
  assert.deepEqual(own(node('root', 20, {}, node('left', 7), itself)), { root: 7, left: 7, plan: 6 });
});

test('below a Gather or a Gather Merge, it runs in that node before the workers start', () => {
  for (const type of ['Gather', 'Gather Merge']) {
    const scan = node('scan', 8, { says: says({ conditions: '(a < $0)' }) });
    const gather = node('gather', 15, { type }, scan);
    const root = node('root', 20, {}, gather, initPlan('InitPlan 1 (returns $0)', 6));
    assert.deepEqual(own(root), { root: 5, gather: 1, scan: 8, plan: 6 }, type);
  }
});

test('a CTE is taken off its readers in the order in which they run, from each what it has, once', () => {
  const cte = initPlan('CTE w', 6);
  const root = (first: number, second: number, more: Partial<Named> = {}) =>
    own(node('root', 30, {}, cteScan('first', first, more), cteScan('second', second), cte));
  assert.deepEqual(root(6, 2), { root: 22, first: 0, second: 2, plan: 6 });
  assert.deepEqual(root(4, 3), { root: 23, first: 0, second: 1, plan: 6 });
  assert.deepEqual(root(4, 8, { loops: 0 }), { root: 18, first: 4, second: 2, plan: 6 });
  const spaced = node('root', 9, {}, node('reader', 6, { cte: 'my own' }), initPlan('CTE my own', 6));
  assert.deepEqual(own(spaced), { root: 3, reader: 0, plan: 6 });
});

test('a writing CTE that nobody reads runs after the root, in whose figures it is not; a reading one runs never', () => {
  const writes = initPlan('CTE w', 6, { type: 'ModifyTable' });
  assert.deepEqual(own(node('root', 20, {}, writes)), { root: 20, plan: 6 });
  assert.equal(afterRoot(node('root', 20, {}, writes)), 6);
  assert.equal(afterRoot(node('root', 20, {}, cteScan('reader', 4), writes)), 2);
  assert.equal(afterRoot(node('root', 20, {}, cteScan('reader', 4), initPlan('CTE w', 6))), 0);
  assert.equal(afterRoot(node('root', 20, {}, initPlan('InitPlan 1 (returns $0)', 6))), 0);
});
