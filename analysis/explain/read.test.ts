import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nodesOf, type Plan, type PlanNode } from './plan.ts';
import { worstEstimate } from './q-error.ts';
import { readPlan } from './read.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const text = (name: string) => readFileSync(join(fixtures, name), 'utf8');

function planOf(input: unknown): Plan {
  const reading = readPlan(input);
  assert.equal(reading.kind, 'plan');
  return (reading as Extract<typeof reading, { kind: 'plan' }>).plan;
}
const find = (plan: Plan, right: (node: PlanNode) => boolean): PlanNode => {
  const node = nodesOf(plan.root).find(right);
  assert.ok(node);
  return node;
};
const both = (name: string, work: (plan: Plan) => void) => {
  for (const version of ['15', '18']) work(planOf(text(`${name}.pg${version}.json`)));
};
const near = (actual: number | null, expected: number) => {
  assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
};

test('in every plan of a server, times and pages of the nodes are none negative and add up to the whole', () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.json'))) {
    const { root } = planOf(text(name));
    const nodes = nodesOf(root);
    for (const node of nodes) {
      assert.ok(node.selfMs === null || node.selfMs >= 0, name);
      assert.ok(node.selfBuffers === null || node.selfBuffers >= 0, name);
    }
    if (root.buffers === null) continue;
    const pages = nodes.reduce((sum, node) => sum + (node.selfBuffers ?? 0), 0);
    assert.equal(pages, root.buffers.hit + root.buffers.read, name);
    const ms = nodes.reduce((sum, node) => sum + (node.selfMs ?? 0), 0);
    // per-loop times are rounded to 3 decimals, and Gather overlaps with its workers
    assert.ok(ms >= root.inclusiveMs! * 0.98, `${name}: ${ms} of ${root.inclusiveMs}`);
  }
});

test('below a Gather, time is wall time: divided by the processes that took part', () => {
  both('parallel', (plan) => {
    const scan = find(plan, (node) => node.type === 'Seq Scan');
    assert.equal(scan.loops, 3);
    assert.equal(scan.parallel, true);
    assert.ok(scan.inclusiveMs! <= plan.executionMs!);
    assert.deepEqual(find(plan, (node) => node.workers !== null).workers, { planned: 2, launched: 2 });
  });
});

test('an InitPlan is taken off the node that names it, whatever it hangs under', () => {
  both('init-plan', (plan) => {
    const init = find(plan, (node) => node.relationship === 'InitPlan');
    const scan = find(plan, (node) => node.type === 'Index Scan');
    near(scan.selfMs, scan.inclusiveMs! - init.inclusiveMs!);
    assert.ok(plan.root.selfMs! < init.inclusiveMs!);
    assert.equal(plan.root.selfBuffers, 0);
  });
});

test('a CTE is taken off the scans that read it, once', () => {
  both('cte-twice', (plan) => {
    const cte = find(plan, (node) => node.subplan === 'CTE c');
    const scans = nodesOf(plan.root).filter((node) => node.cte === 'c');
    assert.equal(scans.length, 2);
    assert.ok(scans.every((scan) => scan.selfMs! < cte.inclusiveMs! / 2));
    assert.ok(plan.root.selfMs! < cte.inclusiveMs! / 2);
  });
});

test('a node that never ran has loops 0, no q-error and no time', () => {
  both('never-executed', (plan) => {
    const idle = find(plan, (node) => node.index === 't_g');
    assert.deepEqual([idle.loops, idle.qError, idle.selfMs, idle.selfBuffers], [0, null, 0, 0]);
  });
});

test('BitmapAnd and ModifyTable report 0 rows, which is no wrong estimate', () => {
  both('bitmap-and', (plan) => {
    assert.equal(find(plan, (node) => node.type === 'BitmapAnd').qError, null);
    assert.ok(worstEstimate(plan.root)!.qError < 2);
  });
  both('write', (plan) => {
    assert.equal(plan.root.operation, 'Update');
    assert.equal(plan.root.qError, null);
  });
});

test('sorts and hashes that spilled are named with their size', () => {
  both('sort-spill', (plan) => {
    const [spill] = plan.root.spills;
    assert.equal(spill?.what, 'external merge');
    assert.ok(spill.kilobytes! > 1000);
  });
  both('hash-spill', (plan) => {
    const hash = find(plan, (node) => node.type === 'Hash');
    assert.match(hash.spills[0]!.what, /^\d+ hash batches$/);
  });
});

