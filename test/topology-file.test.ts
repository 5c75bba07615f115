import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { olympus, start } from './olympus.ts';
import { until } from './patience.ts';
import { testDatabase } from './server.ts';

// A topology by a file, as a user gives it: the user's own primary, a cache of ours, the rest off.
const cache = mkdtempSync(join(tmpdir(), 'olympus-mixed-'));
chmodSync(cache, 0o755);
const file = join(cache, 'mine.yaml');
writeFileSync(
  file,
  'primary: { provider: external, url: env:MINE, tls: disable }\ncache: local\nolap: off\n',
);
const database = await testDatabase('d_mixed');
const environment = { OLYMPUS_CACHE: cache, MINE: database.url };
const run = (...args: string[]) => olympus(args, { environment });

after(async () => {
  await run('down', '--wipe');
  await database[Symbol.asyncDispose]();
  rmSync(cache, { recursive: true, force: true });
});

test('a primary of the user’s is not filled without being told twice, and nothing is repeated of its URL', async () => {
  for (const [flags, message] of [
    [[], /it is empty: .*nothing is written[\s\S]*--allow-writes --i-know-it-is-not-ours/],
    [['--allow-writes'], /carries no mark of ours/],
    [['--allow-writes', '--i-know-it-is-not-ours', 'other'], /"other" is another name/],
  ] as const) {
    const { code, stderr } = await run('seed', '--scale', 'tiny', '--topology', file, ...flags);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
  const { rows } = await database.admin.query("SELECT to_regclass('ops.schema_migrations') AS ledger");
  assert.deepEqual(rows, [{ ledger: null }]);
});

test('told twice it is filled, and then a run reads it without a further word', async () => {
  const twice = ['--allow-writes', '--i-know-it-is-not-ours', database.name];
  const seeded = await run('seed', '--scale', 'tiny', '--topology', file, ...twice);
  assert.equal(seeded.code, 0, seeded.stderr);
  const out = join(cache, 'runs');
  const bench = await run(
    ...['bench', '--only', 'plans', '--suite', 'smoke', '--scale', 'tiny', '--topology', file],
    ...['--out', out, '--json'],
  );
  const result = JSON.parse(bench.stdout);
  assert.equal(result.run.complete, true, bench.stderr);
  assert.ok(result.plans.length > 0, JSON.stringify([result.skipped, result.warnings]));
  assert.deepEqual(
    result.environment.endpoints.map(({ name, provider }: Record<string, string>) => [name, provider]),
    [['primary', 'external']],
  );
  const refused = await run('migrate', 'down', '0', '--topology', file);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /only read/);
});

test('Ctrl-C while copies of the user’s database are there leaves none of them', async () => {
  await database.admin[Symbol.asyncDispose](); // or it would be in the way of the copy, and named
  const child = start(
    [
      ...['bench', '--only', 'rls', '--suite', 'smoke', '--scale', 'tiny', '--topology', file],
      ...['--allow-writes', '--out', join(cache, 'runs')],
    ],
    environment,
  );
  let told = '';
  child.stderr!.on('data', (chunk) => (told += chunk));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await using control = await connect(process.env.OLYMPUS_TEST_SERVER!);
  const beside = async () => {
    const { rows } = await control.query<{ name: string; note: string | null }>(
      `SELECT datname AS name, shobj_description(oid, 'pg_database') AS note
       FROM pg_database WHERE starts_with(datname, $1)`,
      [`${database.name}_`],
    );
    return rows;
  };
  await until('a copy is there, with its mark', async () =>
    (await beside()).some(({ note }) => note?.includes('Olympus Bench')),
  );
  child.kill('SIGINT');
  assert.equal(await ended, 130, told);
  assert.deepEqual(await beside(), []);
  assert.match(told, new RegExp(`to be made on your primary: .*${database.name}_…`));
});

test('an `up` that failed holds nothing', async () => {
  const nowhere = join(cache, 'nowhere.yaml');
  writeFileSync(nowhere, 'primary: { provider: external, url: env:NOWHERE, tls: disable }\n');
  const gone = { ...environment, NOWHERE: 'postgres://127.0.0.1:1/none' };
  const up = await olympus(['up', '--topology', nowhere], { environment: gone });
  assert.equal(up.code, 4, up.stderr);
  assert.deepEqual(JSON.parse((await run('status', '--json')).stdout), { endpoints: [] });
});

test('endpoints of two providers are one topology, and `status` tells each one’s provider and purpose', async () => {
  const up = await run('up', '--topology', file);
  assert.equal(up.code, 0, up.stderr);
  const { endpoints } = JSON.parse((await run('status', '--json')).stdout);
  assert.deepEqual(
    endpoints.map(({ name, provider, state }: Record<string, string>) => [name, provider, state]),
    [
      ['primary', 'external', 'running'],
      ['cache', 'local', 'running'],
    ],
  );
  for (const { version, what, url } of endpoints) {
    assert.match(version, /^(PostgreSQL|Redis) \d/);
    assert.ok(what.length > 0);
    assert.ok(!url.includes('@'), url);
  }
  const olap = await run('url', 'olap');
  assert.match(olap.stderr, /no olap: it is off/);
  assert.equal((await run('down')).code, 0);
});

test('what is up read only stays that: who would write is told how to bring it up anew', async () => {
  const alone = join(cache, 'alone.yaml');
  writeFileSync(alone, 'primary: { provider: external, url: env:MINE, tls: disable }\n');
  assert.equal((await run('up', '--topology', alone)).code, 0);
  const { code, stderr } = await run('seed', '--allow-writes', '--i-know-it-is-not-ours', database.name);
  assert.equal(code, 2, stderr);
  assert.match(stderr, /brought up to be read only[\s\S]*olympus down; .*--allow-writes/);
  await run('down');
});

test('a server of the user’s that has gone is told as stopped, with the reason', async () => {
  await run('up', '--topology', file);
  const gone = new URL(database.url);
  gone.port = '1';
  const status = await olympus(['status', '--json'], { environment: { ...environment, MINE: gone.href } });
  const primary = JSON.parse(status.stdout).endpoints[0];
  assert.equal(primary.state, 'stopped');
  assert.match(primary.why, /Nothing listens there/);
});

test('a pooler without its primary is refused, before anything is started', async () => {
  const wrong = join(cache, 'wrong.yaml');
  writeFileSync(wrong, 'primary: { provider: external, url: env:MINE }\npooler: local\n');
  const { code, stderr } = await run('bench', '--topology', wrong);
  assert.equal(code, 2);
  assert.match(stderr, /pooler is to be local, and the primary is external[\s\S]*set it off/);
});
