import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { splitAnd } from '../explain/clauses.ts';
import type { Lineage } from '../explain/lineage.ts';
import type { Plan } from '../explain/plan.ts';
import { readPlan } from '../explain/read.ts';
import { diffPlans, renderDiff } from './plan-diff.ts';

const plan = (root: object): Plan => {
  const reading = readPlan({ Plan: root, 'Execution Time': 1 });
  assert.ok(reading.kind === 'plan');
  return reading.plan;
};
const node = (type: string, pages: number, more: object = {}, ...children: object[]) => ({
  'Node Type': type,
  'Actual Rows': 1,
  'Plan Rows': 1,
  'Actual Loops': 1,
  'Shared Hit Blocks': pages,
  'Shared Read Blocks': 0,
  ...more,
  ...(children.length > 0 ? { Plans: children } : {}),
});
const of = (relation: string, more: object = {}) => ({ 'Relation Name': relation, Alias: relation, ...more });
const tags = of('products', { 'Index Name': 'tags', 'Index Cond': "(tags @> '{a}'::text[])" });
const told = (before: object, after: object, lineage?: Lineage) => {
  const lineages = lineage && { before: lineage, after: lineage };
  const diff = diffPlans(plan(before), plan(after), lineages);
  return { ...diff, words: diff.rows.flatMap(({ words }) => words) };
};

test('a plan is the same as itself, whatever its times', () => {
  for (const name of ['parallel.pg18', 'cte-twice.pg15', 'partitions.pg18', 'subplan.pg15', 'write.pg18']) {
    const reading = readPlan(
      readFileSync(join(import.meta.dirname, '../explain/fixtures', `${name}.json`), 'utf8'),
    );
    assert.ok(reading.kind === 'plan');
    const diff = diffPlans(reading.plan, reading.plan);
    assert.equal(diff.verdict, 'same', name);
    assert.ok(
      diff.rows.every(({ kind, words }) => kind === 'same' && words.length === 0),
      name,
    );
  }
});

test('an inserted node is new, and all others stay aligned', () => {
  const scan = node('Index Scan', 4, tags);
  const { rows, verdict } = told(
    node('Limit', 4, {}, scan),
    node('Limit', 4, {}, node('Sort', 4, {}, node('Gather', 4, {}, scan))),
  );
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['same', 'new', 'new', 'same'],
  );
  assert.equal(verdict, 'other-shape');
});

test('a removed node is gone, in its place', () => {
  const scan = node('Index Scan', 4, tags);
  const { rows } = told(node('Limit', 4, {}, node('Sort', 4, {}, scan)), node('Limit', 4, {}, scan));
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['same', 'gone', 'same'],
  );
});

test('a condition that is no index condition any more is named', () => {
  const { words, verdict } = told(
    node('Index Scan', 4, tags),
    node('Seq Scan', 400, of('products', { Filter: "(tags @> '{b}'::text[])" })),
  );
  assert.deepEqual(words, [
    'Index Scan became Seq Scan',
    '(tags @> ?) is Filter now, was Index Cond',
    'reads more pages: 4 → 400',
  ]);
  assert.equal(verdict, 'more-work');
});

test("a bitmap's recheck is its index's condition", () => {
  const bitmap = node(
    'Bitmap Heap Scan',
    4,
    of('products', { 'Recheck Cond': "(tags @> '{a}'::text[])" }),
    node('Bitmap Index Scan', 2, { 'Index Name': 'tags' }),
  );
  const { words } = told(node('Index Scan', 4, tags), bitmap);
  assert.deepEqual(words, ['Index Scan became Bitmap Heap Scan', 'is new']);
});

test('an index under another name is the same index, another definition is another', () => {
  const lineage: Lineage = {
    tables: new Map(),
    indexes: new Map(),
    definitions: new Map([
      ['tags', 'gin (tags)'],
      ['tags2', 'gin (tags)'],
      ['tags3', 'gin (organization_id, tags)'],
    ]),
  };
  const using = (name: string) => node('Index Scan', 4, { ...tags, 'Index Name': name });
  assert.equal(told(using('tags'), using('tags2'), lineage).verdict, 'same');
  assert.deepEqual(told(using('tags'), using('tags3'), lineage).words, ['uses tags3 instead of tags']);
});

