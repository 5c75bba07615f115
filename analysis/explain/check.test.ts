import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contradictions, isExecuted } from './check.ts';
import { draftOf } from './draft.ts';
import type { Fields } from './field.ts';
import { readPlan } from './read.ts';

const node = (type: string, more: Fields = {}, ...children: Fields[]): Fields => ({
  ...{ 'Node Type': type, 'Plan Rows': 9, 'Actual Rows': 9, 'Actual Loops': 1, 'Actual Total Time': 1 },
  ...more,
  ...(children.length > 0 ? { Plans: children } : {}),
});
const hit = (pages: number): Fields => ({ 'Shared Hit Blocks': pages, 'Shared Read Blocks': 0 });
const took = (ms: number, loops = 1): Fields => ({ 'Actual Total Time': ms, 'Actual Loops': loops });
const said = (plan: Fields, document: Fields = {}): string =>
  contradictions(draftOf(plan), document).join(' ');
const scan = (more: Fields = {}) => node('Seq Scan', { 'Relation Name': 't', ...more });
const bare: Fields = { 'Node Type': 'Seq Scan', 'Relation Name': 'u', 'Plan Rows': 9 };

test('no plan that a server made contradicts itself', () => {
  const fixtures = join(import.meta.dirname, 'fixtures');
  const names = readdirSync(fixtures).filter((name) => /\.(?:json|txt)$/.test(name));
  assert.ok(names.length > 40);
  for (const name of names) {
    const reading = readPlan(readFileSync(join(fixtures, name), 'utf8'));
    assert.ok(reading.kind === 'plan', name);
    const warned = reading.warnings.filter((warning) => !/^It was made without /.test(warning));
    assert.deepEqual(warned, [], name);
  }
});

test('one time or one figure shows that a plan was executed; a node without any has lost a line', () => {
  assert.equal(isExecuted({}, draftOf(bare)), false);
  assert.equal(said(bare), '');
  assert.match(said(bare, { 'Execution Time': 1 }), /^Seq Scan on u has no figures, although/);
  const half = node('Append', {}, scan(), bare);
  assert.match(said(half), /Seq Scan on u has no figures/);
  assert.equal(isExecuted({}, draftOf({ ...bare, Plans: [scan()] })), true);
});

test('a figure that is no number, negative or without end is no count', () => {
  for (const [name, value] of [
    ['Actual Rows', -1],
    ['Actual Total Time', Number.POSITIVE_INFINITY],
    ['Plan Rows', '9'],
    ['Total Cost', null],
    ['Shared Hit Blocks', -3],
    ['Temp Written Blocks', 'x'],
  ] as const)
    assert.match(
      said(scan({ [name]: value })),
      new RegExp(`${name} of Seq Scan on t is .*, which is no count`),
    );
  assert.equal(said(scan({ 'Actual Rows': 0, 'Temp Written Blocks': 0, ...hit(1) })), '');
});

test('a scan that found rows has read a page; one that found none need not, nor need a scan of no table', () => {
  for (const type of ['Seq', 'Sample', 'Index', 'Index Only', 'Tid', 'Tid Range'])
    assert.match(said(node(`${type} Scan`, hit(0))), /found rows, and has read no page/, type);
  assert.match(said(node('Bitmap Heap Scan', hit(0), node('Bitmap Index Scan', hit(0)))), /has read no page/);
  assert.equal(said(scan({ ...hit(0), 'Actual Rows': 0 })), '');
  assert.equal(said(scan({ ...hit(0), 'Local Hit Blocks': 2 })), '');
  assert.equal(said(scan()), '');
  for (const type of ['Function Scan', 'CTE Scan', 'Values Scan']) assert.equal(said(node(type, hit(0))), '');
});

test('nodes have as many inputs as their kind takes, plans that they ask for not counted', () => {
  const initPlan = { ...scan(), 'Parent Relationship': 'InitPlan' };
  const subPlan = { ...scan(), 'Parent Relationship': 'SubPlan' };
  assert.match(said(node('Hash Join', {}, scan())), /has one input, and cannot have fewer than 2 inputs/);
  assert.match(said(node('Sort')), /^Sort has no inputs, and cannot have fewer than one input/);
  for (const type of ['Sort', 'Limit', 'Hash', 'Aggregate', 'Gather', 'Memoize'])
    assert.match(said(node(type, {}, scan(), scan())), /has 2 inputs, and cannot have more than one/, type);
  assert.match(said(node('Seq Scan', {}, scan())), /has one input, and cannot have more than no inputs/);
  assert.match(said(node('Nested Loop', {}, scan(), scan(), scan())), /has 3 inputs.* more than 2/);
  assert.equal(said(node('Sort', {}, scan(), initPlan, subPlan)), '');
  assert.match(said(node('Sort', {}, initPlan)), /Sort has no inputs/);
  assert.equal(said(node('Append', {}, scan(), scan(), scan())), '');
  assert.match(said(node('BitmapOr', {}, node('Bitmap Index Scan'))), /BitmapOr has one input/);
});

test('what lies below has no more pages than the node above, but for an InitPlan', () => {
  const below = (above: number, ...pages: number[]) =>
    said(node('Append', hit(above), ...pages.map((each) => scan(hit(each)))));
  assert.equal(below(9, 9, 1), '');
  assert.match(
    below(9, 1, 10, 2),
    /Seq Scan on t has 10 pages, and Append above it.*counted, 9: .* two plans/,
  );
  const initPlan = { ...scan(hit(50)), 'Parent Relationship': 'InitPlan' };
  assert.equal(said(node('Append', hit(9), scan(hit(5)), initPlan)), '');
  // without figures of pages above there is nothing to compare
  assert.equal(said(node('Append', {}, scan(hit(5)))), '');
});

test('what lies below took no longer than the node above, within the rounding of each loop', () => {
  const below = (above: Fields, ...times: Fields[]) => said(node('Append', above, ...times.map(scan)));
  assert.equal(below(took(10), took(10.2)), '');
  assert.match(below(took(10), took(1), took(10.5)), /took 10\.5 ms, and Append above it.*counted, 10 ms/);
  // 0.001 ms a loop: 1000 loops of 0.002 may have been 1000 of 0.0011
  assert.equal(below(took(1.5), took(0.002, 1000)), '');
  assert.match(below(took(0.5), took(0.002, 1000)), /took 2 ms/);
  const initPlan = { ...scan(took(50)), 'Parent Relationship': 'InitPlan' };
  assert.equal(said(node('Append', took(10), scan(took(5)), initPlan)), '');
});

test('below a Gather the processes need not have ended together', () => {
  const gather = node('Gather', took(10), node('Seq Scan', { 'Relation Name': 't', ...took(12, 3) }));
  assert.equal(said(gather), '');
});

test('the execution holds its root, within the rounding of both', () => {
  assert.match(
    said(scan(took(1.1)), { 'Execution Time': 1 }),
    /The execution took 1 ms, and Seq Scan on t.* 1\.1 ms/,
  );
  assert.equal(said(scan(took(1.01)), { 'Execution Time': 1 }), '');
  assert.equal(said(scan(took(900))), '');
});
