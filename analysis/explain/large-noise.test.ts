import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlans } from './read.ts';

const root = 'Seq Scan on t  (cost=0.00..1.00 rows=1 width=1)\n';
const node = '  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=1)\n';

/** Each of these hung once: something was searched again from every one of its pieces. */
const noise: Readonly<Record<string, readonly [head: string, piece: string, tail?: string]>> = {
  'conditions never closed': [root, "  Filter: (a = 'x\n"],
  'plans whose condition is never closed': ['', `${root}  Filter: (a = 'x\n`],
  'conditions in one line': [`${root}  `, "Filter: (a = 'x"],
  'first lines that are cut off': ['', 'Seq Scan on t  (cost=0.00..1.00 rows=1\n'],
  'first lines without costs': ['', 'Seq Scan on t\n'],
  'roots deeper than the one that ends': ['', `${root} ${root}  Filter: (a\n`],
  'blank lines within a plan': [root, '\n', '  Filter: a\nPlanning Time: 1 ms\n'],
  'inputs of one node': ['Append  (cost=0.00..1.00 rows=1 width=1)\n', node],
  'YAML without a node': ['', '- Plan:\n\n\n'],
  'XML opened in XML': ['<explain>\n<Query>', '<Plan>\n', '</explain>'],
  'brackets of the wrong kind': ['"Plan" ', '[}'],
  'objects in lists': ['"Plan"\n', '{ ]\n'],
  'lists with names': ['{"Plan" ', '[ "Plan" '],
  'cells never closed': ['Plan ', '<td>'],
  'tags never closed': ['Plan <td>', '<a', '</td>'],
  'a bar, spaces and no bar': ['Plan\n|', ' ', 'x'],
  'dots where lines are cut': ['Plan\n', '. a .\n'],
  'words of a node after a prefix': ['x', ' Parallel', ' (cost='],
  'columns of a table': ['"Plan"', ',b'],
  'SQL of a log that looks like plans': [
    'LOG:  duration: 1.0 ms  plan:\n\tQuery Text: x\n',
    `\t${root}\t  Filter: (a\n`,
  ],
  'names on names': ['Seq Scan', ' on a', '  (cost=0.00..1.00 rows=1 width=1)\n'],
  'triggers on triggers': [`${root}Trigger a`, ' on a', ': calls=1\n'],
};

for (const [name, [head, piece, tail = '']] of Object.entries(noise))
  test(`much of ${name} ends`, { timeout: 120_000 }, () => {
    const text = `${head}${piece.repeat(100_000 / piece.length)}${tail}`;
    assert.ok(readPlans(Buffer.from(text)).length > 0);
  });

test('a list of more values than a call has arguments is read', () => {
  const values = Array.from({ length: 200_000 }, () => ({ a: 1 }));
  const plan = { Plan: { 'Node Type': 'Result', 'Plan Rows': 1 } };
  const readings = readPlans(Buffer.from(JSON.stringify({ rows: [...values, plan] })));
  assert.equal(readings.length, 1);
  assert.equal(readings[0]!.kind, 'plan');
});

test('nodes deeper than any plan, and more InitPlans than can be looked for, are refused', () => {
  const deep = `{"Plan": ${'{"Node Type": "Limit", "Plans": ['.repeat(50_000)}{"Node Type": "Result"}${']}'.repeat(50_000)}}`;
  const [first] = readPlans(deep);
  assert.ok(first?.kind === 'not-a-plan');
  assert.match(
    first.why,
    /^Line 1: its 50001 nodes, 0 of them InitPlans and CTEs, up to 50001 below one another/,
  );
  const plans = Array.from({ length: 2000 }, () => ({
    'Node Type': 'Result',
    'Parent Relationship': 'InitPlan',
  }));
  const [many] = readPlans({ Plan: { 'Node Type': 'Result', Plans: plans } });
  assert.ok(many?.kind === 'not-a-plan');
  assert.match(many.why, /2001 nodes, 2000 of them InitPlans and CTEs/);
});

test('a name in quotes that was wrapped at a space is joined, and said', () => {
  const [reading] = readPlans(
    `Seq Scan on public."T using on"  (cost=0.00..10.50 rows=8 width=8)
  Filter: (("T using on"."->" = 'it''s: (a) "b" 3'::text) OR ("T
using on".id < 8))`,
  );
  assert.ok(reading?.kind === 'plan');
  assert.equal(
    reading.plan.root.conditions.Filter,
    `(("T using on"."->" = 'it''s: (a) "b" 3'::text) OR ("T using on".id < 8))`,
  );
  assert.match(reading.warnings[0]!, /^Line 2 was broken, and is read with line 3/);
});
