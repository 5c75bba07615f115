import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lock, tryLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-lock-'));
after(() => rmSync(folder, { recursive: true }));

test('a second holder waits until the first lets go', async () => {
  const file = join(folder, 'waits');
  const first = tryLock(file)!;
  assert.equal(tryLock(file), undefined);
  const order: string[] = [];
  const second = lock(file, undefined, () => order.push('told to wait')).then((taken) => {
    order.push('second');
    return taken;
  });
  order.push('first lets go');
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  assert.deepEqual(order, ['told to wait', 'first lets go', 'second']);
});

test('waiting ends with the reason of the abort', async () => {
  const file = join(folder, 'aborted');
  using _held = tryLock(file)!;
  const abort = new AbortController();
  const waiting = lock(file, abort.signal);
  abort.abort(new Error('interrupted'));
  await assert.rejects(waiting, /interrupted/);
});

test('the lock of a killed process is free', async () => {
  const file = join(folder, 'killed');
  const program = `
    import { tryLock } from '${new URL('./lock.ts', import.meta.url).href}';
    globalThis.held = tryLock(${JSON.stringify(file)});
    console.log('held');
    setInterval(() => {}, 1000);`;
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(node.stdout, 'data');
  assert.equal(tryLock(file), undefined);
  node.kill('SIGKILL');
  await once(node, 'exit');
  using taken = tryLock(file);
  assert.equal(taken?.file, file);
});
