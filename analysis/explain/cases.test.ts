import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diffPlans } from '../gate/plan-diff.ts';
import { nodesOf, type Plan, type PlanNode, pagesOf } from './plan.ts';
import { type Reading, readPlan, readPlans } from './read.ts';
import { renderPlan } from './render.ts';

// Inputs as public reports describe them, with values that were worked out independently.
const bytes = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', 'cases', name));
const read = (input: unknown): Extract<Reading, { kind: 'plan' }> => {
  const reading = readPlan(input);
  assert.ok(reading.kind === 'plan', reading.kind === 'plan' ? '' : reading.why);
  return reading;
};
const plan = (name: string): Plan => read(bytes(name)).plan;
const why = (input: unknown): string => {
  const reading = readPlan(input);
  assert.ok(reading.kind === 'not-a-plan');
  return reading.why;
};
const nodes = (of: Plan): PlanNode[] => nodesOf(of.root);
const find = (of: Plan, right: (node: PlanNode) => boolean): PlanNode => {
  const node = nodes(of).find(right);
  assert.ok(node);
  return node;
};

test('the same tree with numbers before its lines, in quotes, from logs, within JSON, broken at 100 columns, in UTF-16', () => {
  for (const name of [
    'p02-numbered.txt',
    'p04-pgadmin-quoted.txt',
    'p05-heroku-log.txt',
    'p09-azure-properties.json',
    'p11-wrapped-100.txt',
    'p14-utf16le-bom.txt',
    'p25-two-statements.txt',
  ]) {
    const { root, executionMs } = plan(name);
    assert.deepEqual(
      nodesOf(root).map(({ type, relation, actualRows, selfBuffers }) => [
        type,
        relation,
        actualRows,
        selfBuffers,
      ]),
      [
        ['Nested Loop', null, 40, 0],
        ['Index Scan', 'shop', 1, 3],
        ['Index Scan', 'sale', 40, 94],
      ],
      name,
    );
    assert.deepEqual([root.buffers, executionMs], [{ hit: 90, read: 7 }, 2.45], name);
  }
  const { warnings } = read(bytes('p11-wrapped-100.txt'));
  assert.deepEqual(warnings, [
    'Line 3 was broken, and is read with line 4.',
    'Line 7 was broken, and is read with line 8.',
  ]);
});

test('one node of JSON in a ticket, in a wrapper, in frames; of a log whose SQL has arrows; of psql -x', () => {
  for (const name of [
    'p24-json-in-markdown.md',
    'p26-two-json.json',
    'p55-autoexplain-json-arrow.txt',
    'p57-psql-expanded.txt',
    'p58-psql-json-border2.txt',
    'p73-deep-wrapper.json',
  ]) {
    const all = nodes(plan(name));
    assert.deepEqual(
      all.map(({ type, actualRows, selfBuffers }) => [type, actualRows, selfBuffers]),
      [['Index Scan', 1, 3]],
      name,
    );
  }
  assert.equal(
    plan('p55-autoexplain-json-arrow.txt').query,
    "select j\n  -> 'a'\n  ->> 'b' as v\nfrom doc\nwhere id = 7;",
  );
});

test('several plans of a file are each read, and the first is told to be the first', () => {
  assert.match(
    read(bytes('p25-two-statements.txt')).warnings[0]!,
    /^There are 2 plans; this is the first\.$/,
  );
  assert.match(read(bytes('p26-two-json.json')).warnings[0]!, /2 plans/);
  const [, second] = readPlans(bytes('p25-two-statements.txt'));
  assert.ok(second?.kind === 'plan');
  assert.deepEqual([second.plan.root.relation, second.plan.executionMs, second.line], ['visit', 1.5, 20]);
});

test('broken JSON is refused with the line and the reason', () => {
  assert.equal(
    why(bytes('p21-json-linebreak-in-key.json')),
    'Line 1: a line break stands inside of a name or text.',
  );
  assert.match(why(bytes('p23-json-truncated.json')), /^Line 28: the JSON is cut off/);
  assert.match(
    why('[{"Plan": {"Node Type": "Limit", "Actual Rows": NaN}}]'),
    /^Line 1: "NaN" is no value of JSON/,
  );
});

