import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { needsServer } from './needs-server.ts';

const needs = (file: string) => needsServer(join(import.meta.dirname, '..', file));

test('a test needs a server when it, or what it takes from test/, asks for one or starts a program', () => {
  assert.equal(needs('migrations/variants.test.ts'), true); // test/two-tenants.ts takes it from test/server.ts
  assert.equal(needs('bench/load/outputs.test.ts'), true); // k6
  assert.equal(needs('reports/html/report.test.ts'), true); // a browser
  assert.equal(needs('test/quality.test.ts'), true); // the type-checker
});

test('a test that imports only what computes needs none', () => {
  assert.equal(needs('analysis/verdict/verdict.test.ts'), false);
  assert.equal(needs('test/needs-server.test.ts'), false);
});
