import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { noteEnd } from '../../infra/process/process-end.ts';
import type { Endpoint, EndpointName } from '../../infra/topology/endpoint.ts';
import { until } from '../../test/patience.ts';
import { watchParts } from './part-watch.ts';

const endpoint = (name: EndpointName, place: { pid?: number; port?: number }): Endpoint => ({
  ...{ name, provider: 'external', version: '', host: '127.0.0.1', port: 1, url: () => '' },
  ...place,
});

const sleeper = () => spawn('sleep', ['600'], { stdio: 'ignore' });

test('of a process that we started its signal or exit code is known', async () => {
  const [killed, failed, alive] = [sleeper(), spawn('sh', ['-c', 'read _; exit 3']), sleeper()];
  for (const child of [killed, failed, alive]) noteEnd(child);
  try {
    using watch = watchParts([
      endpoint('replica1', { pid: alive.pid! }),
      endpoint('replica2', { pid: killed.pid! }),
      endpoint('cache', { pid: failed.pid! }),
    ]);
    assert.deepEqual(await watch.ends(), []);
    const before = performance.now();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    failed.stdin!.end('\n');
    await once(failed, 'exit');
    const ends = await watch.ends();
    assert.deepEqual(
      ends.map(({ part, how }) => [part, how]),
      [
        ['replica2', 'ended, signal 9 (SIGKILL)'],
        ['cache', 'ended, exit code 3'],
      ],
    );
    assert.ok(ends.every(({ at }) => at >= before && at <= performance.now()));
  } finally {
    for (const child of [killed, failed, alive]) child.kill('SIGKILL');
  }
});

test('of another process that it is gone', async () => {
  const shell = spawn('sh', ['-c', 'sleep 600 >/dev/null & echo $!'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [pid] = (await once(shell.stdout!, 'data')).map(Number);
  using watch = watchParts([endpoint('pooler', { pid: pid! })]);
  assert.deepEqual(await watch.ends(), []);
  process.kill(pid!, 'SIGKILL');
  await until('it is seen', async () => (await watch.ends()).length === 1);
  assert.equal((await watch.ends())[0]!.how, 'ended: its process is gone');
});

test('of a server elsewhere that it takes no connection', async () => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(server, 'listening');
  using watch = watchParts([endpoint('primary', { port: (server.address() as AddressInfo).port })]);
  assert.deepEqual(await watch.ends(), []);
  server.close();
  await until('it is seen', async () => (await watch.ends()).length === 1);
  assert.deepEqual(
    (await watch.ends()).map(({ part, how }) => [part, how]),
    [['primary', 'does not answer any more']],
  );
});
