import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { milliseconds } from '../../config/units.ts';
import { patience, until } from '../../test/patience.ts';
import { commandLine } from './command-line.ts';
import { stopChild } from './stop.ts';
import { spawnTied, type Tie } from './tied.ts';
import { unprivilegedAccount } from './unprivileged.ts';

const here = new URL('./tied.ts', import.meta.url).href;

/** A Node of its own that holds a tied `sleep` and prints its pid. */
async function holder(tie: Tie): Promise<{ node: ChildProcess; sleeper: number }> {
  const program = `
    import { spawnTied } from '${here}';
    const child = spawnTied('sleep', ['300'], { tie: '${tie}' });
    child.once('spawn', () => console.log(child.pid));`;
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(node.stdout!), 'line', { signal: patience() });
  const sleeper = Number(line);
  await until('it sleeps', () => commandLine(sleeper) === 'sleep 300');
  return { node, sleeper };
}

const ties: Tie[] = process.platform === 'linux' ? ['setpriv', 'watcher'] : ['watcher'];
for (const tie of ties) {
  test(`a tied child dies when its parent is killed with kill -9 (${tie})`, async () => {
    const { node, sleeper } = await holder(tie);
    node.kill('SIGKILL');
    await until('it has ended too', () => commandLine(sleeper) === undefined);
  });

  test(`a tied child has its own end, exit code and output (${tie})`, async () => {
    const child = spawnTied('sh', ['-c', 'echo out; exit 7'], { tie, stdio: ['ignore', 'pipe', 'inherit'] });
    const [out, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
    assert.equal(out, 'out\n');
    assert.equal(code, 7);
  });
}

test('a tied child runs as the account it is given, with the open files it is given', async () => {
  const user = unprivilegedAccount();
  const child = spawnTied('sh', ['-c', 'id -u; ulimit -n'], {
    user,
    openFiles: 512,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.equal(await text(child.stdout!), `${user?.uid ?? process.getuid!()}\n512\n`);
});

test('a child that ignores the polite signal is killed after the deadline', async () => {
  const child = spawnTied('sh', ['-c', "trap '' INT; echo ready; while :; do sleep 0.05; done"], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  await stopChild(child, { signal: 'SIGINT', deadline: milliseconds(100) });
  assert.equal(child.signalCode, 'SIGKILL');
});

test('stopping a child that has ended is no error', async () => {
  const child = spawnTied('true', []);
  await once(child, 'exit');
  await stopChild(child);
  assert.equal(child.exitCode, 0);
});
