import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fields } from '../field.ts';
import { linesOf } from '../source/line.ts';
import { readNodeLine } from './node-line.ts';
import { readProperty, settingsOf, triggerOf } from './property.ts';
import { isClosed } from './quotes.ts';
import { parseTextPlan } from './text-plan.ts';
import { xmlPlans } from './xml.ts';
import { yamlPlans } from './yaml.ts';

const cost = '(cost=0.00..9.00 rows=9 width=4)';
const ran = '(actual time=0.010..0.020 rows=9 loops=1)';
const scan = (name: string) => `Seq Scan on ${name}  ${cost} ${ran}`;
const nest = `Nested Loop  ${cost} ${ran}`;
const parsed = (text: string) => {
  const plan = parseTextPlan(linesOf(text), 0);
  assert.ok(plan.kind === 'plan', plan.kind === 'plan' ? '' : plan.why);
  return { ...plan, root: plan.document.Plan as Fields & { Plans: Fields[] } };
};
const refused = (text: string): string => {
  const plan = parseTextPlan(linesOf(text), 0);
  return plan.kind === 'broken' ? `${plan.at}: ${plan.why}` : 'read';
};
const fields = (line: string): Fields => {
  const read = readNodeLine(line);
  assert.ok(typeof read !== 'string', String(read));
  return read.fields;
};

test('the line of a node: quotes within names, foreign writes, kinds of join, what begins with no node', () => {
  assert.equal(fields(`Seq Scan on "a ""b"" c"  ${cost}`)['Relation Name'], 'a "b" c');
  assert.equal(fields(`Seq Scan on "t (cost=1"  ${cost}`)['Relation Name'], 't (cost=1');
  assert.deepEqual(fields('Foreign Update on t'), {
    ...{ 'Node Type': 'Foreign Scan', Operation: 'Update', 'Relation Name': 't', Alias: 't' },
  });
  assert.equal(fields(`Hash Right Semi Join  ${cost}`)['Join Type'], 'Right Semi');
  assert.equal(fields(`Merge Join  ${cost}`)['Join Type'], 'Inner');
  assert.equal(fields(`HashSetOp Except  ${cost}`).Strategy, 'Hashed');
  assert.equal(fields(`SetOp Except  ${cost}`).Strategy, 'Sorted');
  assert.equal(fields('Seq Scan on t  (cost=0.00..9.00 rows=9 width=4) (never executed)')['Actual Loops'], 0);
  assert.equal(readNodeLine(`12:00 Seq Scan on t  ${cost}`), 'it begins with what is no node');
  assert.equal(readNodeLine(`App Seq Scan on t  ${cost}`), 'it begins with what is no node');
});

test('the figures of special lines', () => {
  assert.deepEqual(readProperty('Buckets', '1024  Batches: 4  Memory Usage: 40kB'), { 'Hash Batches': 4 });
  assert.deepEqual(readProperty('Batches', '5  Memory Usage: 8kB  Disk Usage: 96kB'), { 'Disk Usage': 96 });
  const groups = readProperty(
    'Full-sort Groups',
    '1  Sort Method: external merge  Average Memory: 3kB  Peak Disk: 8kB',
  );
  assert.deepEqual(groups['Full-sort Groups'], {
    ...{ 'Sort Methods Used': ['external merge'], 'Sort Space Disk': { 'Peak Sort Space Used': 8 } },
  });
  assert.deepEqual(
    [
      readProperty('Buffers', 'shared hit=1')['Temp Written Blocks'],
      readProperty('Buffers', 'temp written=3')['Temp Written Blocks'],
    ],
    [0, 3],
  );
  const long = readProperty('Buffers', `shared hit=2${' '.repeat(5000)}, temp read=4`);
  assert.deepEqual([long['Shared Hit Blocks'], long['Temp Read Blocks']], [2, 4]);
  assert.deepEqual(settingsOf("search_path = 'it''s, b', work_mem = '4MB'"), {
    search_path: "it's, b",
    work_mem: '4MB',
  });
  assert.deepEqual(triggerOf('Trigger for constraint two words on t: calls=2'), {
    ...{ 'Constraint Name': 'two words', Relation: 't', Calls: 2 },
  });
});

test('an expression is closed when its quotes, names and brackets are', () => {
  for (const text of ["(a = 'x)'::text)", '"a("', "('it''s')", '']) assert.ok(isClosed(text), text);
  for (const text of ["(a = 'x)", '("a)"', 'a "b', "'it''s"]) assert.ok(!isClosed(text), text);
});

test('what is below what goes by columns: other columns are refused', () => {
  assert.match(refused(`${nest}\n  ->  ${scan('a')}\n  -> ${scan('b')}`), /^3: its spaces are lost/);
  assert.match(
    refused(`${nest}\n  ->  ${scan('a')}\n   ->  ${scan('b')}`),
    /^3: its indentation fits no node/,
  );
  assert.match(
    refused(`${nest}\n  ->  ${scan('a')}\n      ->  ${scan('b')}`),
    /^3: its indentation fits no node/,
  );
  assert.match(
    refused(`${nest}\n  ->  ${scan('a')}\n    Filter: (a > 1)`),
    /^3: the indentation of "Filter"/,
  );
  const heading = (indent: string) => `${scan('a')}\n  InitPlan 1\n${indent}->  ${scan('b')}`;
  assert.equal(parsed(heading('    ')).root.Plans[0]!['Subplan Name'], 'InitPlan 1');
  assert.match(refused(heading('  ')), /^3: its indentation fits no node/);
});

