import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { migrate } from '../../migrations/runner.ts';
import { until } from '../../test/patience.ts';
import { testDatabase } from '../../test/server.ts';
import { startLocal } from '../local/local.ts';
import { testCache } from '../../test/local-cache.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { connect } from '../topology/session.ts';
import type { Topology } from '../topology/topology.ts';
import type { ExternalEntry } from '../topology/topology-file.ts';
import { connectExternal } from './external.ts';
import { markOf, mayWrite } from './permission.ts';

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

/** The server's URL in an environment variable, as a user gives it. */
function place(endpoint: 'primary' | 'replica1' | 'pooler', change: (url: URL) => void = () => {}): string {
  const url = new URL(server.get(endpoint).url('admin'));
  url.hostname = 'localhost';
  change(url);
  process.env.OLYMPUS_EXTERNAL_TEST = url.href;
  return 'env:OLYMPUS_EXTERNAL_TEST';
}

const open = (name: string, entry: Omit<ExternalEntry, 'provider'>, allowWrites = true) =>
  connectExternal({ entries: { [name]: { provider: 'external', ...entry } }, allowWrites, progress: silent });

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
  const opened = (allowWrites: boolean) =>
    connectExternal({
      entries: { primary: { provider: 'external', url: place('primary'), ca: ca() } },
      allowWrites,
      progress,
    });
  await opened(false);
  assert.ok(!notes.some((text) => text.includes('to be made')), notes.join());
  await opened(true);
  assert.match(notes.at(-1)!, /to be made on your primary: .*rows in the database olympus,.*olympus_…/);
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
    /not empty and carries no mark of ours/,
  );
});
