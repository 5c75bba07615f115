import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');

/** Runs a tool of node_modules; resolves to its exit code and everything it printed. */
const tool = (name: string, args: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'node_modules', ...name.split('/')), ...args],
      { cwd: root, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => resolve({ code: error ? 1 : 0, output: stdout + stderr }),
    );
  });

test('the project type-checks', async () => {
  const { code, output } = await tool('typescript/bin/tsc', ['--noEmit']);
  assert.equal(code, 0, output);
});

test('the k6 scripts type-check', async () => {
  const { code, output } = await tool('typescript/bin/tsc', ['--noEmit', '-p', 'scenarios/load']);
  assert.equal(code, 0, output);
});

test('the formatter and the linter have nothing to say', async () => {
  const { code, output } = await tool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']);
  assert.equal(code, 0, output);
});
