import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { claim } from '../../migrations/ledger.ts';
import { migrate } from '../../migrations/runner.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { markOf } from '../topology/database-mark.ts';
import { connect } from '../topology/session.ts';
import { connectExternal } from './external.ts';
import { mayWrite } from './permission.ts';
import { missingRights, type RightsFacts, rightsTable } from './rights.ts';

let database: TestDatabase;
const logins = ['none', 'reader', 'unsecured', 'hurried', 'owner'] as const;
type LoginName = (typeof logins)[number];
const roleOf = (name: LoginName) => `${database.name}_${name}`;

before(async () => {
  database = await testDatabase('rights');
  for (const name of logins) await database.admin.query(`CREATE ROLE ${roleOf(name)} LOGIN PASSWORD 'x'`);
  await database.admin.query(`
    CREATE TABLE accounts AS SELECT i AS id FROM generate_series(1, 10) AS i;
    CREATE TABLE secrets AS SELECT i AS id FROM generate_series(1, 10) AS i;
    CREATE TABLE policed AS SELECT i AS id FROM generate_series(1, 10) AS i;
    ALTER TABLE policed ENABLE ROW LEVEL SECURITY;
    CREATE SCHEMA "Closed"; CREATE TABLE "Closed".t (id int);
    GRANT SELECT ON accounts, policed TO ${roleOf('reader')}, ${roleOf('unsecured')}, ${roleOf('hurried')};
    ALTER ROLE ${roleOf('unsecured')} SET row_security = off;
    ALTER ROLE ${roleOf('hurried')} SET statement_timeout = '1ms';
    ALTER ROLE ${roleOf('owner')} CREATEDB CREATEROLE;`);
});
after(async () => {
  for (const name of logins)
    await database?.admin.query(`DROP OWNED BY ${roleOf(name)}; DROP ROLE ${roleOf(name)}`);
  await database?.[Symbol.asyncDispose]();
});

function urlOf(name: LoginName): string {
  const url = new URL(database.url);
  Object.assign(url, { username: roleOf(name), password: 'x' });
  url.searchParams.set('sslmode', 'disable');
  process.env.OLYMPUS_RIGHTS_TEST = url.href;
  return 'env:OLYMPUS_RIGHTS_TEST';
}

async function open(name: LoginName, roles: { app: string | null } = { app: null }) {
  const notes: string[] = [];
  const opened = await connectExternal({
    entries: { primary: { provider: 'external', url: urlOf(name) } },
    ...{ allowWrites: false, schema: false, roles: { owner: null, ...roles } },
    progress: { ...silent, note: (text: string) => void notes.push(text) },
  });
  return { notes: notes.join('\n'), primary: opened.endpoints[0]! };
}

const refused = (work: Promise<unknown>, message: RegExp, next: RegExp) =>
  assert.rejects(work, (error: Fault) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.reason, 'usage');
    assert.match(error.message, message);
    assert.match(error.next, next);
    return true;
  });

test('a login that may read nothing is refused, with the GRANT to paste; the GRANT works', async () => {
  await refused(open('none'), /may read none of the 4 tables/, /GRANT USAGE ON SCHEMA "Closed" TO "rights_/);
  const next = await open('none').catch((error: Fault) => error.next);
  await database.admin.query((next as string).replace(/[^;]*$/, ''));
  const { notes } = await open('none');
  assert.match(notes, /may not read 3 tables \(public\.accounts, public\.policed, public\.secrets\)/);
});

test('what a login may not read, and what row-level security hides from it, is said with the command', async () => {
  const { notes } = await open('reader');
  assert.match(notes, /may not look into the schemas "Closed".* GRANT USAGE ON SCHEMA "Closed"/);
  assert.match(notes, /may not read 1 table \(public\.secrets\).* GRANT SELECT ON public\.secrets/);
  assert.match(notes, /Row-level security hides rows of public\.policed from .*BYPASSRLS/);
  assert.match(notes, /has no pg_stat_statements.*CREATE EXTENSION/);
  assert.match(notes, /GRANT pg_read_all_stats TO/);
  assert.doesNotMatch(notes, /CREATEDB|SUPERUSER/, 'nothing that a run which only reads does not need');
});

test('row_security = off and a role that the login may not act as are refused, each with its command', async () => {
  await refused(open('unsecured'), /has row_security = off.*public\.policed/, /RESET row_security/);
  await refused(
    open('reader', { app: roleOf('owner') }),
    /may not act as rights_\w+_owner/,
    /GRANT "rights_\w+_owner" TO "rights_\w+_reader"/,
  );
});

test('a statement_timeout of a millisecond is replaced for our sessions, and said', async () => {
  const { notes, primary } = await open('hurried');
  assert.match(notes, /own statement_timeout .* have 30 s instead/);
  await using session = await connect(primary.url('app'));
  assert.deepEqual((await session.query('SHOW statement_timeout')).rows, [{ statement_timeout: '30s' }]);
  await session.query('SELECT pg_sleep(0.05)');
});

test('the shop is not made by who is no superuser, and that is said before anything is changed', async () => {
  await using empty = await testDatabase('rights_empty');
  const url = Object.assign(new URL(empty.url), { username: roleOf('owner'), password: 'x' }).href;
  await using session = await connect(url);
  for (const made of [mayWrite(session, { allowWrites: true, notOurs: empty.name }), migrate(session)])
    await refused(made, /is no superuser.*Nothing was changed/, /SUPERUSER.*olympus init/);
  assert.equal((await markOf(session)).mark, 'empty');
  await empty.admin.query(`GRANT CREATE ON DATABASE ${empty.name} TO ${roleOf('owner')}`);
  await claim(session, { shop: false }); // marked by somebody, and nothing applied
  await refused(migrate(session), /is no superuser.*Nothing was changed/, /SUPERUSER.*olympus init/);
});

test('docs/topology.md has the table of the rights that are looked at', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/topology.md'), 'utf8');
  const [, table] = /<!-- rights: .*? -->\n([\s\S]*?)\n<!-- end of rights -->/.exec(docs) ?? [];
  assert.equal(table, rightsTable());
});

test('who has all of it lacks nothing, and each lack names its own right', () => {
  const all: RightsFacts = {
    ...{ login: 'l', database: 'd', databaseOwner: 'o', tables: 1, readableTables: 1, statementTimeoutMs: 0 },
    ...{ superuser: true, bypassesRls: true, createsDatabases: true, ownsDatabase: true },
    ...{ readsAllStats: true, readsServerFiles: true, hasStatStatements: true, rowSecurity: true },
    ...{ closedSchemas: [], closedTables: [], hiddenTables: [], absentRoles: [], closedRoles: [] },
  };
  assert.deepEqual(missingRights(all), []);
  const lacking = missingRights({ ...all, createsDatabases: false, superuser: false, ownsDatabase: false });
  assert.deepEqual(
    lacking.map(({ name, level }) => [name, level]),
    [
      ['`CREATEDB`', 'writes'],
      ['ownership of the database', 'writes'],
      ['`SUPERUSER`', 'asked'],
    ],
  );
  assert.match(lacking[1]!.how, /GRANT "o" TO "l";/);
});
