import type { Endpoint } from '../../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../../infra/topology/session.ts';
import type { Identity } from '../../../scenarios/identity.ts';
import { identityText } from '../leaks.ts';
import { type Answer, answerTo } from './answer.ts';
import type { Attack } from './attack.ts';
import { identityOfAttacker, type Planted, typed, victimIdentity } from './victim.ts';

/** What an attack was answered, and what its second statement was. */
export interface Observation {
  readonly first: Answer;
  readonly second: Answer | null;
}

/** The place is not reached: another client had the connection, or a statement went on and on. */
class NotReached extends Error {}

const longestMs = 10_000;
/** A victim who waits longer is held up. */
const patienceMs = 1000;
const tries = 8;

/** Where attacks are typed: an endpoint and the copy behind it. Disposing it closes what it keeps open. */
export class Door implements AsyncDisposable {
  readonly #endpoint: Endpoint;
  readonly #database: string;
  #kept: Connection | undefined;

  constructor(endpoint: Endpoint, database: string) {
    this.#endpoint = endpoint;
    this.#database = database;
  }

  /** A new client. */
  open(database: string | null = null): Promise<Connection> {
    return connect(this.#endpoint.url('app', database ?? this.#database), 'olympus-attack');
  }

  /** A client that others were before: what they left is discarded. Only for what is typed in one transaction. */
  async again(): Promise<Connection> {
    try {
      await this.#kept?.query('DISCARD ALL');
    } catch {
      await this[Symbol.asyncDispose]();
    }
    this.#kept ??= await this.open();
    return this.#kept;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#kept?.[Symbol.asyncDispose]();
    this.#kept = undefined;
  }
}

/** Types an attack as an application's login, and whatever belongs to it, through one door. */
export async function typeAttack(door: Door, attack: Attack, planted: Planted): Promise<Observation> {
  const sql = typed(attack.sql, planted, attack.as);
  const second = attack.second && { ...attack.second, sql: typed(attack.second.sql, planted, attack.as) };
  switch (second?.when) {
    case undefined:
      return { first: await alone(door, attack, sql), second: null };
    case 'instead':
      return { first: await alone(door, attack, sql), second: await alone(door, attack, second.sql) };
    case 'victim':
      return meanwhile(door, attack, sql, second.sql);
    case 'then':
      return afterwards(door, attack, sql, second.sql);
  }
}

async function alone(door: Door, attack: Attack, text: string): Promise<Answer> {
  if (attack.transaction && attack.database === null) return inTime(typeIt(await door.again(), attack, text));
  try {
    await using session = await door.open(attack.database);
    return await inTime(typeIt(session, attack, text));
  } catch (error) {
    const cause = (error as Error).cause as { code?: string; message: string } | undefined;
    if (attack.database === null || !/^[0-9A-Z]{5}$/.test(cause?.code ?? '')) throw error;
    return { code: cause!.code!, message: cause!.message, rows: [], changed: 0, text: cause!.message };
  }
}

async function typeIt(session: Connection, attack: Attack, sql: string): Promise<Answer> {
  const identity = identityOfAttacker(attack.as);
  if (!attack.transaction) {
    if (attack.database === null && attack.second?.when !== 'then')
      await session.query(identityText(identity).replaceAll(', true)', ', false)'));
    return answerTo(session, sql);
  }
  await begin(session, identity);
  const answer = await answerTo(session, sql);
  if (attack.end !== 'leave') await session.query(attack.end === 'commit' ? 'COMMIT' : 'ROLLBACK');
  return answer;
}

/** The attacker's transaction is left open while the victim works. */
async function meanwhile(door: Door, attack: Attack, sql: string, theirs: string): Promise<Observation> {
  await using attacker = await door.open();
  await using victim = await door.open();
  const identity = identityOfAttacker(attack.as);
  if (attack.transaction) await begin(attacker, identity);
  const first = await inTime(answerTo(attacker, sql));
  if (attack.must === 'free') {
    if (first.code !== null) return { first, second: null };
    await begin(victim, victimIdentity, `SET LOCAL lock_timeout = ${patienceMs};`);
    const second = await inTime(answerTo(victim, theirs));
    await victim.query('ROLLBACK');
    await attacker.query('ROLLBACK');
    return { first, second };
  }
  const heard = answerTo(attacker, 'SELECT pg_sleep(0.2)', () => victim.query(theirs));
  return { first: await inTime(heard), second: null };
}

/** The next client of a pooler, if it gets the same connection. */
async function afterwards(door: Door, attack: Attack, sql: string, next: string): Promise<Observation> {
  for (let i = 0; i < tries; i++) {
    let attacker = 0;
    const first = await (async () => {
      await using session = await door.open();
      attacker = await backendOf(session);
      const answer = await inTime(typeIt(session, attack, sql));
      if (attack.end !== 'leave' && (await backendOf(session)) !== attacker) attacker = 0;
      return answer;
    })();
    if (first.code !== null) return { first, second: null };
    await using session = await door.open();
    const answer = await inTime(answerTo(session, next));
    if (attack.end === 'leave' || (await backendOf(session, answer)) === attacker)
      return { first, second: answer };
  }
  throw new NotReached('the next client got another connection of the pooler each time');
}

/** What the next client inherited may stop this, too; then it did get the connection. */
async function backendOf(session: Connection, inherited?: Answer): Promise<number> {
  const answer = await answerTo(session, 'SELECT pg_backend_pid()');
  if (answer.code !== null && inherited === undefined) throw new NotReached(answer.message);
  return Number(answer.rows[0]?.[0] ?? 0);
}

const begin = (session: Connection, identity: Identity, settings = '') =>
  session.query(`BEGIN; SET LOCAL statement_timeout = ${longestMs};${settings}${identityText(identity)}`);

async function inTime(work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NotReached(`no answer within ${(2 * longestMs) / 1000} s`)),
      2 * longestMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
