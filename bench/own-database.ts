import { randomBytes } from 'node:crypto';
import { missing } from '../config/fault.ts';
import { runTag } from '../infra/process/this-run.ts';
import { holdLock } from '../infra/topology/advisory-hold.ts';
import { isDenied } from '../infra/topology/denied.ts';
import type { Endpoint } from '../infra/topology/endpoint.ts';
import { connect, identifier, type Session } from '../infra/topology/session.ts';

/** A database of ours beside the measured one. Disposing it drops it, with the sessions that are left on it. */
export interface OwnDatabase extends AsyncDisposable {
  readonly database: string;
}

/**
 * How a database of ours is known again by whoever finds it: this limit, which no machine reaches, and the end of its
 * name. Both are made by CREATE DATABASE itself, so that there is no moment at which one is there without its mark;
 * a comment could only follow.
 */
const mark = 1_920_103_026;
const ending = '_[0-9]{8}t[0-9]{6}_[0-9a-f]{4}_[0-9a-f]{4}$';
/** The limit that PostgreSQL writes when a DROP DATABASE was cut short: such a one can only be dropped. */
const halfDropped = -2;
/** Names the locks of live copies among the advisory locks: "olco". */
const lockClass = 0x6f6c_636f;
const longestName = 63; // bytes; the server would cut a longer one, and the mark with it

/** The name of a new one: what it is for, the run that made it, and an end that keeps two of one run apart. */
function ownName(stem: string): string {
  const end = `_${runTag()}_${randomBytes(2).toString('hex')}`;
  const whole = Buffer.from(stem.replace(new RegExp(ending), ''));
  let length = Math.min(whole.length, longestName - end.length);
  while (length < whole.length && (whole[length]! & 0xc0) === 0x80) length--; // no half letter
  return whole.toString('utf8', 0, length) + end;
}

/**
 * Makes a database named after `stem` and this run, on the primary's server. As long as this process lives, a session
 * of it holds a lock on the name; one whose lock is free was left by a run that is dead, and is dropped by the next.
 * @param make calls `create`, with what follows the name, when the time is right
 * @throws Fault (component) when the login may not make databases.
 */
export async function makeOwnDatabase(
  primary: Endpoint,
  stem: string,
  make: (control: Session, name: string, create: (options: string) => Promise<void>) => Promise<void>,
): Promise<OwnDatabase> {
  await using undo = new AsyncDisposableStack();
  await using control = await connect(primary.url('admin', 'postgres'), 'olympus-copy');
  await dropAbandoned(control);
  const name = ownName(stem);
  const hold = await holdLock(primary.url('admin', 'postgres'), `olympus-copy ${name}`, lockClass, name);
  if (!hold) throw new Error(`the lock of ${name} is taken, and the name is random`);
  undo.use(hold);
  let created = false;
  undo.defer(async () => {
    if (!created) return; // where nothing could be made, as on a server that is only read, nothing is to be dropped
    await using last = await connect(primary.url('admin', 'postgres'), 'olympus-copy');
    await dropDatabase(last, name);
  });
  await make(control, name, async (options) => {
    await createDatabase(control, name, options);
    created = true;
    await control.query(`COMMENT ON DATABASE ${identifier(name)} IS '${note}'`);
  });
  const all = undo.move();
  return { database: name, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** An empty one, whatever the server's default encoding is. */
export const makeEmptyDatabase = (primary: Endpoint, stem: string): Promise<OwnDatabase> =>
  makeOwnDatabase(primary, stem, (_, __, create) => create(`TEMPLATE template0 ENCODING 'UTF8'`));

/** Drops the databases that dead runs left behind on this server, and returns their names. */
export async function dropAbandoned(control: Session): Promise<string[]> {
  const { rows } = await control.query<{ name: string }>(
    `SELECT datname AS name FROM pg_database WHERE datname ~ $1 AND datconnlimit IN ($2, $3) ORDER BY datname`,
    [ending, mark, halfDropped],
  );
  const dropped: string[] = [];
  for (const { name } of rows) {
    const lock = [lockClass, name];
    const { rows: tried } = await control.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS free',
      lock,
    );
    if (!tried[0]!.free) continue;
    try {
      await dropDatabase(control, name);
      dropped.push(name);
    } finally {
      await control.query('SELECT pg_advisory_unlock($1, hashtext($2))', lock);
    }
  }
  return dropped;
}

const dropDatabase = (control: Session, name: string): Promise<unknown> =>
  control.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);

/** SQLSTATE read_only_sql_transaction. */
const readOnly = '25006';

async function createDatabase(control: Session, name: string, options: string): Promise<void> {
  try {
    await control.query(`CREATE DATABASE ${identifier(name)} ${options} CONNECTION LIMIT ${mark}`);
  } catch (error) {
    if ((error as { code?: string }).code === readOnly)
      throw missing(
        `A database ${name} is needed beside the measured one, and nothing is written to this server.`,
        'Allow it with --allow-writes, or leave this part out with --only.',
        error,
      );
    if (!isDenied(error)) throw error;
    throw missing(
      `A database ${name} is needed beside the measured one, and this login may not make it: ${(error as Error).message}`,
      'Let it: ALTER ROLE its_name CREATEDB. Or leave this part out with --only.',
      error,
    );
  }
}

/** For people who list their databases. */
const note = 'Made by Olympus Bench for a measurement; it may be dropped.';
