import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { patience } from '../../test/patience.ts';
import { newEnough } from './go.ts';
import { digestSources, findK6, k6Module } from './k6.ts';

test('the key of a build changes with its sources and not with its tests', async (t) => {
  const copy = await mkdtemp(join(tmpdir(), 'olympus-k6-'));
  t.after(() => rm(copy, { recursive: true, force: true }));
  await cp(k6Module, copy, { recursive: true });
  const before = digestSources(copy);
  assert.equal(before, digestSources(k6Module));
  await writeFile(join(copy, 'engine', 'more_test.go'), 'package engine');
  assert.equal(digestSources(copy), before);
  await writeFile(join(copy, 'engine', 'more.go'), 'package engine');
  assert.notEqual(digestSources(copy), before);
});

test('a K6_BINARY without our module is refused with what to do', async (t) => {
  const before = process.env.K6_BINARY;
  t.after(() => {
    if (before === undefined) delete process.env.K6_BINARY;
    else process.env.K6_BINARY = before;
  });
  process.env.K6_BINARY = '/bin/true';
  await assert.rejects(findK6({ progress: silent, signal: patience() }), {
    reason: 'usage',
    message: /lacks the module k6\/x\/olympus/,
  });
});

test('Go from 1.25 on will do', () => {
  assert.deepEqual(['1.24.11', '1.25', '1.26.8', '2.0', '1.25rc1'].map(newEnough), [
    false,
    true,
    true,
    true,
    true,
  ]);
});
