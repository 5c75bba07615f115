import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect, type Session } from '../../infra/topology/session.ts';
import { endpointOf } from '../../test/scratch-setting.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { cloneDatabase } from './clone.ts';
import { applyVariant, type Change } from './variant.ts';

let base: TestDatabase;
let control: Connection;
let primary: Endpoint;
before(async () => {
  base = await testDatabase('variant');
  primary = endpointOf(base.url);
  control = await connect(primary.url('admin', 'postgres'));
  await base.admin.query('CREATE TABLE t AS SELECT generate_series(1, 100) AS id; ANALYZE t');
  await base.admin.query(`ALTER DATABASE ${base.name} SET search_path TO public, pg_catalog`);
  await base.admin.query(`ALTER DATABASE ${base.name} SET timezone TO 'Asia/Tokyo'`);
});
after(async () => {
  await control[Symbol.asyncDispose]();
  await base[Symbol.asyncDispose]();
});

const variant = (...changes: Change[]) => ({ name: 'changed', base: base.name, changes });
const exists = async (name: string) =>
  (await control.query('SELECT FROM pg_database WHERE starts_with(datname, $1)', [name])).rowCount! > 0;
const value = async (session: Session, sql: string) =>
  Object.values((await session.query<Record<string, unknown>>(sql)).rows[0]!)[0];

test('a variant has the rows, statistics and settings of its base, and its changes', async () => {
  const changes: Change[] = [
    { kind: 'sql', text: 'CREATE INDEX t_id ON t (id); DELETE FROM t WHERE id > 40' },
    { kind: 'set', name: 'work_mem', value: '7MB' },
  ];
  await using clone = await applyVariant(primary, variant(...changes));
  await using session = await connect(primary.url('admin', clone.database));
  assert.equal(await value(session, 'SELECT count(*)::int FROM t'), 40);
  assert.equal(await value(session, `SELECT reltuples::int FROM pg_class WHERE relname = 't'`), 100);
  assert.equal(await value(session, 'SHOW search_path'), 'public, pg_catalog');
  assert.equal(await value(session, 'SHOW timezone'), 'Asia/Tokyo');
  assert.equal(await value(session, 'SHOW work_mem'), '7MB');
  await using original = await connect(primary.url('admin', base.name));
  assert.equal(await value(original, 'SELECT count(*)::int FROM t'), 100);
});

test('a variant is gone when it is disposed, sessions or not', async () => {
  const clone = await applyVariant(primary, variant());
  assert.ok(await exists(clone.database));
  const session = await connect(primary.url('admin', clone.database));
  await clone[Symbol.asyncDispose]();
  assert.equal(await exists(clone.database), false);
  await assert.rejects(session.query('SELECT 1'));
});

test('a change that fails says where, and leaves nothing behind', async () => {
  const bad = variant({ kind: 'sql', text: 'SELECT 1;\nSELECT nope FROM t' });
  const fault = await applyVariant(primary, bad).then(
    () => assert.fail('it was made'),
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault && fault.reason === 'usage');
  assert.match(fault.message, /variant changed.*line 2, column 8.*"nope"/s);
  assert.equal(await exists(`${base.name}_changed`), false);
});

test('our own sessions on the base are ended for the copy', async () => {
  await using ours = await connect(primary.url('admin', base.name), 'olympus-something');
  await using clone = await cloneDatabase(primary, base.name, `${base.name}_copy`);
  assert.ok(await exists(clone.database));
  await assert.rejects(ours.query('SELECT 1'));
});

test('nobody is ended for what he calls himself, be it as our pooler or as another run of ours', async () => {
  for (const name of ['pgbouncer-shop', 'olympus-load', 'olympus-bench', '']) {
    await using theirs = await elsewhere(name);
    await assert.rejects(cloneDatabase(primary, base.name, `${base.name}_copy`), (error: Fault) => {
      assert.equal(error.reason, 'usage');
      assert.match(
        error.message,
        new RegExp(`others are connected: .*${name || 'no application name'}.*None of them was ended`),
      );
      return true;
    });
    assert.equal(await theirs.answers(), true, name);
  }
});

/** A session of another process. */
async function elsewhere(name: string): Promise<{ answers(): Promise<boolean> } & AsyncDisposable> {
  const program = `
    import pg from 'pg';
    const client = new pg.Client({ connectionString: process.env.URL, application_name: process.env.NAME });
    await client.connect();
    console.log('connected');
    process.stdin.on('data', async () => console.log((await client.query('SELECT 1')).rowCount));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, URL: primary.url('admin', base.name), NAME: name },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  assert.equal((await lines.next()).value, 'connected');
  return {
    async answers() {
      child.stdin!.write('?');
      return (await lines.next()).value === '1';
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
