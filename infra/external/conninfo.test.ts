import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { tlsOf } from '../topology/tls.ts';
import { hostsOf, passwordOf, readConninfo, uriOf } from './conninfo.ts';

const folder = mkdtempSync(join(tmpdir(), 'olympus-conninfo-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const read = (text: string, environment: NodeJS.ProcessEnv = {}) => readConninfo(text, 'url', environment);
const uris = (text: string, environment?: NodeJS.ProcessEnv) => {
  const info = read(text, environment);
  return hostsOf(info, 'url').map((host) => uriOf({ ...info, passfile: '/none' }, host));
};
const refused = (text: string, message: RegExp, next = /./) =>
  assert.throws(
    () => hostsOf(read(text), 'url'),
    (error) => {
      assert.ok(error instanceof Fault, String(error));
      assert.equal(error.reason, 'usage');
      assert.match(error.message, message);
      assert.match(error.next, next);
      assert.ok(!`${error.message}${error.next}`.includes('geheim'), 'the password is not repeated');
      return true;
    },
  );

test('every form of libpq names the same server', () => {
  const same = 'postgres://u:p%40ss@h:5433/shop?sslmode=require';
  for (const text of [
    'postgres://u:p%40ss@h:5433/shop?sslmode=require',
    'postgresql://u:p%40ss@h:5433/shop?sslmode=require',
    'postgres:///shop?host=h&port=5433&user=u&password=p%40ss&sslmode=require',
    "host=h port=5433 dbname=shop user=u password='p@ss' sslmode=require",
    'host = h port = 5433 dbname = shop user = u password = p\\@ss sslmode = require',
  ])
    assert.deepEqual(uris(text), [same], text);
});

test('a socket is named by its folder, as a parameter or as the host', () => {
  const socket = ['postgres://u@%2Frun%2Fpg:5433/shop'];
  assert.deepEqual(uris('postgres://u@/shop?host=/run/pg&port=5433'), socket);
  assert.deepEqual(uris('postgres://u@%2Frun%2Fpg:5433/shop'), socket);
  assert.deepEqual(uris('postgres://u@localhost:5433/shop?host=/run/pg'), socket);
  assert.deepEqual(uris('host=/run/pg port=5433 user=u dbname=shop'), socket);
});

test('several hosts keep their order and their ports; one port serves all', () => {
  assert.deepEqual(hostsOf(read('postgres://a:1,b:2,[::1]:3/x'), ''), [
    { host: 'a', port: 1 },
    { host: 'b', port: 2 },
    { host: '::1', port: 3 },
  ]);
  assert.deepEqual(hostsOf(read('host=a,b port=7 dbname=x'), ''), [
    { host: 'a', port: 7 },
    { host: 'b', port: 7 },
  ]);
  assert.deepEqual(
    hostsOf(read('postgres://a,b:6/x'), '').map(({ port }) => port),
    [5432, 6],
  );
  assert.equal(uris('postgres://u@[::1]:3/x')[0], 'postgres://u@[::1]:3/x');
  refused('host=a,b,c port=1,2 dbname=x', /3 hosts and 2 ports/);
  refused('host=a port=x dbname=y', /a port that is none/);
});

test('what a connection leaves open comes from its service, then from the PG* variables', () => {
  const file = join(folder, 'services');
  writeFileSync(
    file,
    '# mine\n[other]\nhost=wrong\n[shop]\nhost=h\nport=5433\n# no user\ndbname=shop\n[last]\nhost=wrong\n',
  );
  const environment = { PGSERVICEFILE: file, PGUSER: 'u', PGHOST: 'wrong', PGOPTIONS: '-c work_mem=8MB' };
  assert.deepEqual(uris('service=shop', environment), [
    'postgres://u@h:5433/shop?options=-c%20work_mem%3D8MB',
  ]);
  assert.deepEqual(
    uris('postgres:///mine?service=shop', environment)[0],
    'postgres://u@h:5433/mine?options=-c%20work_mem%3D8MB',
  );
  assert.deepEqual(uris('postgres://', { PGHOST: 'h', PGDATABASE: 'd', PGUSER: 'u' }), [
    'postgres://u@h:5432/d',
  ]);
  assert.throws(() => read('service=none', environment), /"none", which no service file has/);
});

test('a password file gives the password of the first line that fits, unless others may read it', () => {
  const passfile = join(folder, 'pass');
  writeFileSync(passfile, '# c\nother:*:*:*:wrong\nh:5433:sh\\:op:*:gehe\\:im\n*:*:*:*:late\n');
  chmodSync(passfile, 0o600);
  const info = { passfile, dbname: 'sh:op', user: 'u' };
  assert.equal(passwordOf(info, { host: 'h', port: 5433 }), 'gehe:im');
  assert.equal(passwordOf(info, { host: 'i', port: 5433 }), 'late');
  assert.equal(passwordOf({ ...info, password: 'own' }, { host: 'h', port: 5433 }), 'own');
  chmodSync(passfile, 0o644);
  assert.equal(passwordOf(info, { host: 'h', port: 5433 }), undefined);
});

test('a password that is not percent-encoded is named as that, and not repeated', () => {
  for (const password of ['geheim@x', 'geheim/x', 'geheim?x', 'geheim#x', 'geheim%x'])
    refused(`postgres://u:${password}@h/shop`, /holds a character that has a meaning in a URL/, /%40/);
  assert.equal(read('postgres://u:p:q@h/shop').password, 'p:q');
});

test('a misspelt parameter is an error with the nearest one, and so are keywords that cannot be read', () => {
  refused('postgres://h/shop?sslmod=require', /"sslmod"/, /sslmode/);
  refused('host=h dbname', /cannot be read after its 1 keyword/);
  refused("host=h password='geheim", /cannot be read after its 1 keyword/, /single quotes/);
});

test('what only libpq acts upon does not reach the drivers', () => {
  assert.deepEqual(uris('postgres://u@h/shop?gssencmode=disable&keepalives=1&connect_timeout=3'), [
    'postgres://u@h:5432/shop?connect_timeout=3',
  ]);
});

test('an authority that vouches for everybody’s servers is enough with the name alone, as libpq has it', () => {
  const weak = (mode: string) => tlsOf(`postgres://u@h/d?sslmode=${mode}&sslrootcert=system`);
  for (const mode of ['allow', 'prefer', 'require', 'verify-ca'])
    assert.throws(() => weak(mode), /do not go together/, mode);
  assert.equal(weak('verify-full').ways.length, 1);
});
