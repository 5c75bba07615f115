import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { testEngine } from '../../test/docker.ts';
import { until } from '../../test/patience.ts';
import { cacheVersion } from '../services/cache.ts';
import { findProgram } from '../setup/program.ts';
import { type DockerOptions, startDocker } from './docker.ts';
import { output } from './engine.ts';
import { ourLabel } from './project.ts';
import { baseImage } from './stand-ins.ts';

const { engine, skip } = await testEngine();
const cache = mkdtempSync(join(tmpdir(), 'olympus-docker-'));
chmodSync(cache, 0o755);
after(() => rmSync(cache, { recursive: true, force: true }));

const options = (changes: Partial<DockerOptions> = {}): DockerOptions => ({
  cache,
  name: 'bench',
  parts: ['cache'],
  lifetime: 'tied',
  progress: silent,
  signal: new AbortController().signal,
  ...changes,
});

/** Of a test that was killed, or of another cache: nothing that this file left. */
const before = new Set(engine ? await ofBench() : []);
/** Containers, volumes and networks of this file's topologies. */
const left = async (): Promise<string[]> => (await ofBench()).filter((name) => !before.has(name));

async function ofBench(): Promise<string[]> {
  const label = ['--filter', `label=${ourLabel}`, '--format', `{{.Label "${ourLabel}"}}`];
  const kinds = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ];
  const said = await Promise.all(kinds.map((kind) => output(engine!.docker, [...kind, ...label])));
  return said
    .join('\n')
    .split('\n')
    .filter((name) => name.startsWith('olympus-bench-bench-'));
}

test('a tied topology is gone when it is disposed, with its volumes and its folder', { skip }, async () => {
  {
    await using topology = await startDocker(options({ parts: ['cache', 'cacheCluster'] }));
    assert.match(await cacheVersion(topology.get('cache').url('app')), /^Redis \d/);
    assert.match(await cacheVersion(topology.get('cacheCluster').url('app'), true), /cluster of 3/);
    assert.ok((await left()).length > 0);
  }
  assert.deepEqual(await left(), []);
  assert.deepEqual(
    readdirSync(join(cache, 'docker')).filter((name) => name !== '.lock'),
    [],
  );
});

test('it is gone, too, when its process is killed with kill -9', { skip }, async () => {
  const script = `
    import { startDocker } from '${new URL('./docker.ts', import.meta.url).href}';
    import { silent } from '${new URL('../../config/progress.ts', import.meta.url).href}';
    await startDocker({ ...${JSON.stringify({ cache, name: 'bench', parts: ['cache'], lifetime: 'tied' })},
      progress: silent, signal: new AbortController().signal });
    process.stdout.write('up');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  assert.ok((await left()).length > 0);
  child.kill('SIGKILL');
  await until('what it started is gone', async () => (await left()).length === 0);
});

test('an aborted start leaves nothing', { skip }, async () => {
  const abort = new AbortController();
  // PostgreSQL takes seconds from its network to its health, and all of them are ours to abort.
  const rejected = assert.rejects(
    startDocker(options({ parts: ['primary'], signal: abort.signal })),
    /enough/,
  );
  await until('something of it is there', async () => (await left()).length > 0);
  abort.abort(new Error('enough'));
  await rejected;
  assert.deepEqual(await left(), []);
});

test('a port that is taken is named, and nothing is left', { skip }, async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const starting = startDocker(options({ ports: { cache: port } }));
  await assert.rejects(starting, new RegExp(`Port ${port} .*named for cache, is taken`));
  taken.close();
  assert.deepEqual(await left(), []);
});

test('an image that cannot be had is a lack of a side part and a failure of the primary', {
  skip,
}, async () => {
  const image = 'olympus-bench/there-is-no-such-image:1';
  await using topology = await startDocker(
    options({ parts: ['cache', 'vector'], images: { vector: image } }),
  );
  assert.deepEqual(
    topology.absent.map(({ part }) => part),
    ['vector'],
  );
  assert.match(topology.absent[0]!.why, /no image olympus-bench\/there-is-no-such-image:1/);
  assert.match(topology.absent[0]!.how, /OLYMPUS_VECTOR_IMAGE/);
  await assert.rejects(startDocker(options({ parts: ['primary'], images: { primary: image } })), (error) => {
    assert.ok(error instanceof Fault);
    assert.match(error.message, /no image olympus-bench\/there-is-no-such-image:1/);
    assert.match(error.next, /OLYMPUS_POSTGRES_IMAGE/);
    return true;
  });
});

test('a service that ends while it starts is named at once, with how it ended and the end of its log', {
  skip,
}, async () => {
  const images = { objects: baseImage() }; // has Redis, and no versitygw
  await assert.rejects(async () => {
    await using _ = await startDocker(options({ parts: ['cache', 'objects'], images }));
  }, /did not start: objects is stopped: its container is exited \(exit code 127\)\n.*log of objects:\n.*versitygw: not found/);
  assert.deepEqual(await left(), []);
});

const program = findProgram('docker') ? false : 'This machine has no program docker.';
test('an engine that does not answer is told with its address and what to do', {
  skip: program,
}, async () => {
  const { DOCKER_HOST: host } = process.env;
  try {
    process.env.DOCKER_HOST = `unix://${join(cache, 'nobody.sock')}`;
    await assert.rejects(startDocker(options()), (error) => {
      assert.ok(error instanceof Fault);
      assert.equal(error.reason, 'component');
      assert.match(error.message, /No Docker engine answers at DOCKER_HOST=unix:.*nobody\.sock/);
      assert.match(error.next, /systemctl start docker.*--topology local/);
      return true;
    });
  } finally {
    if (host === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = host;
  }
});
