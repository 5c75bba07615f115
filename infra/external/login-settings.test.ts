import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { silent } from '../../config/progress.ts';
import { type TestDatabase, testDatabase } from '../../test/server.ts';
import { connect } from '../topology/session.ts';
import { connectExternal } from './external.ts';

// Databases and logins under which a session is not what it seems: each is read in sessions that hold, or refused.
let database: TestDatabase;
const login = `olympus_test_${randomBytes(4).toString('hex')}`;

before(async () => {
  database = await testDatabase('logins');
  await database.admin.query(`
    CREATE ROLE ${login} LOGIN SUPERUSER PASSWORD 'x';
    CREATE TABLE written (by text);
    CREATE SCHEMA evil;
    CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO public.written VALUES ('current_setting'); RETURN 'on'; END $$;`);
});
after(async () => {
  await database.admin.query(`DROP ROLE ${login}`);
  await database[Symbol.asyncDispose]();
});

const url = () => {
  const there = new URL(database.url);
  [there.username, there.password] = [login, 'x'];
  there.searchParams.set('sslmode', 'disable');
  return there.href;
};

async function reached() {
  process.env.OLYMPUS_TEST_LOGIN = url();
  const notes: string[] = [];
  const { endpoints } = await connectExternal({
    entries: { primary: { provider: 'external', url: 'env:OLYMPUS_TEST_LOGIN' } },
    ...{ allowWrites: false, schema: false, roles: { app: null, owner: null } },
    progress: { ...silent, note: (text) => notes.push(text) },
  });
  return { url: endpoints[0]!.url('admin'), notes: notes.join('\n') };
}

const set = (settings: string) =>
  database.admin.query(
    `ALTER ROLE ${login} RESET ALL; ${settings
      .split(';')
      .filter((each) => each.trim() !== '')
      .map((each) => `ALTER ROLE ${login} SET ${each}`)
      .join(';')}`,
  );

const writtenRows = async () => (await database.admin.query('SELECT by FROM public.written')).rows;

test('a function that answers in the server’s place is refused before it is called', async () => {
  await set("search_path = 'evil', 'pg_catalog', 'public'");
  await assert.rejects(
    reached(),
    ({ message, next }: Error & { next: string }) =>
      /^evil\.current_setting answers in place of pg_catalog/.test(message) &&
      /-c search_path=evil,public;/.test(next),
  );
  assert.deepEqual(await writtenRows(), []);
  await set("search_path = 'public', 'pg_catalog'"); // nothing in public is named like one of the server's
  await reached();
});

test('a session that a trigger at login lets write is refused, whatever answers for its settings', async () => {
  await set('');
  await database.admin.query(`
    CREATE FUNCTION public.lets_write() RETURNS event_trigger LANGUAGE plpgsql AS
      $$ BEGIN SET default_transaction_read_only = off; END $$;
    CREATE EVENT TRIGGER lets_write ON login EXECUTE FUNCTION public.lets_write()`);
  try {
    await assert.rejects(reached(), /default_transaction_read_only is off in it.*event trigger at login/);
  } finally {
    await database.admin.query('DROP EVENT TRIGGER lets_write');
  }
  assert.deepEqual(await writtenRows(), []);
});

test('timeouts and ways to read a text that would end or change what is measured are replaced, and said', async () => {
  await set(
    "idle_session_timeout = '200ms'; transaction_timeout = '1s'; standard_conforming_strings = off; statement_timeout = '5min'; lock_timeout = '7ms'",
  );
  const { url: reading, notes } = await reached();
  await using session = await connect(reading);
  const { rows } = await session.query('SHOW ALL');
  const now = new Map((rows as { name: string; setting: string }[]).map((row) => [row.name, row.setting]));
  assert.deepEqual(
    ['idle_session_timeout', 'transaction_timeout', 'standard_conforming_strings', 'statement_timeout'].map(
      (name) => now.get(name),
    ),
    ['0', '0', 'on', '5min'],
  );
  assert.equal(now.get('lock_timeout'), '7ms', 'what keeps us from standing in the way stays');
  assert.match(notes, /own idle_session_timeout of 200 ms .* have none/);
  assert.doesNotMatch(notes, /statement_timeout/);
});