test('rows may be fractions (PostgreSQL 18)', () => {
  const plan = planOf(text('memoize.pg18.json'));
  assert.equal(find(plan, (node) => node.type === 'Memoize').actualRows, 0.99);
});

test('JIT time, settings and planning time are read', () => {
  assert.ok(planOf(text('jit.pg15.json')).jitMs! > 0);
  assert.equal(planOf(text('jit.pg18.json')).jitMs, null); // a server built without LLVM
  both('jit', (plan) => {
    assert.equal(plan.settings.jit_above_cost, '0');
    assert.ok(plan.planningMs! > 0 && plan.planningBuffers !== null);
  });
});

test('what EXPLAIN did not measure is null', () => {
  both('estimates', ({ root, executionMs }) => {
    assert.deepEqual(
      [root.actualRows, root.loops, root.selfMs, root.buffers, root.selfBuffers, root.qError, executionMs],
      [null, null, null, null, null, null, null],
    );
  });
  both('no-timing', ({ root }) => {
    assert.deepEqual(
      [root.inclusiveMs, root.selfMs, root.buffers, root.selfBuffers],
      [null, null, null, null],
    );
    assert.equal(root.actualRows, 3);
  });
  const reading = readPlan(text('estimates.pg18.json'));
  assert.match(reading.kind === 'plan' ? reading.warnings.join() : '', /without ANALYZE/);
});

test('the q-error is per loop and at least one row on both sides', () => {
  const plan = planOf([
    {
      Plan: {
        'Node Type': 'Nested Loop',
        'Plan Rows': 0,
        'Actual Rows': 0.2,
        'Actual Loops': 1,
        Plans: [{ 'Node Type': 'Seq Scan', 'Plan Rows': 5, 'Actual Rows': 50, 'Actual Loops': 1000 }],
      },
    },
  ]);
  assert.equal(plan.root.qError, 1);
  assert.equal(worstEstimate(plan.root)!.qError, 10);
});

test('unknown nodes and fields pass through, and children of a strange type are left out', () => {
  const plan = planOf({ Plan: { 'Node Type': 'Quantum Scan', 'Actual Rows': 'many', Plans: [null, 3] } });
  assert.equal(plan.root.type, 'Quantum Scan');
  assert.deepEqual([plan.root.actualRows, plan.root.children.length, plan.root.selfMs], [null, 0, null]);
});

test('self time stays at 0 where rounded times of the children exceed their parent', () => {
  const plan = planOf({
    Plan: {
      'Node Type': 'Nested Loop',
      'Actual Total Time': 1.5,
      'Actual Loops': 1,
      Plans: [{ 'Node Type': 'Seq Scan', 'Actual Total Time': 0.002, 'Actual Loops': 1000 }],
    },
  });
  assert.equal(plan.root.selfMs, 0);
});

test('reads a plan as psql, a driver, auto_explain and a log print it', () => {
  const plan = [{ Plan: { 'Node Type': 'Result', 'Plan Rows': 1 } }];
  const framed = `                QUERY PLAN                \n-----\n [                +\n   {              +\n     "Plan": {"Node Type": "Result"}   +\n   }              +\n ]\n(1 row)\n`;
  const logged = `2026-01-01 LOG:  duration: 1.2 ms  plan:\n{"Query Text": "SELECT 1", "Plan": {"Node Type": "Result"}}\n`;
  for (const input of [
    plan,
    plan[0],
    [{ 'QUERY PLAN': plan }],
    [{ 'QUERY PLAN': JSON.stringify(plan) }],
    JSON.stringify(plan),
    framed,
    logged,
  ])
    assert.equal(planOf(input).root.type, 'Result');
  assert.equal(planOf(logged).query, 'SELECT 1');
});

test('what is no plan is said, not thrown', () => {
  for (const input of [
    '',
    'hello',
    '{',
    '[1, 2]',
    '{"a": 1}',
    null,
    7,
    [],
    {},
    { Plan: {} },
    { Plan: 'x' },
  ]) {
    const reading = readPlan(input);
    assert.equal(reading.kind, 'not-a-plan', JSON.stringify(input));
  }
});

test('of several plans the first is read, with a warning', () => {
  const reading = readPlan([{ Plan: { 'Node Type': 'A' } }, { Plan: { 'Node Type': 'B' } }]);
  assert.ok(reading.kind === 'plan');
  assert.equal(reading.plan.root.type, 'A');
  assert.match(reading.warnings.join(), /2 plans/);
});