test('a plan without costs keeps its root, and quoted names their parts', () => {
  assert.deepEqual(
    nodes(plan('p27-costs-off.txt')).map(({ type, relation, index }) => [type, relation, index]),
    [
      ['Bitmap Heap Scan', 'a', null],
      ['BitmapOr', null, null],
      ['Bitmap Index Scan', null, 'a_pkey'],
      ['Bitmap Index Scan', null, 'a_pkey'],
    ],
  );
  const [, odd, using] = nodes(plan('p63-quoted-names.txt'));
  assert.deepEqual(
    [odd!.type, odd!.index, odd!.relation, odd!.alias],
    ['Index Scan', 'odd idx (v)', 'Odd Name', 'o'],
  );
  assert.deepEqual(
    [using!.type, using!.index, using!.relation, using!.alias],
    ['Index Only Scan', 'T using on_pkey', 'T using on', 't'],
  );
});

test('a CTE with a quoted name is taken off its readers once', () => {
  const of = plan('p62-quoted-cte.txt');
  assert.deepEqual(
    nodes(of)
      .filter(({ cte }) => cte === 'My cte')
      .map(({ selfBuffers }) => selfBuffers),
    [0, 0],
  );
  assert.equal(
    nodes(of).reduce((sum, { selfBuffers }) => sum + selfBuffers!, 0),
    1888,
  );
});

test('pages of the serialization are those of no node', () => {
  const of = plan('p61-serialize-buffers.txt');
  assert.deepEqual(
    [of.root.selfBuffers, of.serialization],
    [1, { ms: 0.756, buffers: { hit: 220, read: 0 } }],
  );
});

test('an InitPlan below a Gather runs in the Gather', () => {
  const of = plan('p64-initplan-parallel.json');
  const [gather] = of.root.children.filter(({ type }) => type === 'Gather');
  assert.equal(gather!.selfBuffers, 0);
  assert.equal(find(of, ({ relation }) => relation === 'big').selfBuffers, 1870);
});

test('a Foreign Scan is one in JSON too', () => {
  assert.match(renderPlan(plan('p65-foreign-scan.json')), /Foreign Scan on ft/);
  assert.equal(find(plan('p65-foreign-scan.json'), ({ relation }) => relation === 'ft').operation, null);
});

test('rows of PostgreSQL 18 keep their figures, and three loops of 1666.67 are 5000', () => {
  assert.match(renderPlan(plan('p70-fractional-rows.txt')), /19843\.5 rows x 2 loops/);
  assert.equal(
    find(plan('p64-initplan-parallel.json'), ({ relation }) => relation === 'cust').totalRows,
    5000,
  );
});

test('more work below a CTE that nobody reads, and less by an index, are the verdict', () => {
  const [few, many] = [plan('p32-modcte-1.json'), plan('p32-modcte-2000.json')];
  assert.deepEqual([pagesOf(few.blocks!), pagesOf(many.blocks!)], [4, 2031]);
  const more = diffPlans(few, many);
  assert.equal(more.verdict, 'more-work');
  assert.match(more.summary, /pages 4 → 2031/);
  const [before, after] = [plan('p34-max-before.json'), plan('p34-max-after.json')];
  const less = diffPlans(before, after);
  assert.equal(less.verdict, 'less-work');
  assert.match(less.summary, /pages 1870 → 4/);
  assert.doesNotMatch(less.summary, /200000x/);
  assert.equal(diffPlans(after, before).verdict, 'more-work');
});

const scan = 'Seq Scan on t  (cost=0.00..9.00 rows=9 width=4) (actual time=0.010..0.020 rows=9 loops=1)';
const told = (input: string): string => {
  const reading = readPlan(input);
  return reading.kind === 'plan' ? reading.warnings.join(' ') : reading.why;
};

