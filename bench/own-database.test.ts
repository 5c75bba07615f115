import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import type { Fault } from '../config/fault.ts';
import { type Connection, connect } from '../infra/topology/session.ts';
import { endpointOf } from '../test/scratch-setting.ts';
import { type TestDatabase, testDatabase } from '../test/server.ts';
import { dropAbandoned, makeEmptyDatabase, makeOwnDatabase } from './own-database.ts';

/** Of somebody else's, without our mark. */
let theirs: TestDatabase;
let control: Connection;
let stem: string;
before(async () => {
  theirs = await testDatabase('theirs');
  stem = `${theirs.name}_ours`;
  control = await connect(endpointOf(theirs.url).url('admin', 'postgres'));
});
after(async () => {
  await control?.[Symbol.asyncDispose]();
  await theirs?.[Symbol.asyncDispose]();
});
const primary = () => endpointOf(theirs.url);
const named = async (start = stem): Promise<string[]> =>
  (
    await control.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1',
      [start],
    )
  ).rows.map(({ name }) => name);

test('a database of ours is named by its run, has a name of its own, and is gone when it is disposed', async () => {
  {
    await using first = await makeEmptyDatabase(primary(), stem);
    await using second = await makeEmptyDatabase(primary(), stem);
    assert.deepEqual(await named(), [first.database, second.database].sort());
    assert.match(first.database, /^theirs_[0-9a-f]+_ours_\d{8}t\d{6}_[0-9a-f]{4}_[0-9a-f]{4}$/);
    assert.deepEqual(await dropAbandoned(control), [], 'a living one is nobody’s leftover');
  }
  assert.deepEqual(await named(), []);
});

test('a name too long, with letters of several bytes, is shortened before its mark', async () => {
  const long = `${'ü'.repeat(40)}`;
  await using made = await makeEmptyDatabase(primary(), long);
  assert.ok(Buffer.byteLength(made.database) <= 63);
  assert.match(made.database, /^ü+_\d{8}t\d{6}_/);
  assert.deepEqual(await named('üü'), [made.database]);
});

/** Makes a copy in a process of its own, and kills that with kill -9: before, during or after CREATE DATABASE. */
async function killedWhileMaking(moment: 'created' | 'creating'): Promise<void> {
  const program = `
    import { makeOwnDatabase } from '${new URL('./own-database.ts', import.meta.url).href}';
    import { endpointOf } from '${new URL('../test/scratch-setting.ts', import.meta.url).href}';
    await makeOwnDatabase(endpointOf(process.env.URL), process.env.STEM, async (control, name, create) => {
      const made = create("TEMPLATE template0 ENCODING 'UTF8'");
      if (process.env.MOMENT === 'created') await made;
      console.log(name);
      await new Promise(() => setInterval(() => {}, 1000));
    });`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program],
    {
      env: { ...process.env, URL: theirs.url, STEM: stem, MOMENT: moment },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [name] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  child.kill('SIGKILL');
  await once(child, 'close');
  // The server goes on with the CREATE DATABASE of a client that is dead.
  for (let tries = 0; tries < 600 && !(await named()).includes(name); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok((await named()).includes(name), `${name} was left behind`);
}

for (const moment of ['created', 'creating'] as const)
  test(`what a run left that was killed (${moment}) bears its mark, and is dropped by the next`, async () => {
    await killedWhileMaking(moment);
    await using next = await makeEmptyDatabase(primary(), stem);
    for (let tries = 0; tries < 100 && (await named()).length > 1; tries++) await dropAbandoned(control);
    assert.deepEqual(await named(), [next.database]);
  });

test('one whose removal was cut short is removed too', async () => {
  await killedWhileMaking('created');
  const [name] = await named();
  await control.query('UPDATE pg_database SET datconnlimit = -2 WHERE datname = $1', [name]);
  await dropAbandoned(control);
  assert.deepEqual(await named(), []);
});

test('a database of somebody else’s is never taken for ours, whatever it is called', async () => {
  const disguised = `${stem}_20260101t000000_abcd_abcd`;
  await control.query(`CREATE DATABASE ${disguised} TEMPLATE template0`);
  const limited = `${stem}_limited`;
  await control.query(`CREATE DATABASE ${limited} TEMPLATE template0 CONNECTION LIMIT 1920103026`);
  try {
    await dropAbandoned(control);
    assert.deepEqual(await named(), [disguised, limited].sort());
  } finally {
    await control.query(`DROP DATABASE ${disguised}`);
    await control.query(`DROP DATABASE ${limited}`);
  }
});

test('what fails while it is made leaves nothing behind', async () => {
  await assert.rejects(
    makeOwnDatabase(primary(), stem, async (_, __, create) => {
      await create('TEMPLATE template0');
      throw new Error('no settings');
    }),
    /no settings/,
  );
  assert.deepEqual(await named(), []);
});

test('a login that may make no database is told so, with what lets it', async () => {
  const role = `${theirs.name}_role`;
  await control.query(`CREATE ROLE ${role}`);
  const as = endpointOf(theirs.url);
  const url: typeof as.url = (login, database) => {
    const plain = new URL(as.url(login, database));
    plain.searchParams.set('options', `-c role=${role}`);
    return plain.href.replaceAll('+', '%20');
  };
  try {
    await assert.rejects(
      makeEmptyDatabase({ ...as, url }, stem),
      (error: Fault) => error.reason === 'component' && /CREATEDB/.test(error.next),
    );
  } finally {
    await control.query(`DROP ROLE ${role}`);
  }
});

test('on a server that is only read nothing is made, nothing dropped, and the way to allow it is named', async () => {
  const as = endpointOf(theirs.url);
  const url: typeof as.url = (login, database) => {
    const plain = new URL(as.url(login, database));
    plain.searchParams.set('options', '-c default_transaction_read_only=on');
    return plain.href.replaceAll('+', '%20');
  };
  await assert.rejects(
    makeEmptyDatabase({ ...as, url }, stem),
    (error: Fault) => error.reason === 'component' && /--allow-writes/.test(error.next),
  );
});
