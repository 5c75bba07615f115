import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from '../explain/read.ts';
import { type KnownIndex, workOf } from './candidate.ts';
import { cannotMatter, indexCandidates } from './index-candidates.ts';
import type { KnownColumn } from './missing-indexes.ts';

const column = (name: string, type = 'text', more: Partial<KnownColumn> = {}): KnownColumn => ({
  ...{
    table: 'core.orders',
    schema: 'core',
    short: 'orders',
    name,
    type,
    bytes: 8,
    gin: false,
    trigrams: null,
  },
  ...more,
});
const columns = ['id', 'organization_id', 'status', 'total', 'created_at'].map((name) => column(name));
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
const filter = {
  Filter: `((o.status = 'paid'::text) AND (o.organization_id = '1'::uuid) AND (o.total > 5))`,
};

test('a scan that throws most rows away lacks an index: equal columns, the tenant first, then a range', () => {
  const plans = seen(scan({ ...filter, 'Rows Removed by Filter': 5000 }));
  const [found] = indexCandidates(
    plans,
    [index('pk', ['id'], { unique: true })],
    columns,
    lineage,
    () => false,
  );
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
        columns,
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
  const found = indexCandidates([], indexes, columns, lineage, ({ short }) => short === 'duty');
  assert.deepEqual(
    found.map(({ kind, drop }) => [kind, ...drop]),
    [['unused', 'idle']],
  );
});

test('of two equal indexes one is redundant, and of a prefix the shorter', () => {
  const indexes = [index('b_same', ['a']), index('a_same', ['a']), index('long', ['a', 'c'])];
  const found = indexCandidates([], indexes, columns, lineage, () => false);
  assert.deepEqual(
    found.filter(({ kind }) => kind === 'redundant').flatMap(({ drop }) => drop),
    ['b_same', 'a_same'],
  );
  assert.deepEqual(
    indexCandidates([], [index('b_same', ['a']), index('a_same', ['a'])], columns, lineage, () => false).map(
      ({ kind, drop }) => [kind, ...drop],
    ),
    [
      ['redundant', 'b_same'],
      ['unused', 'a_same'],
    ],
  );
});

test('what repeats an index that guards goes, whichever is larger; so does what that gives by reading backwards', () => {
  const guard = index('z_guard', ['a', 'b', 'c'], { unique: true, orders: ['1 0 0', '1 0 0', '1 0 0'] });
  const found = (own: KnownIndex) =>
    indexCandidates([], [own, guard], columns, lineage, () => false).map(({ kind, why }) => [kind, why]);
  const keys = 'the keys of z_guard begin with its keys';
  assert.deepEqual(found(index('same', ['a', 'b', 'c'], { bytes: 1e6 })), [
    ['redundant', `${keys} (a, b, c)`],
  ]);
  assert.deepEqual(found(index('turned', ['a', 'b'], { orders: ['1 0 0', '1 0 3'] })), [
    ['redundant', `${keys} (a, b), and read backwards it has their order where all but the last are equal`],
  ]);
  assert.equal(found(index('nulls', ['a', 'b'], { orders: ['1 0 0', '1 0 1'] }))[0]![0], 'unused');
});

test('the order in which the rows that are left are asked for ends the index, however many are taken', () => {
  const few = scan({
    'Node Type': 'Bitmap Heap Scan',
    Filter: `((o.status = 'paid'::text) AND (o.organization_id = '1'::uuid))`,
    'Rows Removed by Filter': 5000,
  });
  const sort = {
    ...{ 'Node Type': 'Sort', 'Sort Key': ['o.created_at DESC', 'o.id'], 'Plan Rows': 1, 'Total Cost': 1 },
    ...{ 'Actual Rows': 2, 'Actual Loops': 1, Plans: [few] },
  };
  const [found] = indexCandidates(
    seen(sort),
    [index('pk', ['id'], { unique: true })],
    columns,
    lineage,
    () => false,
  );
  assert.equal(found!.ddl[0], 'CREATE INDEX ON core.orders (organization_id, status, created_at DESC, id)');
  assert.equal(found!.why, 'orders/x throws 5000 of 5002 rows away');
});

test('after a range no order helps, unless a limit takes few of the rows', () => {
  const some = scan({ ...filter, 'Rows Removed by Filter': 5000 });
  const sort = {
    ...{ 'Node Type': 'Sort', 'Sort Key': ['o.created_at'], 'Plan Rows': 1, 'Total Cost': 1 },
    ...{ 'Actual Rows': 2, 'Actual Loops': 1, Plans: [some] },
  };
  const [found] = indexCandidates(
    seen(sort),
    [index('pk', ['id'], { unique: true })],
    columns,
    lineage,
    () => false,
  );
  assert.equal(found!.ddl[0], 'CREATE INDEX ON core.orders (organization_id, status, total)');
});

test('a candidate whose whole saving is less than a thousandth of the work cannot matter; what could go always may', () => {
  const plans = seen(scan({ ...filter, 'Rows Removed by Filter': 5000 }));
  const work = workOf(plans);
  assert.equal(work, 100, 'pages times weight');
  const [missing] = indexCandidates(plans, [index('idle', ['x'])], columns, lineage, () => false);
  assert.equal(cannotMatter(missing!, work), false);
  assert.equal(cannotMatter(missing!, 1000 * work), false, 'exactly a thousandth');
  assert.equal(cannotMatter(missing!, 1001 * work), true);
  assert.equal(cannotMatter({ ...missing!, kind: 'unused' }, 1001 * work), false);
});

test('an index that a plan would use on larger tables is not called unused, under a partition’s name too', () => {
  const [plan] = seen(scan({}));
  const parts = { ...lineage, indexes: new Map([['later_p1', 'later']]) };
  const indexes = [index('later', ['a']), index('idle', ['b'])];
  const found = indexCandidates([{ ...plan!, couldUse: ['later_p1'] }], indexes, columns, parts, () => false);
  assert.deepEqual(
    found.flatMap(({ drop }) => drop),
    ['idle'],
  );
});

test('a sort whose rows are all taken, over a scan that throws none away, lacks no index', () => {
  const kept = scan({ Filter: `(o.organization_id = '1'::uuid)`, 'Rows Removed by Filter': 0 });
  const sort = {
    ...{ 'Node Type': 'Sort', 'Sort Key': ['o.created_at'], 'Plan Rows': 1, 'Total Cost': 1 },
    ...{ 'Actual Rows': 2, 'Actual Loops': 1, Plans: [kept] },
  };
  assert.deepEqual(
    indexCandidates(seen(sort), [index('pk', ['id'], { unique: true })], columns, lineage, () => false),
    [],
  );
});
