import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { migrate } from '../../migrations/runner.ts';
import { testCache } from '../../test/local-cache.ts';
import { until } from '../../test/patience.ts';
import { testDatabase } from '../../test/server.ts';
import { startLocal } from '../local/local.ts';
import { freePort } from '../process/ports.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { markOf } from '../topology/database-mark.ts';
import { connect } from '../topology/session.ts';
import type { Topology } from '../topology/topology.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { connectExternal } from './external.ts';
import { mayWrite } from './permission.ts';

const roles = { app: 'olympus_app', owner: 'olympus_owner' };
const cache = await testCache();
/** A server with a certificate for "localhost", signed by an authority of our own. */
let server: Topology;
let folder: string;
const ca = () => join(folder, 'ca.pem');

before(async () => {
  server = await startLocal(cache.options({ parts: ['primary', 'replica1', 'pooler'] }));
  folder = mkdtempSync(join(tmpdir(), 'olympus-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=an authority',
    '-days',
    '2',
  );
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost');
  openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'].concat([
      '-days',
      '2',
      '-extfile',
      'names',
      '-out',
      'server.pem',
    ]),
  );
  await using admin = await connect(server.get('primary').url('admin'));
  const { rows } = await admin.query<{ data: string }>("SELECT current_setting('data_directory') AS data");
  const account = unprivilegedAccount();
  for (const file of ['server.key', 'server.pem']) {
    const target = join(rows[0]!.data, file);
    execFileSync('install', ['-m', '0600', join(folder, file), target]);
    if (account) chownSync(target, account.uid, account.gid);
  }
  for (const setting of ["ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", 'ssl = on'])
    await admin.query(`ALTER SYSTEM SET ${setting}`);
  await admin.query('SELECT pg_reload_conf()');
  await until('new sessions are offered TLS', async () => {
    await using session = await connect(server.get('primary').url('admin'));
    return (await session.query<{ ssl: string }>('SHOW ssl')).rows[0]!.ssl === 'on';
  });
});
after(async () => {
  await server?.[Symbol.asyncDispose]();
  cache[Symbol.dispose]();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** As many have it in front of a primary: the startup parameter "options" is dropped, not refused. */
async function poolerThatDropsOptions(): Promise<{ port: number; pid: number }> {
  const { username, password, port: behind } = new URL(server.get('primary').url('admin'));
  const port = await freePort();
  const login = `user=${username} password=${password}`;
  const ini = join(folder, 'pgbouncer.ini');
  writeFileSync(
    ini,
    `[databases]\nolympus = host=127.0.0.1 port=${behind} dbname=olympus ${login}\npostgres = host=127.0.0.1 port=${behind} dbname=postgres ${login}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\nignore_startup_parameters = extra_float_digits,options\n`,
  );
  chmodSync(folder, 0o755);
  const account = unprivilegedAccount();
  const child = spawn('pgbouncer', [ini], {
    stdio: 'ignore',
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  await until('the pooler listens', async () => {
    const socket = createConnection(port, '127.0.0.1');
    return new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    }).finally(() => socket.destroy());
  });
  return { port, pid: child.pid! };
}

/** The server's URL in an environment variable, as a user gives it. */
function place(endpoint: 'primary' | 'replica1' | 'pooler', change: (url: URL) => void = () => {}): string {
  const url = new URL(server.get(endpoint).url('admin'));
  url.hostname = 'localhost';
  change(url);
  process.env.OLYMPUS_EXTERNAL_TEST = url.href;
  return 'env:OLYMPUS_EXTERNAL_TEST';
}

const open = (name: string, entry: Omit<ExternalEntry, 'provider'>, allowWrites = true) =>
  connectExternal({
    entries: { [name]: { provider: 'external', ...entry } },
    allowWrites,
    schema: true,
    roles,
    progress: silent,
  });

const refused = (opening: Promise<unknown>, message: RegExp, next = /./) =>
  assert.rejects(opening, (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.match(error.message, message);
    assert.match(error.next, next);
    const { password } = new URL(server.get('primary').url('admin'));
    assert.ok(!`${error.message}${error.next}`.includes(password), 'the password is not in the message');
    return true;
  });

test('a server whose certificate is signed by the named authority for its name is used, encrypted', async () => {
  const { endpoints } = await open('primary', { url: place('primary'), ca: ca() });
  assert.deepEqual(
    endpoints.map(({ name, provider }) => [name, provider]),
    [['primary', 'external']],
  );
  assert.match(endpoints[0]!.version, /^PostgreSQL \d+/);
  await using session = await connect(endpoints[0]!.url('admin'));
  const { rows } = await session.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
  assert.deepEqual(rows, [{ ssl: true }]);
});

test('what a URL says beside the user’s words is written as libpq reads it, which takes no + for a space', async () => {
  const { endpoints } = await open('primary', { url: place('primary'), ca: ca() }, false);
  const { search } = new URL(endpoints[0]!.url('app'));
  assert.match(search, /default_transaction_read_only%3Don%20-c%20role%3Dolympus_app/);
  assert.ok(!search.includes('+'), search);
});

test('who allows writing is told what will be made, and where, before anything is', async () => {
  const notes: string[] = [];
  const progress = { ...silent, note: (text: string) => void notes.push(text) };
  const opened = (allowWrites: boolean, schema = true) =>
    connectExternal({
      entries: { primary: { provider: 'external', url: place('primary'), ca: ca() } },
      allowWrites,
      schema,
      roles,
      progress,
    });
  await opened(false);
  assert.ok(!notes.some((text) => text.includes('to be made')), notes.join());
  await opened(true);
  assert.match(notes.at(-1)!, /to be made on your primary: .*rows in the database olympus,.*olympus_…/);
  await opened(true, false);
  assert.match(notes.at(-1)!, /primary: copies of the database olympus named olympus_…/);
  assert.doesNotMatch(notes.at(-1)!, /schema|roles/);
});

test('a certificate that nobody vouches for is refused unless told', async () => {
  await refused(open('primary', { url: place('primary') }), /Cannot connect to localhost/, /ca: \/path/);
  await open('primary', { url: place('primary'), tls: 'require' });
});

test('a certificate for another name is refused unless told', async () => {
  const byAddress = () => place('primary', (url) => (url.hostname = '127.0.0.1'));
  await refused(
    open('primary', { url: byAddress(), ca: ca() }),
    /Cannot connect to 127\.0\.0\.1/,
    /another name/,
  );
  await open('primary', { url: byAddress(), ca: ca(), tls: 'verify-ca' });
});

test('require verifies where an authority is named, as libpq does; prefer and allow take what the server has', async () => {
  const other = join(folder, 'other.pem');
  const openssl = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync(
    'openssl',
    [...openssl, '-keyout', '/dev/null', '-out', other, '-subj', '/CN=another', '-days', '2'],
    { stdio: 'pipe' },
  );
  const mode = (sslmode: string, root?: string, endpoint: 'primary' | 'replica1' = 'primary') =>
    place(endpoint, (url) => {
      url.searchParams.set('sslmode', sslmode);
      if (root) url.searchParams.set('sslrootcert', root);
    });
  await refused(open('primary', { url: mode('require', other) }), /Cannot connect/, /authority/);
  await open('primary', { url: mode('require', ca()) });
  for (const either of ['prefer', 'allow']) {
    const encrypted = await open('primary', { url: mode(either) });
    await using session = await connect(encrypted.endpoints[0]!.url('admin'));
    const { rows } = await session.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    assert.deepEqual(rows, [{ ssl: either === 'prefer' }], either);
    await open('replica1', { url: mode(either, undefined, 'replica1') });
  }
  await refused(
    open('primary', { url: mode('verify_full') }),
    /sslmode in url of primary is "verify_full"/,
    /verify-full/,
  );
});

test('of several servers the first one is used that is as target_session_attrs asks', async () => {
  const [primary, replica] = (['primary', 'replica1'] as const).map(
    (name) => new URL(server.get(name).url('admin')),
  );
  const login = `${primary!.username}:${primary!.password}`;
  const both = (attributes: string) => {
    process.env.OLYMPUS_EXTERNAL_TEST = `postgres://${login}@127.0.0.1:1,127.0.0.1:${replica!.port},127.0.0.1:${primary!.port}/postgres?sslmode=disable&target_session_attrs=${attributes}`;
    return { url: 'env:OLYMPUS_EXTERNAL_TEST' };
  };
  for (const attributes of ['read-write', 'primary'])
    assert.equal((await open('primary', both(attributes), false)).endpoints[0]!.port, Number(primary!.port));
  for (const attributes of ['standby', 'prefer-standby'])
    assert.equal((await open('replica1', both(attributes), false)).endpoints[0]!.port, Number(replica!.port));
  await refused(
    open('primary', both('nearest')),
    /target_session_attrs of primary is none/,
    /prefer-standby/,
  );
  process.env.OLYMPUS_EXTERNAL_TEST = `postgres://${login}@127.0.0.1:1,127.0.0.1:2/postgres?sslmode=disable`;
  await refused(open('primary', { url: 'env:OLYMPUS_EXTERNAL_TEST' }), /None of the 2 servers of primary/);
});

test('a pooler that drops the startup parameter is refused: nothing would hold the session read-only or in its role', async () => {
  const { port, pid } = await poolerThatDropsOptions();
  try {
    const url = place('primary', (own) => (own.port = String(port)));
    await refused(
      open('primary', { url, tls: 'disable' }, false),
      /default_transaction_read_only is off/,
      /ignore_startup_parameters/,
    );
    const { endpoints } = await open('primary', { url, tls: 'disable' });
    await refused(
      connect(endpoints[0]!.url('owner')),
      /acts as olympus_admin and not as olympus_owner/,
      /owner:/,
    );
  } finally {
    process.kill(pid);
  }
});

test('the options of a connection are kept beside ours, and refused where they contradict them', async () => {
  const options = (value: string) => ({
    url: place('primary', (url) => (url.search = `options=${encodeURIComponent(value)}`)),
    ca: ca(),
  });
  const { endpoints } = await open('primary', options('-c work_mem=7MB'), false);
  await using session = await connect(endpoints[0]!.url('admin'));
  const { rows } = await session.query(
    "SELECT current_setting('work_mem') AS mem, current_setting('default_transaction_read_only') AS ro",
  );
  assert.deepEqual(rows, [{ mem: '7MB', ro: 'on' }]);
  await refused(open('primary', options('-c no_such_guc=1'), false), /no_such_guc/);
  await refused(
    open('primary', options('-c default_transaction_read_only=off'), false),
    /needs on/,
    /--allow-writes/,
  );
});

test('a replica of another cluster is refused at once, by its system identifier', async () => {
  const entries = {
    primary: { provider: 'external', url: 'env:OLYMPUS_TEST_SERVER', tls: 'disable' },
    replica1: { provider: 'external', url: place('replica1'), tls: 'disable' },
  } as const;
  await refused(
    connectExternal({ entries, allowWrites: false, schema: true, roles, progress: silent }),
    /another cluster than primary/,
    /streaming replica/,
  );
});

test('a server without TLS is refused unless told', async () => {
  await refused(
    open('replica1', { url: place('replica1') }),
    /Cannot connect/,
    /offers no TLS[\s\S]*tls: disable/,
  );
  await open('replica1', { url: place('replica1'), tls: 'disable' });
});

test('a wrong password is told as one, and the password is not repeated', async () => {
  const wrong = place('primary', (url) => (url.password = 'geheim'));
  await refused(open('primary', { url: wrong, ca: ca() }), /^(?!.*geheim)/, /password/);
});

test('a replica that is named as primary, and a primary as replica, are told apart', async () => {
  await refused(open('primary', { url: place('replica1'), tls: 'disable' }), /is a replica/);
  await refused(open('replica1', { url: place('primary'), ca: ca() }), /is no replica/);
});

test('a password in the topology file itself is refused, and so is a variable that is not set', async () => {
  await refused(open('primary', { url: server.get('primary').url('admin') }), /holds a password/, /env:NAME/);
  await refused(open('primary', { url: 'env:OLYMPUS_NOT_SET' }), /OLYMPUS_NOT_SET, which is not set/);
  await refused(open('cache', { url: 'redis://localhost' }), /not encrypted/, /tls: disable/);
  await refused(open('cache', { url: 'postgres://localhost/x' }), /begins with rediss:\/\//);
});

test('without --allow-writes a session cannot write, and what must write is absent with the reason', async () => {
  const { endpoints } = await open('primary', { url: place('primary'), ca: ca() }, false);
  await using session = await connect(endpoints[0]!.url('admin'));
  await assert.rejects(session.query('CREATE TABLE public.mine (id int)'), /read-only transaction/);
  await assert.rejects(session.query('CREATE DATABASE mine'), /read-only transaction/);
  const { endpoints: none, absent } = await open('pooler', { url: place('pooler'), tls: 'disable' }, false);
  assert.deepEqual(none, []);
  assert.match(absent[0]!.how, /--allow-writes/);
});

test('a pooler is known by its own version', async () => {
  const { endpoints } = await open('pooler', { url: place('pooler'), tls: 'disable' });
  assert.match(endpoints[0]!.version, /^PgBouncer 1\./);
});

test('an empty database becomes ours only when told twice, by its own name; once it is, --allow-writes is enough', async () => {
  await using database = await testDatabase('d_empty');
  const { admin, name } = database;
  const may = (allowWrites: boolean, notOurs?: string) => mayWrite(admin, { allowWrites, notOurs });
  assert.equal((await markOf(admin)).mark, 'empty');
  await refused(
    may(false),
    /is yours, and it is empty/,
    new RegExp(`--allow-writes --i-know-it-is-not-ours ${name}`),
  );
  await refused(may(true), /carries no mark of ours/, new RegExp(`--i-know-it-is-not-ours ${name}`));
  await refused(may(true, 'other'), /"other" is another name/);
  assert.equal(await may(true, name), true);
  await migrate(admin);
  assert.equal((await markOf(admin)).mark, 'ours');
  assert.equal(await may(true), true);
  assert.equal(await may(false), false);
});

test('a database with anything of somebody else’s is never written to, whatever is said', async () => {
  await using database = await testDatabase('d_foreign');
  await database.admin.query('CREATE TABLE public.theirs (id int)');
  await refused(
    mayWrite(database.admin, { allowWrites: true, notOurs: database.name }),
    /not empty .* and carries no mark of ours/,
  );
});

test('what others made makes a database foreign, whatever kind it is; a ledger of our name alone is no mark', async () => {
  const ledger = (columns: string) => `CREATE SCHEMA ops; CREATE TABLE ops.schema_migrations (${columns})`;
  const kinds = {
    type: "CREATE TYPE public.mood AS ENUM ('good')",
    domain: 'CREATE DOMAIN public.positive AS int CHECK (value > 0)',
    routine: 'CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
    'large object': "SELECT lo_from_bytea(0, 'mine')",
    operator: 'CREATE OPERATOR public.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)',
    'our columns, no comment': ledger(
      'version int PRIMARY KEY, name text, checksum text, applied_at timestamptz, execution_ms int',
    ),
    'other columns': ledger('version text PRIMARY KEY'),
    view: 'CREATE SCHEMA ops; CREATE VIEW ops.schema_migrations AS SELECT 1 AS version',
    'our comment, other columns': `${ledger('version text')}; COMMENT ON TABLE ops.schema_migrations IS 'Olympus Bench: migrations applied to this database'`,
  };
  await using database = await testDatabase('d_foreign');
  for (const [kind, sql] of Object.entries(kinds)) {
    await database.admin.query('BEGIN');
    await database.admin.query(sql);
    const { mark, holds } = await markOf(database.admin);
    assert.equal(mark, 'foreign', kind);
    assert.ok(holds, kind);
    const refusal = mayWrite(database.admin, { allowWrites: true, notOurs: database.name });
    await refused(refusal, /is not empty/, /CREATE DATABASE/);
    await assert.rejects(migrate(database.admin), /is not empty|already a transaction/);
    await database.admin.query('ROLLBACK');
  }
  await database.admin.query('CREATE EXTENSION pg_trgm');
  assert.equal((await markOf(database.admin)).mark, 'empty');
});
