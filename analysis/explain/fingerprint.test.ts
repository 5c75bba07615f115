import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fingerprints, withoutLiterals } from './fingerprint.ts';
import { type Lineage, noLineage } from './lineage.ts';
import type { PlanNode } from './plan.ts';
import { readPlan } from './read.ts';

const lineage: Lineage = {
  tables: new Map([
    ['orders_1', 'orders'],
    ['orders_2', 'orders'],
  ]),
  indexes: new Map([
    ['orders_1_pkey', 'orders_pkey'],
    ['orders_2_pkey', 'orders_pkey'],
  ]),
  definitions: new Map([
    ['orders_pkey', 'btree (organization_id, id)'],
    ['other', 'btree (organization_id, id)'],
  ]),
};
const root = (plan: object): PlanNode => {
  const reading = readPlan({ Plan: plan });
  assert.ok(reading.kind === 'plan');
  return reading.plan.root;
};
const scan = (more: object) => ({
  'Node Type': 'Index Scan',
  'Parent Relationship': 'Member',
  'Relation Name': 'orders_1',
  Alias: 'o_1',
  'Index Name': 'orders_1_pkey',
  'Index Cond': "(o_1.organization_id = 'a'::uuid)",
  ...more,
});
const append = (...children: object[]) => root({ 'Node Type': 'Append', Plans: children });
const second = scan({
  'Relation Name': 'orders_2',
  Alias: 'o_2',
  'Index Name': 'orders_2_pkey',
  'Index Cond': "(o_2.organization_id = 'b'::uuid)",
});

test('one partition more or less, other literals and other figures make no other plan', () => {
  assert.deepEqual(
    fingerprints(append(scan({ 'Actual Rows': 3 })), lineage),
    fingerprints(append(scan({}), second), lineage),
  );
});

test('a partition that is read otherwise makes another plan', () => {
  const sequential = scan({ 'Node Type': 'Seq Scan', 'Index Name': undefined });
  assert.notEqual(
    fingerprints(append(scan({})), lineage).shape,
    fingerprints(append(scan({}), sequential), lineage).shape,
  );
});

test('an index counts by what it is, not by its name', () => {
  const [a, b, c] = ['orders_1_pkey', 'other', 'third'].map(
    (name) => fingerprints(root(scan({ 'Index Name': name })), lineage).shape,
  );
  assert.equal(a, b);
  assert.notEqual(a, c);
});

test('a condition that moved from the index to the filter changes the detail alone', () => {
  const filtered = fingerprints(
    root(scan({ 'Index Cond': undefined, Filter: "(o_1.organization_id = 'a'::uuid)" })),
    lineage,
  );
  const indexed = fingerprints(root(scan({})), lineage);
  assert.equal(filtered.shape, indexed.shape);
  assert.notEqual(filtered.detail, indexed.detail);
});

test('aliases tell two scans of one table apart', () => {
  const self = (alias: string) => fingerprints(root(scan({ 'Relation Name': 't', Alias: alias }))).shape;
  assert.notEqual(self('a'), self('b'));
});

test('literals of all kinds become one mark', () => {
  assert.equal(
    withoutLiterals(
      "(a = ANY ('{x,y}'::text[])) AND (b > 3.5) AND (c = $2) AND (d = 'it''s'::character varying)",
    ),
    '(a = ANY (?)) AND (b > ?) AND (c = ?) AND (d = ?)',
  );
  assert.equal(withoutLiterals('(t1.col_2 = ANY (ARRAY[1, 2, 3]))'), '(t1.col_2 = ANY (ARRAY[?]))');
  assert.equal(withoutLiterals("(at < '2026-01-01 00:00:00+00'::timestamp with time zone)"), '(at < ?)');
});

test('a fingerprint is the same on every machine', () => {
  const text = readFileSync(join(import.meta.dirname, 'fixtures/bitmap-and.pg15.json'), 'utf8');
  const reading = readPlan(text);
  assert.ok(reading.kind === 'plan');
  assert.deepEqual(fingerprints(reading.plan.root, noLineage), {
    shape: 'f1fdeed25e102372',
    detail: '1eebda1b23d39912',
  });
});
