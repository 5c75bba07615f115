import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from '../explain/read.ts';
import { indexCandidates, type KnownIndex } from './index-candidates.ts';

const lineage = { tables: new Map(), indexes: new Map(), definitions: new Map() };
const index = (short: string, keys: string[], more: Partial<KnownIndex> = {}): KnownIndex => ({
  ...{ short, table: 'core.orders', method: 'btree', keys, orders: keys.map(() => '1 0 0'), included: [] },
  ...{ predicate: null, unique: false, constraint: null, bytes: 8192 },
  ...more,
});
const scan = (more: object) => ({
  ...{ 'Node Type': 'Seq Scan', 'Relation Name': 'orders', Alias: 'o', 'Plan Rows': 1, 'Total Cost': 1 },
  ...{ 'Actual Rows': 2, 'Actual Loops': 1, 'Shared Hit Blocks': 50, 'Shared Read Blocks': 0 },
  ...more,
});
const seen = (plan: object) => {
  const reading = readPlan([{ Plan: plan }]);
  assert.ok(reading.kind === 'plan');
  return [{ statement: 'orders/x', weight: 2, root: reading.plan.root }];
};
const filter = { Filter: `((status = 'paid'::text) AND (o.organization_id = '1'::uuid) AND (total > 5))` };

test('a scan that throws most rows away lacks an index: equal columns, the tenant first, then a range', () => {
  const plans = seen(scan({ ...filter, 'Rows Removed by Filter': 5000 }));
  const [found] = indexCandidates(plans, [index('pk', ['id'], { unique: true })], lineage, () => false);
  assert.equal(found!.ddl[0], 'CREATE INDEX ON core.orders (organization_id, status, total)');
  assert.equal(found!.why, 'orders/x throws 5000 of 5002 rows away');
  assert.equal(found!.benefit, 100);
});

test('a scan that keeps its rows, or that an index begins to serve, lacks none', () => {
  const none = (plan: object, ...own: KnownIndex[]) =>
    assert.deepEqual(
      indexCandidates(
        seen(plan),
        [index('pk', ['id'], { unique: true }), ...own],
        lineage,
        () => false,
      ).filter(({ kind }) => kind === 'missing'),
      [],
    );
  none(scan({ ...filter, 'Rows Removed by Filter': 5 }));
  none(scan({ ...filter, 'Rows Removed by Filter': 5000, 'Shared Hit Blocks': 2 }));
  none(
    scan({ ...filter, 'Rows Removed by Filter': 5000 }),
    index('there', ['organization_id', 'status', 'total', 'id']),
  );
});

test('an index that guards or has a duty is left, whatever no plan uses', () => {
  const indexes = [
    index('guard', ['a'], { unique: true }),
    index('key', ['b'], { constraint: 'orders_pkey' }),
    index('duty', ['c']),
    index('idle', ['d']),
  ];
  const found = indexCandidates([], indexes, lineage, ({ short }) => short === 'duty');
  assert.deepEqual(
    found.map(({ kind, drop }) => [kind, ...drop]),
    [['unused', 'idle']],
  );
});

test('of two equal indexes one is redundant, and of a prefix the shorter', () => {
  const indexes = [index('b_same', ['a']), index('a_same', ['a']), index('long', ['a', 'c'])];
  const found = indexCandidates([], indexes, lineage, () => false);
  assert.deepEqual(
    found.filter(({ kind }) => kind === 'redundant').flatMap(({ drop }) => drop),
    ['b_same', 'a_same'],
  );
  assert.deepEqual(
    indexCandidates([], [index('b_same', ['a']), index('a_same', ['a'])], lineage, () => false).map(
      ({ kind, drop }) => [kind, ...drop],
    ),
    [
      ['redundant', 'b_same'],
      ['unused', 'a_same'],
    ],
  );
});