test('joins are aligned by what they read: another method is told, another order of children too', () => {
  const [a, b] = [node('Seq Scan', 5, of('a')), node('Seq Scan', 6, of('b'))];
  const { rows } = told(
    node('Nested Loop', 11, { 'Join Type': 'Inner' }, a, b),
    node('Hash Join', 11, { 'Join Type': 'Inner' }, b, node('Hash', 5, {}, a)),
  );
  assert.deepEqual(rows[0]!.words, ['Nested Loop became Hash Join']);
  assert.deepEqual(rows.filter(({ kind }) => kind === 'new').length, 1);
  assert.equal(rows.flatMap(({ words }) => words).filter((word) => /stands elsewhere/.test(word)).length, 1);
  assert.equal(rows.length, 4);
});

test('partitions that are read alike are one line, and their number is told when it differs', () => {
  const months = ['o_1', 'o_2', 'o_3'];
  const lineage: Lineage = {
    tables: new Map(months.map((month) => [month, 'o'])),
    indexes: new Map(),
    definitions: new Map(),
  };
  const append = (...of: string[]) =>
    node(
      'Append',
      4 * of.length,
      {},
      ...of.map((name) => node('Seq Scan', 4, { 'Relation Name': name, Alias: name })),
    );
  const { rows, verdict } = told(append('o_1'), append(...months), lineage);
  assert.equal(rows.length, 2);
  assert.deepEqual(rows[1]!.words, ['reads 3 partitions, were 1', 'reads more pages: 4 → 12']);
  assert.match(rows[1]!.after!, /Seq Scan on o \(3 partitions\) .*12 buffers/);
  assert.equal(verdict, 'more-work');
});

test('worse estimates, spills, loops and workers are told', () => {
  const { words, verdict } = told(
    node('Sort', 4, {}, node('Seq Scan', 4, of('t'))),
    node(
      'Sort',
      4,
      { 'Sort Space Type': 'Disk', 'Sort Method': 'external merge', 'Sort Space Used': 9 },
      node('Seq Scan', 4, of('t', { 'Actual Rows': 50, 'Actual Loops': 3, 'Workers Launched': 2 })),
    ),
  );
  assert.deepEqual(words, [
    'spills to disk: external merge',
    'runs 3 times, was 1',
    '2 workers, were 0',
    'estimate off 50x, was 1x',
  ]);
  assert.equal(verdict, 'worse-estimates');
});

test('a few pages more are no more work', () => {
  const [a, b] = [node('Seq Scan', 100, of('t')), node('Seq Scan', 109, of('t'))];
  assert.equal(told(a, b).verdict, 'same');
  assert.equal(told(a, node('Seq Scan', 111, of('t'))).verdict, 'more-work');
  assert.equal(told(node('Seq Scan', 1, of('t')), node('Seq Scan', 3, of('t'))).verdict, 'same');
  assert.equal(told(node('Seq Scan', 1, of('t')), node('Seq Scan', 4, of('t'))).verdict, 'more-work');
  assert.equal(told(node('Seq Scan', 200, of('t')), a).verdict, 'less-work');
});

test('plans without pages are judged by shape and estimates', () => {
  const bare = { 'Node Type': 'Seq Scan', 'Relation Name': 't', 'Plan Rows': 3 };
  assert.equal(told(bare, bare).verdict, 'same');
  assert.equal(told(bare, { ...bare, 'Node Type': 'Index Scan', 'Index Name': 'i' }).verdict, 'other-shape');
});

test('two plans with nothing in common are all gone and all new', () => {
  const { rows } = told(node('Seq Scan', 1, of('a')), node('Seq Scan', 1, of('b')));
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['gone', 'new'],
  );
});

test('the difference is drawn with a mark and its words', () => {
  const diff = diffPlans(
    plan(node('Limit', 4, {}, node('Index Scan', 4, tags))),
    plan(node('Limit', 40, {}, node('Sort', 40, {}, node('Seq Scan', 40, of('products'))))),
  );
  assert.equal(
    renderDiff(diff),
    `
more work: another shape, pages 4 → 40, execution 1 → 1 ms.
  Limit  (1 rows, estimated 1; 0 buffers)
+   Sort  (1 rows, estimated 1; 0 buffers)
~     Seq Scan on products  (1 rows, estimated 1; 40 buffers)
~         Index Scan became Seq Scan
~         Index Cond (tags @> ?) is gone
~         reads more pages: 4 → 40`.trim(),
  );
});

test('clauses are split at their own ANDs only', () => {
  assert.deepEqual(splitAnd('((a = 1) AND ((b = 2) OR ((c = 3) AND (d = 4))))'), [
    '(a = 1)',
    '((b = 2) OR ((c = 3) AND (d = 4)))',
  ]);
  assert.deepEqual(splitAnd('(a = 1)'), ['(a = 1)']);
});
