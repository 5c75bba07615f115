import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { endpoints } from '../endpoints/endpoints.ts';
import { accounts } from '../local/login.ts';
import { postgresSettings, replicaSettings } from '../local/postgres-settings.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { findProgram } from '../setup/program.ts';
import { findCompose } from './engine.ts';
import { writeFiles } from './files.ts';
import { projectOf } from './run-services.ts';
import { newState } from './state.ts';

// compose.yaml as Compose itself reads it. That needs Compose and no engine.
const compose = await findCompose(findProgram('docker') ?? 'docker', cacheFolder());
const skip = compose
  ? false
  : 'This machine has no Docker Compose 2: neither `docker compose` nor docker-compose.';
const folder = mkdtempSync(join(tmpdir(), 'olympus-compose-'));
const state = newState();
const sources = join(import.meta.dirname, '..', 'compose');

interface Service {
  readonly image: string;
  readonly command: string[] | null;
  readonly environment?: Record<string, string>;
  readonly labels: Record<string, string>;
  readonly ports?: { readonly host_ip: string }[];
  readonly healthcheck: { readonly interval: string };
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly secrets?: { readonly source: string }[];
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}
interface Config {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, { readonly labels: Record<string, string> }>;
  readonly networks: Record<string, { readonly labels: Record<string, string> }>;
  readonly secrets: Record<string, { readonly file: string }>;
}
let config: Config;
const read = (files: string[], environment: NodeJS.ProcessEnv = {}) => {
  const [program, ...first] = compose!;
  const args = [...first, ...files.flatMap((file) => ['-f', join(sources, file)]), '--profile', '*'];
  return JSON.parse(
    execFileSync(program, [...args, 'config', '--format', 'json'], {
      env: { ...process.env, OLYMPUS_FOLDER: folder, OLYMPUS_TOPOLOGY: 'a-test', ...environment },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  ) as Config;
};

before(async () => {
  await writeFiles(folder, state);
  if (compose) config = read(['compose.yaml']);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('Compose accepts compose.yaml, alone and with what engines from 25 on know', { skip }, () => {
  assert.deepEqual(
    Object.keys(config.services).sort(),
    Object.values(endpoints)
      .flatMap(({ docker }) => docker.services)
      .sort(),
  );
  const newer = read(['compose.yaml', 'compose.since-25.yaml']);
  for (const [name, { healthcheck }] of Object.entries(newer.services))
    assert.equal(healthcheck.interval, '30s', `${name} is checked rarely while something is measured`);
});

test('without the folder that `up` writes Compose says who writes it', { skip }, () => {
  assert.throws(() => read(['compose.yaml'], { OLYMPUS_FOLDER: '' }), /is written by \.\/olympus up/);
});

test('every port is published on 127.0.0.1 only', { skip }, () => {
  for (const [name, { ports = [] }] of Object.entries(config.services))
    for (const { host_ip } of ports) assert.equal(host_ip, '127.0.0.1', name);
});

test('every container, volume and network carries our label, and every service a limit of memory', {
  skip,
}, () => {
  const label = { 'dev.olympus-bench.topology': 'a-test' };
  for (const { labels } of [
    ...Object.values(config.services),
    ...Object.values(config.volumes),
    ...Object.values(config.networks),
  ])
    assert.deepEqual(labels, label);
  for (const [name, { deploy }] of Object.entries(config.services))
    assert.ok(Number(deploy.resources.limits.memory) > 0, name);
});

test('no password stands in compose.yaml or an environment: each secret is a file of mode 0600', {
  skip,
}, () => {
  const { passwords, secret } = state;
  const text = JSON.stringify(config);
  for (const word of [...Object.values(passwords), secret]) assert.ok(!text.includes(word));
  for (const { file } of Object.values(config.secrets))
    assert.equal(statSync(file).mode & 0o777, 0o600, file);
  for (const { environment = {} } of Object.values(config.services))
    for (const [name, value] of Object.entries(environment))
      if (/PASSWORD|KEY/.test(name)) assert.match(`${name}=${value}`, /_FILE=\/run\/secrets\//);
});

test('images are pinned to a version, and each can be replaced', { skip }, () => {
  const mine = read(['compose.yaml'], {
    OLYMPUS_POSTGRES_IMAGE: 'mine:1',
    OLYMPUS_POOLER_IMAGE: 'mine:1',
    OLYMPUS_CACHE_IMAGE: 'mine:1',
    OLYMPUS_VECTOR_IMAGE: 'mine:1',
    OLYMPUS_OLAP_IMAGE: 'mine:1',
    OLYMPUS_OBJECTS_IMAGE: 'mine:1',
  });
  for (const [name, { image }] of Object.entries(config.services)) {
    assert.match(image, /:[\w.-]*\d|:trixie$/, `${name} has ${image}`);
    assert.doesNotMatch(image, /:latest/);
    assert.equal(mine.services[name]!.image, 'mine:1');
  }
});

test('a replica starts after the primary, and waits itself until that answers', { skip }, () => {
  for (const name of ['replica1', 'replica2'])
    assert.equal(config.services[name]!.depends_on!.primary!.condition, 'service_started');
  assert.match(
    readFileSync(join(sources, 'postgres', 'olympus-replica'), 'utf8'),
    /until as_postgres pg_isready -q -h primary .*done\n(.*\n)*.*CREATE_REPLICATION_SLOT/,
  );
});

// Measured: one check is 65 ms of a core. Eleven services with one a second took half a core of two from the measured.
test('health checks cost next to nothing while something is measured, whatever the engine can', {
  skip,
}, () => {
  const project = {
    folder,
    engine: { docker: 'docker', compose: ['docker'], version: '20.10.24' },
    state,
  } as const;
  const { variables } = projectOf(project);
  const held = read(['compose.yaml'], { ...variables, OLYMPUS_FOLDER: folder });
  for (const [name, { healthcheck }] of Object.entries(held.services))
    assert.equal(healthcheck.interval, '30s', name);
  for (const [name, { healthcheck }] of Object.entries(config.services))
    assert.equal(healthcheck.interval, '5s', `${name} by hand`);
});

test('the replicas differ as the local ones do: hot_standby_feedback on replica2 only', { skip }, () => {
  for (const [name, settings] of Object.entries(replicaSettings)) {
    const given = config.services[name]!.command!.filter((word) =>
      /^--(?!config_file|cluster_name)/.test(word),
    );
    assert.deepEqual(
      given.sort(),
      Object.entries(settings)
        .map(([key, value]) => `--${key}=${value}`)
        .sort(),
    );
  }
});

test('the servers have the settings of the local ones, but for where they listen and who may come in', () => {
  const written = Object.fromEntries(
    [...readFileSync(join(folder, 'config', 'postgresql.conf'), 'utf8').matchAll(/^(\S+) = '(.*)'$/gm)].map(
      ([, name, value]) => [name, value],
    ),
  );
  const differing = Object.entries(written).filter(([name, value]) => postgresSettings()[name!] !== value);
  assert.deepEqual(differing.map(([name]) => name).sort(), [
    'hba_file',
    'listen_addresses',
    'unix_socket_directories',
  ]);
});

test('server and pooler are given the same verifiers, and neither a password', () => {
  const [logins, users] = ['logins.sql', 'users.txt'].map((file) =>
    readFileSync(join(folder, 'secrets', file), 'utf8'),
  );
  for (const login of ['app', 'owner'] as const) {
    assert.ok(logins!.includes(state.verifiers[login]) && users!.includes(state.verifiers[login]));
    assert.ok(users!.includes(accounts[login]));
  }
  for (const password of Object.values(state.passwords)) assert.ok(!`${logins}${users}`.includes(password));
});
