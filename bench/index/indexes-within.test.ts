import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from '../../analysis/explain/read.ts';
import { indexesIn } from './indexes-within.ts';

const node = (type: string, more: object = {}, ...children: object[]) => ({
  ...{ 'Node Type': type, 'Plan Rows': 1, 'Total Cost': 1, ...more },
  ...(children.length > 0 && { Plans: children }),
});
const scan = (name: string, more: object = {}) => node('Index Scan', { 'Index Name': name, ...more });
const used = (plan: object) => {
  const reading = readPlan([{ Plan: plan }]);
  assert.ok(reading.kind === 'plan');
  return indexesIn(reading.plan.root, false).map(({ index, how }) => `${index} ${how}`);
};

test('an index is searched, read for its order, or read whole', () => {
  const cond = { 'Index Cond': '(a = 1)' };
  assert.deepEqual(used(scan('i', cond)), ['i searched']);
  assert.deepEqual(used(scan('i', { 'Order By': "(a <-> 'x')" })), ['i searched']);
  assert.deepEqual(
    used(node('Bitmap Heap Scan', {}, node('Bitmap Index Scan', { 'Index Name': 'i', ...cond }))),
    ['i searched'],
  );
  assert.deepEqual(used(scan('i', { Filter: '(b = 1)' })), ['i whole']);
  assert.deepEqual(used(node('Limit', {}, node('Sort', {}, scan('i')))), ['i whole']);
  assert.deepEqual(used(node('Limit', {}, scan('i'))), ['i in order']);
  assert.deepEqual(used(node('Limit', {}, node('Merge Append', {}, scan('i'), scan('j', cond)))), [
    'i in order',
    'j searched',
  ]);
  assert.deepEqual(used(node('Aggregate', { Strategy: 'Sorted' }, scan('i'))), ['i in order']);
  assert.deepEqual(used(node('Aggregate', { Strategy: 'Hashed' }, scan('i'))), ['i whole']);
  assert.deepEqual(
    used(node('Merge Join', { 'Join Type': 'Inner' }, scan('i'), node('Sort', {}, scan('j')))),
    ['i in order', 'j whole'],
  );
});
