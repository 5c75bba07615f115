import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { removeAbandonedFolders, temporaryFolder } from './temporary-folder.ts';

test('a folder is private, stays while its process lives, and is gone when it is disposed', async () => {
  const folder = await temporaryFolder('test');
  writeFileSync(join(folder.path, 'file'), '');
  assert.equal(statSync(folder.path).mode & 0o777, 0o700);
  assert.ok(!(await removeAbandonedFolders()).includes(folder.path));
  assert.ok(existsSync(join(folder.path, 'file')));
  await folder[Symbol.asyncDispose]();
  assert.ok(!existsSync(folder.path));
});

test('the folder of a killed process is removed by the next; another of that kind of name is not', async () => {
  const program = `
    import { temporaryFolder } from '${new URL('./temporary-folder.ts', import.meta.url).href}';
    console.log((await temporaryFolder('test')).path);
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [path] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const theirs = mkdtempSync(join(tmpdir(), 'olympus-test-other-'));
  try {
    await using _living = await temporaryFolder('test');
    assert.ok(existsSync(path), 'its process lives');
    child.kill('SIGKILL');
    await once(child, 'close');
    await using _next = await temporaryFolder('test');
    assert.ok(!existsSync(path));
    assert.ok(existsSync(theirs));
  } finally {
    child.kill('SIGKILL');
    rmSync(theirs, { recursive: true });
  }
});
