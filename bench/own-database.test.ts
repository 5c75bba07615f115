import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fault } from '../config/fault.ts';
import { silent } from '../config/progress.ts';
import { type Connection, connect } from '../infra/topology/session.ts';
import { Topology } from '../infra/topology/topology.ts';
import { endpointOf } from '../test/scratch-setting.ts';
import { type TestDatabase, testDatabase } from '../test/server.ts';
import { createEmptyDatabase, dropLeftover } from './own-database.ts';
import { seededDatabase } from './seeded-database.ts';

/** Of somebody else's, without our mark. */
let theirs: TestDatabase;
let control: Connection;
before(async () => {
  theirs = await testDatabase('theirs');
  control = await connect(endpointOf(theirs.url).url('admin', 'postgres'));
});
after(async () => {
  await control?.[Symbol.asyncDispose]();
  await theirs?.[Symbol.asyncDispose]();
});

const exists = async (name: string) =>
  (await control.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount === 1;
const notOurs = (error: Fault) => error.reason === 'usage' && /that we did not make/.test(error.message);

test('a database of ours is known by its mark and makes way; another of the name is kept', async () => {
  const name = `${theirs.name}_ours`;
  await createEmptyDatabase(control, name);
  await dropLeftover(control, name);
  assert.equal(await exists(name), false);
  await assert.rejects(dropLeftover(control, theirs.name), notOurs);
  assert.ok(await exists(theirs.name));
});

test('a data set of its own is not made in place of a database that we did not make', async () => {
  const setting = {
    topology: new Topology([endpointOf(theirs.url)], [], async () => {}),
    progress: silent,
    signal: new AbortController().signal,
  };
  await assert.rejects(seededDatabase(setting, theirs.name, { scale: 'tiny', seed: 1 }), notOurs);
  assert.ok(await exists(theirs.name));
});

test('a login that may make no database is told so, with what lets it', async () => {
  const role = `${theirs.name}_role`;
  await control.query(`CREATE ROLE ${role}`);
  try {
    await control.query(`SET ROLE ${role}`);
    await assert.rejects(
      createEmptyDatabase(control, `${theirs.name}_ours`),
      (error: Fault) => error.reason === 'component' && /CREATEDB/.test(error.next),
    );
  } finally {
    await control.query('RESET ROLE');
    await control.query(`DROP ROLE ${role}`);
  }
});
