import { randomBytes } from 'node:crypto';
import { type Connection, connect, identifier } from '../infra/topology/session.ts';

/** A database of one test's own. Disposing it drops it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** Connection string of the server's superuser to this database. */
  readonly url: string;
  readonly admin: Connection;
}

/**
 * Creates an empty database on the test server. `./olympus test` starts one server for all tests and names it in
 * OLYMPUS_TEST_SERVER (a superuser's connection string); a test run by hand needs that variable too.
 */
export async function testDatabase(prefix = 'test'): Promise<TestDatabase> {
  const server = process.env.OLYMPUS_TEST_SERVER;
  if (!server)
    throw new Error(
      'OLYMPUS_TEST_SERVER is not set: run `./olympus test`, or set it to the URL of a superuser on a server that may be used for tests.',
    );
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await using control = await connect(server, 'olympus-test');
  await control.query(`CREATE DATABASE ${identifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const admin = await connect(url, 'olympus-test');
  return {
    name,
    url,
    admin,
    async [Symbol.asyncDispose]() {
      await admin[Symbol.asyncDispose]();
      await using last = await connect(server, 'olympus-test');
      await last.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
    },
  };
}

/** Empties pg_stat_statements of this database; other tests on the server have theirs in it. */
export const forgetAsked = `SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)`;
