import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { filesWith, lingering, processesIn, testCache, topologyFolders } from '../../test/local-cache.ts';
import { until } from '../../test/patience.ts';
import { usualEndpoints } from '../endpoints/endpoints.ts';
import { commandLine } from '../process/command-line.ts';
import { logins } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import type { Topology } from '../topology/topology.ts';
import { startLocal } from './local.ts';

/** One whole topology that the tests of this file look at, and the last one ends. */
const cache = await testCache();
let topology: Topology;
let folder: string;
before(async () => {
  topology = await startLocal(cache.options({ parts: usualEndpoints }));
  folder = topologyFolders(cache.cache)[0]!;
});
after(async () => {
  await topology?.[Symbol.asyncDispose]();
  cache[Symbol.dispose]();
});

const admin = (name: 'primary' | 'replica1' | 'replica2') => connect(topology.get(name).url('admin'));

test('every part is there, with its version as the server reports it and its process', () => {
  assert.deepEqual(
    topology.endpoints.map(({ name, provider, version }) => [name, provider, version.replace(/\d.*/, 'N')]),
    [
      ['primary', 'local', 'PostgreSQL N'],
      ['replica1', 'local', 'PostgreSQL N'],
      ['replica2', 'local', 'PostgreSQL N'],
      ['pooler', 'local', 'PgBouncer N'],
    ],
  );
  assert.deepEqual(topology.absent, []);
  for (const { name, pid } of topology.endpoints) assert.ok(commandLine(pid!)?.includes(join(folder, name)));
});

test('both replicas stream through their own slots, and only replica2 gives feedback', async () => {
  await using primary = await admin('primary');
  const { rows: slots } = await primary.query(
    'SELECT slot_name, active, wal_status FROM pg_replication_slots ORDER BY 1',
  );
  assert.deepEqual(slots, [
    { slot_name: 'replica1', active: true, wal_status: 'reserved' },
    { slot_name: 'replica2', active: true, wal_status: 'reserved' },
  ]);
  for (const [name, expected] of [
    ['replica1', 'off'],
    ['replica2', 'on'],
  ] as const) {
    await using replica = await admin(name);
    const { rows } = await replica.query(
      "SELECT pg_is_in_recovery() AS standby, current_setting('hot_standby_feedback') AS feedback",
    );
    assert.deepEqual(rows, [{ standby: true, feedback: expected }]);
  }
});

test('what is written to the primary can be read on both replicas', async () => {
  await using primary = await admin('primary');
  await primary.query('CREATE TABLE marks (mark integer)');
  await primary.query('INSERT INTO marks VALUES (42)');
  const { rows: at } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
  for (const name of ['replica1', 'replica2'] as const) {
    await using replica = await admin(name);
    await until(
      `${name} has replayed it`,
      async () =>
        (
          await replica.query<{ there: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1 AS there', [
            at[0]!.lsn,
          ])
        ).rows[0]!.there,
    );
    assert.deepEqual((await replica.query('SELECT mark FROM marks')).rows, [{ mark: 42 }]);
    await assert.rejects(replica.query('INSERT INTO marks VALUES (43)'), /read-only transaction/);
  }
});

test('every login reaches the primary and the pooler as its role', async () => {
  for (const name of ['primary', 'pooler'] as const)
    for (const login of logins) {
      await using session = await connect(topology.get(name).url(login));
      const { rows } = await session.query(
        'SELECT session_user AS user, usesuper AS super, current_database() AS database FROM pg_user WHERE usename = session_user',
      );
      const user = login === 'admin' ? 'olympus_admin' : `olympus_${login}_login`;
      assert.deepEqual(rows, [{ user, super: login === 'admin', database: 'olympus' }]);
    }
});

test('a wrong password is refused by the pooler and by every server', async () => {
  for (const endpoint of topology.endpoints) {
    const url = Object.assign(new URL(endpoint.url('app')), { password: 'wrong' }).href;
    await assert.rejects(connect(url), /authentication failed/);
  }
});

test('the pooler is in transaction mode, and the admin sees its pools', async () => {
  await using console = await connect(topology.get('pooler').url('admin', 'pgbouncer'));
  const { rows } = await console.query<{ key: string; value: string }>('SHOW CONFIG');
  const setting = (key: string) => rows.find((row) => row.key === key)?.value;
  assert.equal(setting('pool_mode'), 'transaction');
  assert.equal(setting('auth_type'), 'scram-sha-256');
  await using app = await connect(topology.get('pooler').url('app'));
  await app.query('SELECT 1');
  const pools = (await console.query<{ user: string; pool_mode: string }>('SHOW POOLS')).rows;
  assert.ok(pools.some((pool) => pool.user === 'olympus_app_login' && pool.pool_mode === 'transaction'));
});

test('the pooler may open more files than its default clients need', () => {
  const limits = readFileSync(`/proc/${topology.get('pooler').pid}/limits`, 'utf8');
  const [, soft, hard] = /Max open files\s+(\d+)\s+(\d+)/.exec(limits)!;
  assert.ok(Number(soft) >= Math.min(16_384, Number(hard)), limits);
});

test('settings that make figures truthful are on', async () => {
  await using primary = await admin('primary');
  const { rows } = await primary.query(`
    SELECT name, setting FROM pg_settings
     WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'track_io_timing', 'wal_level') ORDER BY name`);
  assert.deepEqual(Object.fromEntries(rows.map((row) => Object.values(row))), {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    track_io_timing: 'on',
    wal_level: 'logical',
  });
});

test('nothing of it listens outside 127.0.0.1', () => {
  const ports = topology.endpoints.map((endpoint) => endpoint.port);
  const listening = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A') // TCP_LISTEN
      .map((columns) => columns[1]!.split(':'))
      .map(([address, port]) => ({ address, port: Number.parseInt(port!, 16) }))
      .filter(({ port }) => ports.includes(port)),
  );
  assert.equal(listening.length, ports.length);
  for (const { address } of listening) assert.equal(address, '0100007F');
  assert.ok(!readFileSync('/proc/net/unix', 'utf8').includes(folder), 'a socket in the file system');
});

test('no password is in a log, a command line or any file but the two that need it', () => {
  const passwords = logins.map((login) => new URL(topology.get('primary').url(login)).password);
  const { passwords: all } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')) as {
    passwords: Record<string, string>;
  };
  assert.deepEqual(
    logins.map((login) => all[login]),
    passwords,
  );
  assert.deepEqual(
    filesWith(folder, Object.values(all))
      .map((path) => relative(folder, path))
      .sort(),
    ['replica1/primary.pgpass', 'replica2/primary.pgpass', 'state.json'],
  );
  for (const line of processesIn(folder))
    for (const password of Object.values(all)) assert.ok(!line.includes(password), line);
});

test('disposing it leaves no process and no folder', async () => {
  assert.ok(processesIn(folder).length >= 4);
  await topology[Symbol.asyncDispose]();
  assert.deepEqual(await lingering(folder), []);
  assert.deepEqual(topologyFolders(cache.cache), []);
});
