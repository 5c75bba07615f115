import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fingerprints } from './fingerprint.ts';
import { nodesOf, type Plan, type PlanNode } from './plan.ts';
import { readPlan } from './read.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const planOf = (text: string): Plan => {
  const reading = readPlan(text);
  assert.ok(reading.kind === 'plan');
  return reading.plan;
};
const fixture = (name: string) => planOf(readFileSync(join(fixtures, name), 'utf8'));
const known = ({ buffers, inclusiveMs, actualRows, spills, workers, removedRows }: PlanNode) =>
  [buffers, inclusiveMs, actualRows, workers, removedRows || null] // the text says nothing of 0 removed rows
    .map((value) => value !== null)
    .concat(spills.length > 0);

test('text and JSON of the same statement, from two servers, have the same shape, conditions and kinds of figures', () => {
  const names = readdirSync(fixtures).filter((name) => name.endsWith('.txt'));
  assert.ok(names.length >= 28);
  for (const name of names) {
    const [text, json] = [fixture(name), fixture(name.replace(/txt$/, 'json'))];
    assert.deepEqual(fingerprints(text.root), fingerprints(json.root), name);
    assert.deepEqual(nodesOf(text.root).map(known), nodesOf(json.root).map(known), name);
    for (const figure of ['planningMs', 'executionMs', 'jitMs', 'planningBuffers'] as const)
      assert.equal(text[figure] === null, json[figure] === null, `${name} ${figure}`);
    assert.deepEqual(Object.keys(text.settings).sort(), Object.keys(json.settings).sort(), name);
  }
});

test('reads the figures of the lines', () => {
  const plan = planOf(`
 Nested Loop Left Join  (cost=0.29..8.31 rows=1 width=4) (actual time=0.010..0.500 rows=2.50 loops=4)
   Join Filter: (a.id = b.id)
   Rows Removed by Join Filter: 3
   Buffers: shared hit=7 read=2 dirtied=1, temp read=4 written=5
   ->  Index Only Scan Backward using "t_pkey" on public.t a  (cost=0.29..4.00 rows=1 width=4) (actual time=0.001..0.100 rows=1.00 loops=4)
         Heap Fetches: 6
         Buffers: shared hit=5
   ->  Seq Scan on u b  (cost=0.00..1.00 rows=10 width=4) (never executed)
 Planning Time: 0.250 ms
 Trigger audit_row: time=1.500 calls=3
 Execution Time: 2.500 ms`);
  const [join, scan, idle] = nodesOf(plan.root);
  assert.deepEqual([join!.joinType, join!.actualRows, join!.loops, join!.removedRows], ['Left', 2.5, 4, 12]);
  assert.deepEqual([join!.buffers, join!.selfBuffers, join!.inclusiveMs], [{ hit: 7, read: 2 }, 4, 2]);
  assert.deepEqual(join!.spills, [{ what: 'temporary blocks', kilobytes: 40 }]);
  assert.deepEqual([scan!.index, scan!.relation, scan!.alias, scan!.backward], ['t_pkey', 't', 'a', true]);
  assert.equal(scan!.heapFetches, 6);
  assert.equal(idle!.loops, 0);
  assert.deepEqual([plan.planningMs, plan.executionMs], [0.25, 2.5]);
  assert.deepEqual(plan.triggers, [{ name: 'audit_row', ms: 1.5, calls: 3 }]);
});

test('reads a plan without costs, from a log, and from the middle of a mail', () => {
  const bare = planOf('Limit\n  ->  Seq Scan on t\n        Filter: (a = 1)');
  assert.deepEqual(
    nodesOf(bare.root).map(({ type }) => type),
    ['Limit', 'Seq Scan'],
  );
  assert.equal(bare.root.estimatedRows, null);
  const logged = planOf(
    'LOG:  duration: 1.2 ms  plan:\n\tQuery Text: SELECT 1\n\tResult  (cost=0.00..0.01 rows=1 width=4)',
  );
  assert.deepEqual([logged.root.type, logged.query], ['Result', 'SELECT 1']);
  const quoted = planOf('Why is this slow?\n\nSeq Scan on t  (cost=0.00..1.00 rows=9 width=4)\nThanks!');
  assert.deepEqual([quoted.root.type, quoted.root.relation], ['Seq Scan', 't']);
});

test('sub-plans, CTEs and their readers find their places', () => {
  const plan = fixture('cte-twice.pg18.txt');
  const cte = nodesOf(plan.root).find(({ subplan }) => subplan === 'CTE c')!;
  assert.equal(cte.relationship, 'InitPlan');
  assert.equal(nodesOf(plan.root).filter((node) => node.cte === 'c').length, 2);
});

test('lines that only some versions print (12, 13, 17, 18) disturb nothing around them', () => {
  const plan = planOf(`
 Gather Merge  (cost=1.00..9.00 rows=4 width=8) (actual time=1.000..9.000 rows=4 loops=1)
   Output: t.a, (sum(t.b))
   Workers Planned: 2
   Workers Launched: 1
   Buffers: shared hit=9, local hit=1, temp read=2 written=3
   I/O Timings: shared read=0.500, temp read=0.100 write=0.200
   WAL: records=1 bytes=100
   ->  Incremental Sort  (cost=1.00..8.00 rows=4 width=8) (actual time=0.500..8.000 rows=2 loops=2)
         Disabled: true
         Sort Key: t.a, t.b
         Presorted Key: t.a
         Full-sort Groups: 1  Sort Method: quicksort  Average Memory: 27kB  Peak Memory: 27kB
         Buffers: shared hit=9
         Worker 0:  actual time=0.400..7.000 rows=2 loops=1
           Buffers: shared hit=4
         ->  Index Scan using t_a on public.t  (cost=0.29..4.00 rows=4 width=8) (actual time=0.001..0.100 rows=2.00 loops=2)
               Index Cond: (t.a > 1)
               Index Searches: 2
               Buffers: shared hit=9
 Query Identifier: -4611686018427387904
 Planning:
   Buffers: shared hit=3 dirtied=1
   Memory: used=18kB  allocated=32kB
 Planning Time: 0.250 ms
 Serialization: time=0.010 ms  output=1kB  format=text
 Execution Time: 9.500 ms`);
  const nodes = nodesOf(plan.root);
  assert.deepEqual(
    nodes.map(({ type }) => type),
    ['Gather Merge', 'Incremental Sort', 'Index Scan'],
  );
  assert.deepEqual(plan.root.workers, { planned: 2, launched: 1 });
  assert.deepEqual(
    nodes.map(({ buffers }) => buffers?.hit),
    [9, 9, 9],
  );
  assert.deepEqual(plan.planningBuffers, { hit: 3, read: 0 });
  assert.deepEqual([plan.planningMs, plan.executionMs], [0.25, 9.5]);
  assert.equal(nodes[2]!.index, 't_a');
});
