import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expectation } from '../../result/expectation.ts';
import { checkExpectations } from './expectation.ts';
import type { Lineage } from './lineage.ts';
import type { Plan } from './plan.ts';
import { readPlan } from './read.ts';

const lineage: Lineage = {
  tables: new Map([
    ['orders_2026_01', 'orders'],
    ['orders_2026_02', 'orders'],
  ]),
  indexes: new Map([['orders_2026_01_pkey', 'orders_pkey']]),
  definitions: new Map(),
};
const ours = { rows: 0, why: 'All 20 rows are of the tenant.' };

function plan(...nodes: object[]): Plan {
  const reading = readPlan({
    Plan: {
      'Node Type': 'Append',
      'Actual Loops': 1,
      'Shared Hit Blocks': 250,
      'Shared Read Blocks': 50,
      Plans: nodes,
    },
    'Execution Time': 12.345,
  });
  assert.ok(reading.kind === 'plan');
  return reading.plan;
}
const byIndex = {
  'Node Type': 'Index Scan',
  'Relation Name': 'orders_2026_01',
  'Index Name': 'orders_2026_01_pkey',
  'Actual Loops': 1,
};
const whole = (pages: number, more: object = {}) => ({
  'Node Type': 'Seq Scan',
  'Relation Name': 'orders_2026_02',
  'Actual Loops': 1,
  'Shared Hit Blocks': pages,
  'Shared Read Blocks': 0,
  ...more,
});
const check = (expected: Expectation, of: Plan) => checkExpectations([expected], of, lineage, ours);

test('an index scan of a partition is one of its table', () => {
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(byIndex)).ok, true);
});

test('a sequential scan of one partition breaks the expectation and is named', () => {
  const outcome = check({ kind: 'index-scan', table: 'orders' }, plan(byIndex, whole(11)));
  assert.deepEqual(outcome, {
    ok: false,
    why: 'Instead of an index scan on orders: Seq Scan on orders_2026_02.',
  });
});

test('a partition of a few pages, an empty one and one that never ran may be read whole', () => {
  const expected: Expectation = { kind: 'index-scan', table: 'orders' };
  assert.equal(check(expected, plan(byIndex, whole(10), whole(0))).ok, true);
  assert.equal(check(expected, plan(byIndex, whole(900, { 'Actual Loops': 0 }))).ok, true);
  assert.match(check(expected, plan(whole(3))).why, /at most 10 pages/);
});

test('the node that writes a table is no scan of it', () => {
  const write = {
    'Node Type': 'ModifyTable',
    Operation: 'Update',
    'Relation Name': 'orders',
    'Actual Loops': 1,
  };
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(write, byIndex)).ok, true);
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(write)).ok, false);
});

test('a small table that is read whole again and again is no small work', () => {
  const loops = { 'Actual Loops': 5 };
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(whole(50, loops))).ok, true);
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(whole(51, loops))).ok, false);
});

test('pages that are not known are not few', () => {
  const unknown = { 'Node Type': 'Seq Scan', 'Relation Name': 'orders', 'Actual Loops': 1 };
  assert.equal(check({ kind: 'index-scan', table: 'orders' }, plan(unknown)).ok, false);
});

test('a table that is not in the plan is no index scan of it', () => {
  assert.equal(check({ kind: 'index-scan', table: 'products' }, plan(byIndex)).ok, false);
});

test('an index only scan is more than an index scan', () => {
  const expected: Expectation = { kind: 'index-only-scan', table: 'orders' };
  assert.equal(check(expected, plan(byIndex)).ok, false);
  assert.equal(check(expected, plan({ ...byIndex, 'Node Type': 'Index Only Scan' })).ok, true);
});

test("a partition's index counts as its table's, and what is used instead is listed", () => {
  assert.equal(check({ kind: 'index', index: 'orders_pkey' }, plan(byIndex)).ok, true);
  assert.match(check({ kind: 'index', index: 'orders_status' }, plan(byIndex)).why, /orders_pkey/);
});

test('a sort that ran is found, one that never ran is not', () => {
  const sort = (loops: number) => plan({ 'Node Type': 'Incremental Sort', 'Actual Loops': loops });
  assert.equal(check({ kind: 'no-sort' }, sort(1)).ok, false);
  assert.equal(check({ kind: 'no-sort' }, sort(0)).ok, true);
});

test('limits of time and pages hold up to the limit itself', () => {
  assert.equal(check({ kind: 'at-most-ms', limit: 12.345 }, plan()).ok, true);
  assert.match(check({ kind: 'at-most-ms', limit: 10 }, plan()).why, /12\.3 ms instead of at most 10/);
  assert.equal(check({ kind: 'at-most-buffers', limit: 300 }, plan()).ok, true);
  assert.equal(check({ kind: 'at-most-buffers', limit: 299 }, plan()).ok, false);
});

test('one failure decides, then one that could not be checked; both say why', () => {
  const expected: Expectation[] = [{ kind: 'one-tenant' }, { kind: 'at-most-ms', limit: 1 }];
  const unknown = { rows: null, why: 'No row says whose it is.' };
  assert.equal(checkExpectations(expected, plan(), lineage, unknown).ok, false);
  assert.deepEqual(checkExpectations([{ kind: 'one-tenant' }], plan(), lineage, unknown), {
    ok: null,
    why: unknown.why,
  });
  assert.equal(checkExpectations([], plan(), lineage, ours).ok, null);
  assert.equal(check({ kind: 'one-tenant' }, plan()).ok, true);
});
