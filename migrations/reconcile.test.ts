import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Migration } from './directory.ts';
import { readHeader } from './header.ts';
import type { Applied } from './ledger.ts';
import { disagreement, reconcile } from './reconcile.ts';

const script = { file: 'f.sql', text: '', header: readHeader('', 'f.sql') };
const file = (version: number, checksum = 'same'): Migration => ({
  version,
  name: `m${version}`,
  up: script,
  down: script,
  checksum,
});
const row = (version: number, checksum = 'same', name = `m${version}`): Applied => ({
  version,
  name,
  checksum,
  applied_at: new Date(0),
  execution_ms: 1,
});
const states = (files: Migration[], rows: Applied[]) => reconcile(files, rows).map(({ state }) => state);

test('what is in the ledger with its checksum is applied, the rest is pending', () => {
  assert.deepEqual(states([file(1), file(2)], [row(1)]), ['applied', 'pending']);
  assert.equal(disagreement(reconcile([file(1), file(2)], [row(1)])), undefined);
});

test('another checksum or another name under an applied number is an edit', () => {
  assert.deepEqual(states([file(1)], [row(1, 'other')]), ['edited']);
  assert.deepEqual(states([file(1)], [row(1, 'same', 'renamed')]), ['edited']);
});

test('an applied version without a file is lost', () => {
  assert.deepEqual(states([file(1)], [row(1), row(2)]), ['applied', 'lost']);
});

test('a pending version below an applied one was overtaken', () => {
  assert.deepEqual(states([file(1), file(2)], [row(2)]), ['overtaken', 'applied']);
  assert.match(disagreement(reconcile([file(1), file(2)], [row(2)]))!.message, /though later versions are/);
});
