import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../config/fault.ts';
import { milliseconds } from '../../config/units.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import { type Spoken, spokenPostgres } from '../../test/spoken-postgres.ts';
import { faultOf } from '../fault-of.ts';
import { openConsole } from './console.ts';

const bouncers: Readonly<Record<string, readonly string[]>> = {
  'SHOW POOLS': ['database', 'user', 'cl_waiting', 'sv_active', 'maxwait', 'maxwait_us'],
  'SHOW CONFIG': ['key', 'value', 'default', 'changeable'],
  'SHOW DATABASES': ['name', 'pool_size'],
};

async function consoleOf(answer: Spoken) {
  await using server = await spokenPostgres(answer);
  const opened = await openConsole({ url: () => server.url } as unknown as Endpoint);
  if (typeof opened === 'string') return opened;
  await opened[Symbol.asyncDispose]();
  return 'opened';
}

test('a console is one only where it tells all that is read of it; else its absence has a reason', async () => {
  assert.equal(await consoleOf((sql) => bouncers[sql]), 'opened');
  const refuses = 'unrecognized configuration parameter "pools"';
  assert.equal(await consoleOf(() => refuses), `the pooler's console cannot be asked: ${refuses}`);
  for (const [sql, columns] of Object.entries(bouncers))
    for (const lacking of columns.filter((name) => name !== 'default' && name !== 'changeable'))
      assert.equal(
        await consoleOf((asked) => bouncers[asked]!.filter((name) => asked !== sql || name !== lacking)),
        `the pooler's console is not PgBouncer's: its ${sql} has no column ${lacking}`,
      );
});

test('a statement that is never answered fails in its time, and names the server and the login', async () => {
  await using server = await spokenPostgres(() => undefined);
  const limits = { answerWithin: milliseconds(50) };
  await using session = await connect(server.url, 'olympus-test', limits);
  const said = /^127\.0\.0\.1:\d+ took a statement of somebody and has not answered it/;
  await assert.rejects(
    session.query('SELECT 1'),
    (error) => error instanceof Fault && said.test(error.message),
  );
  await using bare = await connect(server.url, 'olympus-test', limits);
  await assert.rejects(bare.client.query('SELECT 1'), (error) => faultOf(error).reason === 'component');
});
