import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { lingering, processesIn, testCache } from '../../test/local-cache.ts';
import { until } from '../../test/patience.ts';
import { connect } from '../topology/session.ts';
import { attachLocal, startLocal, statusLocal, stopLocal } from './local.ts';

/** One topology through its life; the tests of this file follow each other. */
const cache = await testCache();
const held = { cache: cache.cache, name: 'life' };
const folder = join(cache.cache, 'local', 'life');
const up = () => startLocal(cache.options({ name: 'life', lifetime: 'held', parts: ['replica1', 'pooler'] }));
const states = async () => (await statusLocal(held)).map(({ name, state }) => `${name} ${state}`);
const kill = async (pid: number | undefined) => {
  process.kill(pid!, 'SIGKILL');
  await until(`${pid} is gone`, () => !processesIn(folder).some((line) => line.startsWith(`${pid} `)));
};

after(async () => {
  await stopLocal({ ...held, wipe: true });
  cache[Symbol.dispose]();
});

test('before `up` there is nothing to attach to, to show or to stop', async () => {
  assert.equal(await attachLocal(held), undefined);
  assert.deepEqual(await statusLocal(held), []);
  assert.equal(await stopLocal(held), false);
});

test('two `up` at once give one topology, and disposing it leaves it up', async () => {
  const [first, second] = await Promise.all([up(), up()]);
  const places = (topology: typeof first) =>
    topology.endpoints.map(({ name, port, pid }) => [name, port, pid]);
  assert.deepEqual(places(first), places(second));
  assert.deepEqual(
    first.endpoints.map(({ name }) => name),
    ['primary', 'replica1', 'pooler'],
  );
  await first[Symbol.asyncDispose]();
  assert.deepEqual(await states(), ['primary running', 'replica1 running', 'pooler running']);
});

test('its passwords are readable by their owner only', () => {
  assert.equal(statSync(join(folder, 'state.json')).mode & 0o777, 0o600);
});

test('attach finds what is up, by every login', async () => {
  const topology = await attachLocal(held);
  assert.deepEqual(
    topology?.endpoints.map(({ name }) => name),
    ['primary', 'replica1', 'pooler'],
  );
  await using session = await connect(topology!.get('pooler').url('owner'));
  await session.query('SELECT 1');
  await using admin = await connect(topology!.get('primary').url('admin'));
  await admin.query('CREATE TABLE kept AS SELECT 7 AS mark');
});

test('status shows no password', async () => {
  for (const { url } of await statusLocal(held))
    assert.match(url, /^postgres:\/\/127\.0\.0\.1:\d+\/olympus$/);
});

test('what died is missed by attach, told by status and started again by `up`', async () => {
  const before = (await attachLocal(held))!;
  await kill(before.get('replica1').pid);
  await kill(before.get('pooler').pid);
  assert.deepEqual(await states(), ['primary running', 'replica1 stopped', 'pooler stopped']);
  const between = await attachLocal(held);
  assert.throws(() => between!.get('replica1'), /its process does not run/);
  const again = await up();
  assert.equal(again.get('primary').pid, before.get('primary').pid);
  assert.deepEqual(await states(), ['primary running', 'replica1 running', 'pooler running']);
});

test('a primary that was killed comes back on its port with its data', async () => {
  const before = (await attachLocal(held))!;
  await kill(before.get('primary').pid);
  assert.equal(await attachLocal(held), undefined);
  assert.ok((await states()).includes('primary stopped'));
  const again = await up();
  assert.equal(again.get('primary').port, before.get('primary').port);
  await using session = await connect(again.get('primary').url('admin'));
  assert.deepEqual((await session.query('SELECT mark FROM kept')).rows, [{ mark: 7 }]);
});

test('a replica whose slot is gone is made anew', async () => {
  const topology = (await attachLocal(held))!;
  await kill(topology.get('replica1').pid);
  await using admin = await connect(topology.get('primary').url('admin'));
  await until(
    'the slot is free',
    async () => (await admin.query('SELECT FROM pg_replication_slots WHERE active')).rows.length === 0,
  );
  await admin.query("SELECT pg_drop_replication_slot('replica1')");
  const again = await up();
  await using replica = await connect(again.get('replica1').url('admin'));
  assert.deepEqual((await replica.query('SELECT mark FROM kept')).rows, [{ mark: 7 }]);
});

test('down stops all and keeps the data, and the next `up` has them on the same ports', async () => {
  const before = (await attachLocal(held))!;
  assert.equal(await stopLocal(held), true);
  assert.deepEqual(await lingering(folder), []);
  assert.deepEqual(await states(), ['primary stopped', 'replica1 stopped', 'pooler stopped']);
  const again = await up();
  assert.equal(again.get('primary').port, before.get('primary').port);
  await using session = await connect(again.get('primary').url('admin'));
  assert.deepEqual((await session.query('SELECT mark FROM kept')).rows, [{ mark: 7 }]);
});

test('down leaves a process alone that has taken the pid of a dead server', async () => {
  const topology = (await attachLocal(held))!;
  await stopLocal(held);
  const stale = join(folder, 'primary', 'postmaster.pid');
  writeFileSync(stale, `${process.pid}\n${join(folder, 'primary')}\n0\n${topology.get('primary').port}\n`);
  assert.equal(await stopLocal(held), false); // or this very process had been stopped
});

test('a damaged state file is named with the way out', async () => {
  const file = join(folder, 'state.json');
  const state = readFileSync(file);
  writeFileSync(file, '{"version": 1, ');
  await assert.rejects(up(), (error) => {
    assert.ok(error instanceof Fault);
    assert.ok(error.message.startsWith(`${file} cannot be read`), error.message);
    assert.match(error.next, /down --wipe/);
    return true;
  });
  writeFileSync(file, state);
});

test('data of another major version are not touched', async () => {
  const file = join(folder, 'primary', 'PG_VERSION');
  const version = readFileSync(file, 'utf8');
  writeFileSync(file, '14\n');
  await assert.rejects(up(), /holds data of PostgreSQL 14, and .* is \d+/);
  writeFileSync(file, version);
});

test('down --wipe removes the data', async () => {
  assert.equal(await stopLocal({ ...held, wipe: true }), true);
  assert.deepEqual(await statusLocal(held), []);
  assert.equal(statSync(folder, { throwIfNoEntry: false }), undefined);
});
