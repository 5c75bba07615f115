import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { output } from '../infra/docker/engine.ts';
import { lockOf } from '../infra/docker/folder.ts';
import { containers, ourLabel, projectName } from '../infra/docker/project.ts';
import { endpoints as descriptions } from '../infra/endpoints/endpoints.ts';
import { dropSlot } from '../infra/local/slot.ts';
import { lock } from '../infra/process/lock.ts';
import { openObjects } from '../infra/services/objects.ts';
import { openOlap, rowsOf } from '../infra/services/olap.ts';
import { openVector } from '../infra/services/vector.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { connect } from '../infra/topology/session.ts';
import { testEngine } from './docker.ts';
import { olympus, start } from './olympus.ts';
import { until } from './patience.ts';

// The topology in Docker as a user has it, from `up` to `down --wipe`; the tests of this file follow each other.
const { engine, skip } = await testEngine();
const cache = mkdtempSync(join(tmpdir(), 'olympus-docker-'));
chmodSync(cache, 0o755);
const environment = { OLYMPUS_CACHE: cache };
const project = projectName(join(cache, 'docker', 'default'));
const parts = ['primary', 'replica1', 'replica2', 'pooler', 'cache', 'vector', 'olap', 'objects'];
// what stand-ins are made of is fetched once a machine, not once a test
for (const kept of ['pip', 'chdb', 'versitygw', 'go']) {
  mkdirSync(join(cacheFolder(), kept), { recursive: true });
  symlinkSync(join(cacheFolder(), kept), join(cache, kept));
}

interface Row {
  readonly name: string;
  readonly provider: string;
  readonly state: string;
  readonly url: string;
  readonly version: string;
  readonly why?: string;
}

async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await olympus(args, { environment });
  assert.equal(code, 0, stderr);
  return stdout;
}
/** @param expected 4 where something does not run as it should */
async function status(expected: 0 | 4 = 0): Promise<Row[]> {
  const { code, stdout, stderr } = await olympus(['status', '--json'], { environment });
  assert.equal(code, expected, stderr);
  return (JSON.parse(stdout) as { endpoints: Row[] }).endpoints;
}
const urls = new Map<string, Promise<string>>();
/** Asked once each: ports and passwords stay until the topology is wiped. */
async function open(name: string, login = 'admin') {
  const key = `${name} ${login}`;
  if (!urls.has(key)) urls.set(key, ok('url', name, '--as', login));
  return connect((await urls.get(key)!).trim());
}
const ours = (kind: 'ps' | 'volume' | 'network') =>
  output(engine!.docker, [
    ...(kind === 'ps' ? ['ps', '--all'] : [kind, 'ls']),
    ...['--quiet', '--filter', `label=${ourLabel}=${project}`],
  ]);

before(async () => {
  if (engine) await ok('up', '--topology', 'docker');
});
after(async () => {
  if (engine) await olympus(['down', '--wipe'], { environment });
  rmSync(cache, { recursive: true, force: true });
});

test('`up` gives all eight services of a local topology, and `status` tells their versions', {
  skip,
}, async (t) => {
  const rows = await status();
  assert.deepEqual(
    rows.map(({ name, provider, state }) => [name, provider, state]),
    parts.map((part) => [part, 'docker', 'running']),
  );
  for (const { name, version, url } of rows) {
    assert.match(
      version,
      /^((PostgreSQL|PgBouncer|Redis|Qdrant|qdrant-edge|ClickHouse|chDB) \d|S3 \(VERSITYGW\))/,
    );
    assert.match(url, /^(postgres|redis|http):\/\/127\.0\.0\.1:\d+/);
    t.diagnostic(`${name}: ${version}`);
  }
});

test('vector, olap and objects do their work, and nobody comes in without the key', { skip }, async () => {
  const url = async (name: string) => (await ok('url', name)).trim();
  const vector = openVector(await url('vector'));
  await vector.createCollection('test', { vectors: { size: 2, distance: 'Cosine' } });
  const points = [
    { id: 1, vector: [1, 0] },
    { id: 2, vector: [0, 1] },
  ];
  await vector.upsert('test', { points, wait: true });
  const found = await vector.query('test', { query: [0.1, 0.9], limit: 1 });
  assert.equal(`${found.points[0]!.id}`, '2');

  const olapUrl = await url('olap');
  await using olap = openOlap(olapUrl);
  await olap.command({ query: 'CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n' });
  await olap.insert({ table: 't', values: [{ n: 3 }, { n: 4 }], format: 'JSONEachRow' });
  assert.deepEqual(await rowsOf(olap, 'SELECT sum(n)::UInt32 AS n FROM t'), [{ n: 7 }]);

  using objects = openObjects(await url('objects'));
  const key = { Bucket: objects.bucket, Key: 'a' };
  await objects.client.send(new PutObjectCommand({ ...key, Body: 'b' }));
  const got = await objects.client.send(new GetObjectCommand(key));
  assert.equal(await got.Body!.transformToString(), 'b');

  for (const name of ['vector', 'olap', 'objects']) {
    const place = new URL(await url(name));
    place.password = 'wrong';
    await assert.rejects(descriptions[name as 'vector'].version(place.href), name);
  }
});

