import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../infra/topology/session.ts';
import { olympus } from './olympus.ts';
import { testDatabase } from './server.ts';

test('two processes load a half each of a database of one’s own, then a day is appended, and all of it verifies', async () => {
  await using database = await testDatabase('l_halves');
  const environment = { OLYMPUS_DATABASE_URL: database.url };
  const scale = ['--tenants', '3', '--products', '30', '--orders', '2000', '--customers', '20'];
  const seed = async (...flags: string[]) => {
    const { code, stdout, stderr } = await olympus(['seed', ...flags, '--json'], { environment });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const halves = await Promise.all([seed(...scale, '--shard', '1/2'), seed(...scale, '--shard', '2/2')]);
  assert.ok(
    halves.some(({ digest }) => typeof digest === 'string'),
    'the last one to end finished the data set',
  );
  const { seconds, tables } = halves.find(({ digest }) => typeof digest === 'string');
  assert.ok(seconds > 0 && tables.length === 15);
  for (const table of tables) {
    assert.deepEqual(Object.keys(table), ['name', 'rows', 'bytes', 'rowsPerSecond', 'bytesPerSecond']);
    assert.ok(
      Object.values(table)
        .slice(1)
        .every((value) => Number(value) > 0),
      table.name,
    );
  }
  const appended = await seed('--append', '1d');
  const orders = appended.tables.find(({ name }: { name: string }) => name === 'core.orders').rows;
  assert.ok(orders > 2000, `${orders}`);
  assert.deepEqual(await seed('--verify'), { ok: true, digest: appended.digest, findings: [] });
  await using session = await connect(database.url);
  const { rows } = await session.query('SELECT count(*)::int AS tenants FROM core.organizations');
  assert.deepEqual(rows, [{ tenants: 3 }]);
});

test('an address that names no database is refused without being repeated: it may hold a password', async () => {
  const { code, stderr } = await olympus(['seed', '--database', 'postgres://admin:geheim@host:5432'], {});
  assert.equal(code, 2);
  assert.match(stderr, /not named by a URL with a host and a database/);
  assert.doesNotMatch(stderr, /geheim/);
});

test('live tables are loaded from the command line, and their rate is said', async () => {
  await using database = await testDatabase('g_live');
  const environment = { OLYMPUS_DATABASE_URL: database.url };
  const counts = ['--tenants', '3', '--products', '30', '--orders', '200', '--customers', '20'];
  const { code, stdout, stderr } = await olympus(['seed', ...counts, '--into-live', '--json'], {
    environment,
  });
  assert.equal(code, 0, stderr);
  const { digest, live, bulk, ratio } = JSON.parse(stdout);
  assert.match(digest, /^[0-9a-f]{16}$/);
  assert.ok(live.live === true && live.rowsPerSecond > 0 && live.seconds > 0);
  assert.deepEqual([bulk, ratio], [null, null], 'nothing is made beside a database of one’s own');
});

test('a data set of another generator version, other parts, or a disk too small: refused with what to do, nothing touched', async () => {
  await using database = await testDatabase('g_refused');
  const seed = (...flags: string[]) =>
    olympus(['seed', ...flags, '--json'], { environment: { OLYMPUS_DATABASE_URL: database.url } });
  const refused = async (flags: string[], message: RegExp) => {
    const { code, stdout, stderr } = await seed(...flags);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, message);
  };
  await refused(['--tenants', '2000000000'], /takes about [\d.]+ GiB[\s\S]*next: Choose a smaller --scale/);
  const scale = ['--tenants', '3', '--products', '30', '--orders', '200', '--customers', '20'];
  assert.equal((await seed(...scale, '--shard', '1/2')).code, 0);
  await refused([...scale, '--shard', '1/3'], /in 2 parts, not in 3[\s\S]*next: Use --shard i\/2/);
  await refused([...scale, '--into-live'], /not loaded into live tables/);
  await database.admin.query('UPDATE bench.dataset SET generator = 1');
  await refused(scale, /generator version 1; this one is version \d+[\s\S]*next: .*seed --reload/);
});
