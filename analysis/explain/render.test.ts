import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPlan } from './read.ts';
import { renderPlan } from './render.ts';

const render = (input: unknown) => {
  const reading = readPlan(input);
  assert.ok(reading.kind === 'plan');
  return renderPlan(reading.plan);
};
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

test('draws the tree with what each node did itself', () => {
  const plan = {
    Plan: {
      'Node Type': 'Nested Loop',
      'Join Type': 'Left',
      'Plan Rows': 1,
      'Actual Rows': 20,
      'Actual Loops': 1,
      'Actual Total Time': 1.5,
      'Shared Hit Blocks': 6,
      'Shared Read Blocks': 1,
      'Join Filter': '(a.id = b.id)',
      Plans: [
        {
          'Node Type': 'Index Scan',
          'Scan Direction': 'Backward',
          'Relation Name': 'orders',
          Alias: 'o',
          'Index Name': 'orders_pkey',
          'Plan Rows': 3,
          'Actual Rows': 3,
          'Actual Loops': 2,
          'Actual Total Time': 0.25,
          'Shared Hit Blocks': 4,
          'Shared Read Blocks': 1,
          'Rows Removed by Filter': 4,
          Filter: '(x > 1)',
        },
        {
          'Node Type': 'Seq Scan',
          'Relation Name': 'items',
          'Plan Rows': 9,
          'Actual Rows': 0,
          'Actual Loops': 0,
        },
      ],
    },
    'Planning Time': 0.5,
    'Execution Time': 2,
  };
  assert.equal(
    render(plan),
    `
Nested Loop Left Join  (20 rows, estimated 1; 1 ms; 2 buffers; estimate off 20x)
│    Join Filter: (a.id = b.id)
├─ Index Scan Backward using orders_pkey on orders o  (3 rows x 2 loops, estimated 3; 8 removed; 0.5 ms; 5 buffers)
│       Filter: (x > 1)
└─ 1 never executed: Seq Scan on items
planning 0.5 ms, execution 2 ms`.trim(),
  );
});

test('names joins, aggregates, sub-plans, workers and spills of real plans', () => {
  assert.match(
    render(fixture('parallel.pg18.json')),
    /Finalize GroupAggregate[\s\S]*2 of 2 workers[\s\S]*Parallel Seq Scan on t/,
  );
  assert.match(render(fixture('init-plan.pg15.json')), /InitPlan 1 \(returns \$0\): Result/);
  assert.match(render(fixture('sort-spill.pg18.json')), /SPILL external merge \d+ kB/);
  assert.match(render(fixture('write.pg15.json')), /^Update on t/);
});

test('partitions that were read alike and for nothing stand in one line, with what they cost together', () => {
  const part = (relation: string, rows: number) => ({
    'Node Type': 'Seq Scan',
    'Parent Relationship': 'Member',
    'Relation Name': relation,
    ...{ 'Plan Rows': 1, 'Actual Rows': rows, 'Actual Loops': 1, 'Actual Total Time': 0.5 },
    ...{ 'Shared Hit Blocks': 2, 'Shared Read Blocks': 0 },
  });
  const parts = [part('p4', 0), part('p3', 0), part('p2', 0), part('p1', 5), part('p0', 0)];
  const append = { 'Node Type': 'Append', 'Plan Rows': 5, 'Actual Rows': 5, 'Actual Loops': 1, Plans: parts };
  assert.equal(
    render({ Plan: append }),
    `
Append  (5 rows, estimated 5)
├─ Seq Scan on p4  (0 rows, estimated 1; 0.5 ms; 2 buffers)
├─ 2 more like it  (no rows; 1 ms; 4 buffers): p3 ... p2
├─ Seq Scan on p1  (5 rows, estimated 1; 0.5 ms; 2 buffers)
└─ Seq Scan on p0  (0 rows, estimated 1; 0.5 ms; 2 buffers)`.trim(),
  );
});

test('a plan with estimates only says just those', () => {
  assert.match(render(fixture('estimates.pg18.json')), /^Bitmap Heap Scan on t {2}\(estimated \d+ rows\)/);
});