test('replicas stream through slots of their own, and only replica2 tells the primary what it reads', {
  skip,
}, async () => {
  await using primary = await open('primary');
  const { rows } = await primary.query<{ name: string; feedback: boolean }>(`
    SELECT application_name AS name, backend_xmin IS NOT NULL AS feedback
    FROM pg_stat_replication JOIN pg_replication_slots ON slot_name = application_name AND active
    WHERE state = 'streaming' ORDER BY 1`);
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['replica1', 'replica2'],
  );
  for (const [name, feedback] of [
    ['replica1', 'off'],
    ['replica2', 'on'],
  ] as const) {
    await using replica = await open(name);
    const { rows } = await replica.query('SHOW hot_standby_feedback');
    assert.deepEqual(rows, [{ hot_standby_feedback: feedback }]);
  }
});

test('schema and rows go in, and come out of a replica and through the pooler as of the primary', {
  skip,
}, async () => {
  await ok('migrate');
  await ok('seed', '--scale', 'tenants=3,customers=20,products=30,orders=100');
  const counts = [];
  for (const name of ['primary', 'replica1', 'replica2', 'pooler']) {
    await using session = await open(name);
    counts.push((await session.query('SELECT count(*)::int AS orders FROM core.orders')).rows[0]);
  }
  assert.ok((counts[0] as { orders: number }).orders > 0);
  for (const count of counts) assert.deepEqual(count, counts[0]);
});

test('every login comes in with its password, and no other', { skip }, async () => {
  for (const login of ['app', 'owner', 'admin']) {
    await using session = await open('pooler', login);
    await session.query('SELECT 1');
  }
  const url = new URL((await ok('url', 'primary', '--as', 'admin')).trim());
  url.password = 'wrong';
  await assert.rejects(connect(url.href), /password authentication failed/);
});

test('what is on the disk is for its owner only', { skip }, () => {
  const folder = join(cache, 'docker', 'default');
  const secrets = readdirSync(join(folder, 'secrets')).map((name) => join(folder, 'secrets', name));
  for (const path of [...secrets, join(folder, 'state.json'), join(folder, 'compose.env')])
    assert.equal(statSync(path).mode & 0o077, 0, path);
});

test('two more `up` at once change nothing: one waits for the other', { skip }, async () => {
  const before = (await containers(engine!, project)).map(({ id, pid }) => `${id} ${pid}`).sort();
  const another = await lock(lockOf(join(cache, 'docker', 'default')));
  const children = [start(['up'], environment), start(['up'], environment)];
  const said = children.map(() => '');
  const codes = children.map((child, which) => {
    child.stderr!.on('data', (chunk) => (said[which] += chunk));
    return once(child, 'close');
  });
  await until('both wait', () => said.every((text) => /waiting for another `up`/.test(text)));
  another[Symbol.dispose]();
  assert.deepEqual(
    (await Promise.all(codes)).map(([code]) => code),
    [0, 0],
    said.join(),
  );
  assert.deepEqual((await containers(engine!, project)).map(({ id, pid }) => `${id} ${pid}`).sort(), before);
});

test('another topology is not brought up over one that is held', { skip }, async () => {
  const { code, stderr } = await olympus(['up', '--topology', 'local'], { environment });
  assert.equal(code, 2);
  assert.match(stderr, /docker is up, and local is asked for[\s\S]*olympus down/);
});

test('a replica without its slot is told by `status`, and made anew on request', { skip }, async () => {
  {
    await using primary = await open('primary');
    await primary.query('CREATE TABLE public.mark AS SELECT 7 AS mark');
    await dropSlot(primary, 'replica1');
  }
  const row = (await status(4)).find(({ name }) => name === 'replica1')!;
  assert.equal(row.state, 'degraded');
  assert.match(row.why!, /cannot follow: the primary has no slot for it[\s\S]*up --rebuild replica1/);
  await ok('up', '--rebuild', 'replica1');
  await using replica = await open('replica1');
  assert.deepEqual((await replica.query('SELECT mark FROM public.mark')).rows, [{ mark: 7 }]);
});

test('containers of somebody else with our project’s name are never touched', { skip }, async () => {
  const image = (
    await output(engine!.docker, ['ps', '--filter', `label=${ourLabel}=${project}`, '--format', '{{.Image}}'])
  ).split('\n')[0]!;
  const label = [
    '--label',
    `com.docker.compose.project=${project}`,
    '--label',
    'com.docker.compose.service=theirs',
  ];
  const id = (
    await output(engine!.docker, ['create', ...label, '--entrypoint', 'sleep', image, '60'])
  ).trim();
  const outcome = await olympus(['down', '--wipe'], { environment });
  const left = await output(engine!.docker, ['ps', '--all', '--quiet', '--no-trunc', '--filter', `id=${id}`]);
  await output(engine!.docker, ['rm', id]);
  assert.equal(outcome.code, 2);
  assert.match(outcome.stderr, /theirs[\s\S]*Nothing was touched/);
  assert.equal(left.trim(), id);
});

test('`down` keeps the data for the next `up`; `down --wipe` leaves no container, volume or network', {
  skip,
}, async () => {
  await ok('down');
  assert.ok((await status()).every(({ state }) => state === 'stopped'));
  await ok('up', '--topology', 'docker');
  {
    await using session = await open('replica2');
    assert.deepEqual((await session.query('SELECT mark FROM public.mark')).rows, [{ mark: 7 }]);
  }
  await ok('down', '--wipe');
  for (const kind of ['ps', 'volume', 'network'] as const) assert.equal(await ours(kind), '', kind);
  assert.deepEqual(await status(), []);
});
