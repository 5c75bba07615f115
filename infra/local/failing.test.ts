import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { lingering, processesIn, testCache, topologyFolders } from '../../test/local-cache.ts';
import { patience, until } from '../../test/patience.ts';
import { usualEndpoints } from '../endpoints/endpoints.ts';
import { freePort } from '../process/ports.ts';
import { tiedFolder } from './folder.ts';
import { startLocal } from './local.ts';

const cache = await testCache();
after(() => cache[Symbol.dispose]());

/** Resolves with the folder of the topology that is being made, once `file` exists in it. */
async function folderWith(file: string): Promise<string> {
  const found = () => topologyFolders(cache.cache).find((folder) => existsSync(join(folder, file)));
  await until(`${file} is there`, () => found() !== undefined);
  return found()!;
}

for (const [moment, file] of [
  ['initdb', 'primary/postgresql.conf'],
  ['the copy of the replicas', 'replica1'],
] as const)
  test(`an abort during ${moment} leaves no process and no folder`, async () => {
    const abort = new AbortController();
    const starting = startLocal(cache.options({ parts: usualEndpoints, signal: abort.signal }));
    const rejected = assert.rejects(starting, /interrupted/);
    const folder = await folderWith(file);
    abort.abort(new Error('interrupted'));
    await rejected;
    assert.deepEqual(await lingering(folder), []);
    assert.deepEqual(topologyFolders(cache.cache), []);
  });

test('a named port that is taken is named, and nothing is left', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  try {
    const starting = startLocal(cache.options({ ports: { primary: port } }));
    await assert.rejects(starting, new RegExp(`Port ${port} on 127.0.0.1, named for primary, is taken`));
    assert.deepEqual(topologyFolders(cache.cache), []);
  } finally {
    taken.close();
  }
});

test('when a replica cannot start, what was started is stopped', async () => {
  const port = await freePort();
  const starting = startLocal(
    cache.options({ parts: ['replica1', 'replica2'], ports: { replica1: port, replica2: port } }),
  );
  const rejected = assert.rejects(starting, new RegExp(`Port ${port} .* is taken`));
  const folder = await folderWith('primary');
  await rejected;
  assert.deepEqual(await lingering(folder), []);
  assert.deepEqual(topologyFolders(cache.cache), []);
});

test('without PgBouncer the topology says so, and the rest works', async () => {
  process.env.OLYMPUS_PGBOUNCER = '/nowhere/pgbouncer';
  try {
    await using topology = await startLocal(cache.options({ parts: ['pooler'] }));
    assert.equal(topology.find('primary')?.name, 'primary');
    assert.deepEqual(
      topology.absent.map(({ part }) => part),
      ['pooler'],
    );
    assert.throws(() => topology.get('pooler'), /The topology has no pooler: pgbouncer is not installed/);
  } finally {
    delete process.env.OLYMPUS_PGBOUNCER;
  }
});

/** A Node of its own that holds a whole topology. */
async function holder(): Promise<ChildProcess> {
  const { signal: _, progress: __, ...options } = cache.options({ parts: usualEndpoints });
  const program = `
    import { startLocal } from '${new URL('./local.ts', import.meta.url).href}';
    import { silent } from '${new URL('../../config/progress.ts', import.meta.url).href}';
    globalThis.topology = await startLocal({
      ...${JSON.stringify(options)}, progress: silent, signal: new AbortController().signal });
    console.log('up');
    setInterval(() => {}, 1000);`;
  const node = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface(node.stdout!), 'line', { signal: patience() });
  return node;
}

/** What every tied start begins with. */
const another = () => tiedFolder(cache.cache, 'bench', silent, new AbortController().signal);

test('kill -9 of Node ends all it started, and the next start removes the folder that is left', async () => {
  const node = await holder();
  const folder = topologyFolders(cache.cache)[0]!;
  assert.ok(processesIn(folder).length >= 4);
  await using _other = await another();
  assert.ok(existsSync(folder), "a living owner's folder was removed");
  node.kill('SIGKILL');
  await once(node, 'exit');
  assert.deepEqual(await lingering(folder), []);
  assert.ok(existsSync(folder));
  await using _next = await another();
  assert.ok(!existsSync(folder));
});
