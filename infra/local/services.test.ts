import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import type { Cluster } from 'ioredis';
import { silent } from '../../config/progress.ts';
import { filesWith, lingering, processesIn, testCache } from '../../test/local-cache.ts';
import { patience, until } from '../../test/patience.ts';
import { openCache } from '../services/cache.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { hasChdb } from '../setup/chdb.ts';
import { hasVersitygw } from '../setup/versitygw.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { attachLocal, startLocal, statusLocal, stopLocal } from './local.ts';

const cache = await testCache();
const held = { cache: cache.cache, name: 'services' };
const folder = join(cache.cache, 'local', 'services');
const up = (parts: readonly EndpointName[] = ['cache', 'cacheCluster']) =>
  startLocal(cache.options({ name: 'services', lifetime: 'held', parts }));
after(async () => {
  await stopLocal({ ...held, wipe: true });
  cache[Symbol.dispose]();
});

test('a cluster has all slots on three primaries, and a client reaches each of them', async () => {
  const topology = await up();
  assert.match(topology.get('cacheCluster').version, /^Redis \d+\.\d+\.\d+, cluster of 3$/);
  assert.equal(topology.get('cacheCluster').alsoPids?.length, 2, 'the other nodes are ours too');
  await using client = await openCache(topology.get('cacheCluster').url('app'), { cluster: true });
  const cluster = client as Cluster;
  await Promise.all(Array.from({ length: 60 }, (_, i) => cluster.set(`key${i}`, `${i}`)));
  const sizes = await Promise.all(cluster.nodes('master').map((node) => node.dbsize()));
  assert.equal(sizes.length, 3);
  assert.ok(sizes.every((size) => size > 0));
  assert.equal(
    sizes.reduce((sum, each) => sum + each, 0),
    60,
  );
});

test('a wrong password is refused, and the right one stands in state.json only', async () => {
  const topology = (await startLocal(
    cache.options({ name: 'services', lifetime: 'held', parts: ['cache'] }),
  ))!;
  for (const endpoint of topology.endpoints) {
    const url = new URL(endpoint.url('app'));
    const right = url.password;
    url.password = 'wrong';
    await assert.rejects(openCache(url.href), /WRONGPASS|invalid/);
    assert.deepEqual(filesWith(folder, [right]), [join(folder, 'state.json')]);
    assert.deepEqual(
      processesIn(folder).filter((line) => line.includes(right)),
      [],
    );
  }
});

test('a cluster that lost a node is told, made anew by the next `up`, and stopped by `down`', async () => {
  const node = processesIn(folder).find((line) => line.includes('cacheCluster/node2'))!;
  process.kill(Number.parseInt(node, 10), 'SIGKILL');
  await until('the node is gone', () => !processesIn(folder).includes(node));
  const states = async () => (await statusLocal(held)).map(({ name, state }) => `${name} ${state}`);
  assert.deepEqual(await states(), ['cache running', 'cacheCluster stopped']);
  await up();
  assert.deepEqual(await states(), ['cache running', 'cacheCluster running']);
  assert.equal(processesIn(folder).length, 4);
  assert.equal(await stopLocal(held), true);
  assert.deepEqual(await lingering(folder), []);
});

test('status shows a service by its own address, without its password', async () => {
  await up(['cache']);
  const shown = (await statusLocal(held)).find(({ name }) => name === 'cache')!;
  assert.match(shown.url, /^redis:\/\/127\.0\.0\.1:\d+$/);
  assert.ok((await attachLocal(held))?.find('cache'));
});

test('a service that cannot be had is absent with the reason, and the others are there', async () => {
  process.env.OLYMPUS_VERSITYGW = '/nowhere/versitygw';
  try {
    await using topology = await startLocal(cache.options({ name: 'partly', parts: ['cache', 'objects'] }));
    assert.deepEqual(
      topology.endpoints.map(({ name }) => name),
      ['cache'],
    );
    assert.deepEqual(
      topology.absent.map(({ part }) => part),
      ['objects'],
    );
    assert.throws(
      () => topology.get('objects'),
      /OLYMPUS_VERSITYGW is \/nowhere\/versitygw, which cannot be run/,
    );
  } finally {
    delete process.env.OLYMPUS_VERSITYGW;
  }
});

test('kill -9 of Node ends every service that it started', async (context) => {
  const real = cacheFolder();
  const parts: EndpointName[] = ['cache', 'cacheCluster', 'vector'];
  if (hasChdb(real)) parts.push('olap');
  if (hasVersitygw(real)) parts.push('objects');
  context.diagnostic(`services: ${parts.join(', ')}`);
  const program = `
    import { startLocal } from '${new URL('./local.ts', import.meta.url).href}';
    import { silent } from '${new URL('../../config/progress.ts', import.meta.url).href}';
    globalThis.topology = await startLocal({ name: 'test_kill', parts: ${JSON.stringify(parts)}, lifetime: 'tied',
      progress: silent, signal: new AbortController().signal });
    console.log(topology.endpoints.map(({ pid }) => pid).join(' '));
    setInterval(() => {}, 1000);`;
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(node.stdout!), 'line', { signal: patience() });
  const pids = String(line).split(' ');
  assert.equal(pids.length, parts.length);
  const own = `${join(real, 'local')}/test_kill-${node.pid}-`;
  assert.ok(processesIn(own).length >= parts.length + 2, 'a cluster has three');
  node.kill('SIGKILL');
  await once(node, 'exit');
  assert.deepEqual(await lingering(own), []);
  // The next tied start removes the folder that is left.
  await using _next = await startLocal({
    name: 'test_kill',
    parts: ['cache'],
    lifetime: 'tied',
    progress: silent,
    signal: patience(),
  });
});