test('what cannot be is refused or said, with its line', () => {
  const end = 'Execution Time: 1.000 ms';
  const nest = 'Nested Loop  (cost=0.00..9.00 rows=9 width=4) (actual time=0.010..0.500 rows=9 loops=1)';
  const cases: [string, RegExp][] = [
    [
      `${nest}\n  ->  ${scan}\n${end}`,
      /Nested Loop \(line 1\) has one input, and cannot have fewer than 2 inputs/,
    ],
    [
      `${nest}\n  ->  ${scan}\n  ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\n${end}`,
      /Seq Scan on u \(line 3\) has no figures/,
    ],
    [`${nest}\n->  ${scan}\n->  ${scan}\n${end}`, /^Line 2: its indentation is lost/],
    [
      `${nest}\n  Buffers: shared hit=9\n  ->  ${scan}\n        Buffers: shared hit=30\n  ->  ${scan}\n        Buffers: shared hit=1\n${end}`,
      /has 30 pages, and Nested Loop \(line 1\) above it.*9/,
    ],
    [
      `${nest.replace('0.500', '0.005')}\n  ->  ${scan}\n  ->  ${scan}\n${end}`,
      /took 0\.02 ms, and Nested Loop \(line 1\)/,
    ],
    [scan, /no Execution Time after line 1/],
    [`${scan}\n  Filter: (a = 'x`, /^Line 2: a quote or bracket in this line is never closed/],
    [scan.replace('rows=9 loops', 'rows=nan loops'), /^Line 1: its figures are cut off or are no numbers/],
    [`${scan} ${scan}`, /^Line 1: several nodes stand on one line/],
    [`  ->  ${scan}\n${end}`, /^Line 1: here is a node of a plan whose first line is missing/],
    [`${scan}\nExecution Time: 0.001 ms`, /The execution took 0\.001 ms, and Seq Scan on t \(line 1\)/],
    [` QUERY PLAN\n------\n ${scan}\n(4 rows)`, /psql counted 4 rows, and here are 1 lines/],
    [
      `${scan}\n  Buffers: shared hit=4\n  oops\n  Rows Removed by Filter: 4\n${end}`,
      /^Line 3: "oops" is no line of a plan/,
    ],
  ];
  for (const [input, expected] of cases) assert.match(told(input), expected, input);
  for (const [input] of cases) assert.doesNotMatch(told(input), /without ANALYZE/, input);
});

test('a plan of another product is named as that', () => {
  for (const [name, text] of [
    [
      'MySQL',
      '-> Nested loop inner join  (cost=0.7 rows=1) (actual time=0.05..0.06 rows=1 loops=1)\n    -> Table scan on t  (cost=0.35 rows=1)',
    ],
    ['MySQL or MariaDB', '{"query_block": {"select_id": 1}}'],
    ['SQL Server', '<ShowPlanXML xmlns="http://schemas.microsoft.com/sqlserver/2004/07/showplan"/>'],
    ['Oracle', 'Plan hash value: 1388734953\n\n| Id  | Operation | Name |\n'],
    ['SQLite', 'QUERY PLAN\n|--SCAN t\n`--SEARCH u USING INDEX i (a=?)'],
  ] as const)
    assert.equal(why(text), `This is a plan of ${name}; plans of PostgreSQL are read.`);
});

test('pages of temporary tables and files are told apart, and are work', () => {
  const of = read(
    `Sort  (cost=0.00..9.00 rows=9 width=4) (actual time=0.010..0.500 rows=9 loops=1)\n  Sort Key: a\n  Sort Method: external merge  Disk: 40kB\n  Buffers: shared hit=1, local hit=3 read=2, temp read=4 written=5\n  ->  ${scan}\n        Buffers: local hit=3 read=2\nExecution Time: 1.000 ms`,
  ).plan;
  assert.deepEqual([of.root.selfBuffers, of.root.selfLocal, of.root.selfTemporary], [1, 0, 9]);
  assert.equal(of.root.children[0]!.selfLocal, 5);
  assert.equal(pagesOf(of.blocks!), 15);
});

test('a foreign key is named by its constraint, a trigger by its name, whatever they hold', () => {
  const { triggers } = read(
    `${scan}\nPlanning Time: 0.100 ms\nTrigger for constraint child: fk: time=0.250 calls=3\nTrigger RI_ConstraintTrigger_a_1 for constraint fk on child: time=1.000 calls=2\nTrigger audit: calls=1\nExecution Time: 2.000 ms`,
  ).plan;
  assert.deepEqual(
    triggers.map(({ name, ms, calls }) => [name, ms, calls]),
    [
      ['child: fk', 0.25, 3],
      ['fk', 1, 2],
      ['audit', null, 1],
    ],
  );
});

test('a custom scan has its provider, a set operation its command, a worker its spill', () => {
  const of = read(
    `HashSetOp Except All  (cost=0.00..9.00 rows=9 width=4)\n  ->  Custom Scan (Citus Adaptive)  (cost=0.00..1.00 rows=1 width=1)\n  ->  Sort  (cost=0.00..1.00 rows=1 width=1)\n        Sort Method: quicksort  Memory: 25kB\n        Worker 0:  Sort Method: external merge  Disk: 88kB\n        ->  Seq Scan on t  (cost=0.00..9.00 rows=9 width=4)`,
  ).plan;
  assert.match(renderPlan(of), /^HashSetOp Except All[\s\S]*Custom Scan \(Citus Adaptive\)/);
  assert.deepEqual(find(of, ({ type }) => type === 'Sort').spills, [
    { what: 'external merge', kilobytes: 88 },
  ]);
});
