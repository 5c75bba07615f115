import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { temporaryOfTests } from './temporary-of-tests.ts';

/** Longer than the test: what is not ended would be seen. */
const sleeper = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawn('sleep', ['60', ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'ignore',
    detached: true,
  });

test('what tests left running in their folder is ended, what only has it in its environment too, and nothing else', {
  skip: !existsSync('/proc/self/environ') && 'no /proc to find processes in',
}, async () => {
  const folder = await temporaryOfTests();
  assert.equal(statSync(folder.path).mode & 0o777, 0o755);
  const named = spawn('sh', ['-c', 'while :; do sleep 1; done', `${folder.path}/held`], { stdio: 'ignore' });
  const inside = sleeper([], { TMPDIR: folder.path });
  const other = sleeper([], { TMPDIR: '/somewhere' });
  const gone = Promise.all([once(named, 'exit'), once(inside, 'exit')]);
  const ended = await folder.endAll();
  await gone;
  assert.ok(
    ended.some((command) => command.includes(`${folder.path}/held`)),
    ended.join('\n'),
  );
  assert.equal(other.exitCode ?? other.signalCode, null, 'it is not of these tests');
  await folder[Symbol.asyncDispose]();
  assert.equal(existsSync(folder.path), false);
  other.kill();
  await once(other, 'exit');
});