test('a subplan is no input: the first input after it is the outer one', () => {
  const { root } = parsed(
    `${nest}\n  InitPlan 1\n    ->  ${scan('p')}\n  ->  ${scan('a')}\n  ->  ${scan('b')}`,
  );
  assert.deepEqual(
    root.Plans.map((plan) => plan['Parent Relationship']),
    ['InitPlan', 'Outer', 'Inner'],
  );
});

test('lines of workers are theirs; those after them are the node’s', () => {
  const { root } = parsed(
    `Sort  ${cost} ${ran}\n  Sort Key: a\n  Worker 0:  Sort Method: quicksort  Memory: 25kB\n    Buffers: shared hit=3\n  Buffers: shared hit=9\n  ->  ${scan('t')}`,
  );
  assert.equal(root['Shared Hit Blocks'], 9);
  assert.equal((root.Workers as Fields[])[0]!['Shared Hit Blocks'], 3);
});

test('a plan without TIMING has no times, also of nodes that never ran', () => {
  const { root } = parsed(
    `Nested Loop  ${cost} (actual rows=0 loops=1)\n  ->  Seq Scan on a  ${cost} (actual rows=0 loops=1)\n  ->  Seq Scan on b  ${cost} (never executed)`,
  );
  assert.deepEqual([root.Plans[1]!['Actual Loops'], root.Plans[1]!['Actual Total Time']], [0, undefined]);
});

test('times below the plan: the old name, twice, and what is none', () => {
  const notes = (text: string) => parsed(`${scan('t')}\n${text}`).notes.join(' ');
  assert.equal(parsed(`${scan('t')}\nTotal runtime: 2.5 ms`).document['Execution Time'], 2.5);
  assert.match(notes('Execution Time: 1.0 ms\nExecution Time: 2.0 ms'), /stands there twice/);
  assert.match(notes('Execution Time: 1.0'), /Execution Time is "1\.0", which is no time/);
  assert.equal(notes('Planning Time: 1.0 ms\nExecution Time: 2.0 ms'), '');
});

test('a text with a line break keeps it, and is not said to be broken', () => {
  const { root, notes } = parsed(`${scan('t')}\n  Filter: (a = 'x\ny'::text)\nExecution Time: 1.0 ms`);
  assert.deepEqual([root.Filter, notes], ["(a = 'x\ny'::text)", []]);
});

test('a condition that goes on in a line like a node is still that condition; the next root ends the plan', () => {
  const odd = `${scan('t')}\n  Filter: (a = 'x\n${scan('fake')}\n'::text)\nExecution Time: 1.0 ms`;
  assert.equal(parsed(odd).document['Execution Time'], 1);
  const two = parseTextPlan(linesOf(`${scan('a')}\n${scan('b')}\nExecution Time: 1.0 ms`), 0);
  assert.equal(two.next, 1);
  const indented = parseTextPlan(linesOf(`${nest}\n  ->  ${scan('a')}\n  ->  ${scan('b')}\n${nest}`), 0);
  assert.equal(indented.next, 3);
});

test('XML: truths, counts of removed rows and texts of digits; a cut end', () => {
  const xml = (more: string) =>
    `<explain xmlns="x">\n<Query>\n<Plan>\n<Node-Type>Seq Scan</Node-Type>\n${more}\n</Plan>\n</Query>\n`;
  const { found } = xmlPlans(
    linesOf(
      `${xml('<Parallel-Aware>false</Parallel-Aware><Alias>7</Alias><Rows-Removed-by-Filter>3</Rows-Removed-by-Filter>')}</explain>`,
    ),
  );
  assert.ok(found[0]?.kind === 'plan');
  const plan = found[0].document.Plan as Fields;
  assert.deepEqual([plan['Parallel Aware'], plan.Alias, plan['Rows Removed by Filter']], [false, '7', 3]);
  const [cut] = xmlPlans(linesOf(xml(''))).found;
  assert.ok(cut?.kind === 'broken');
  assert.match(cut.why, /<\/explain> is missing/);
});

test('YAML: two plans one after the other, as EXPLAIN indents them', () => {
  const yaml = (name: string) =>
    `- Plan: \n    Node Type: "Seq Scan"\n    Relation Name: "${name}"\n  Execution Time: 1.5`;
  const { found } = yamlPlans(linesOf(`${yaml('a')}\n${yaml('b')}\nThe end: of it\n`));
  assert.deepEqual(
    found.map((each) => each.kind === 'plan' && (each.document.Plan as Fields)['Relation Name']),
    ['a', 'b'],
  );
  assert.ok(found.every((each) => each.kind === 'plan' && each.document['Execution Time'] === 1.5));
  const logged = (name: string) =>
    `Query Text: "x"\nPlan: \n  Node Type: "Seq Scan"\n  Relation Name: "${name}"`;
  assert.equal(yamlPlans(linesOf(`${logged('a')}\n${logged('b')}`)).found.length, 2);
});
