import pg from 'pg';
import { Fault, missing } from '../../config/fault.ts';
import type { Milliseconds } from '../../config/units.ts';
import { connectAdvice } from './connect-advice.ts';
import { requireSettings } from './required-settings.ts';
import { refusedEncryption, tlsOf } from './tls.ts';

/** What a stage needs of a connection; pg's Client satisfies it, and a fake is three lines. */
export interface Session {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** An open connection; disposing it closes it. */
export interface Connection extends Session, AsyncDisposable {
  readonly client: pg.Client;
}

export interface ConnectOptions {
  /**
   * A statement that has no answer by then fails, and its connection is of no more use. For what is not known to answer
   * at all: a pooler without a server connection left takes a statement and keeps it.
   */
  readonly answerWithin?: Milliseconds;
}

/**
 * Opens one connection. `application_name` marks it as ours in pg_stat_activity.
 * @throws Fault (component) when the server cannot be reached or refuses us; the password is never in it.
 */
export async function connect(
  url: string,
  applicationName = 'olympus-bench',
  options: ConnectOptions = {},
): Promise<Connection> {
  const client = await open(url, applicationName, options).catch((error: unknown) => {
    if (error instanceof Fault) throw error;
    const { hostname, port, pathname, username } = new URL(url);
    throw missing(
      `Cannot connect to ${decodeURIComponent(hostname)}:${port}${pathname} as ${decodeURIComponent(username)}: ${(error as Error).message}`,
      connectAdvice(error),
      error,
    );
  });
  const own = { server: serverOf(url), pid: (client as unknown as { processID: number }).processID };
  opened.add(own);
  client.once('end', () => opened.delete(own));
  const session: Connection = {
    client,
    query: ((text: string, values?: readonly unknown[]) => {
      const answer = client.query(text, values as unknown[]);
      return options.answerWithin === undefined ? answer : answer.catch(sayUnanswered(url));
    }) as Session['query'],
    [Symbol.asyncDispose]: () => client.end(),
  };
  try {
    await requireSettings(session, url);
  } catch (error) {
    await client.end();
    throw error;
  }
  return session;
}

/** node-postgres says no more of a statement without an answer. */
const unanswered = 'Query read timeout';
export const isUnanswered = (error: unknown): boolean => (error as Error | undefined)?.message === unanswered;

const sayUnanswered = (url: string) => (error: unknown) => {
  if (!isUnanswered(error)) throw error;
  const { hostname, port, username } = new URL(url);
  throw missing(
    `${decodeURIComponent(hostname)}:${port} took a statement of ${decodeURIComponent(username)} and has not answered it.`,
    'Has the pooler a server connection left for this login, and does the server answer (pg_stat_activity)?',
    error,
  );
};

async function open(
  url: string,
  applicationName: string,
  { answerWithin }: ConnectOptions,
): Promise<pg.Client> {
  const { connectionString, ways } = tlsOf(url);
  for (const [i, ssl] of ways.entries()) {
    const client = new pg.Client({
      connectionString,
      ...(ssl !== undefined && { ssl }),
      application_name: applicationName,
      connectionTimeoutMillis: 10_000,
      ...(answerWithin !== undefined && { query_timeout: answerWithin }),
    });
    client.on('error', () => {}); // a broken idle connection shows at the next query, not as a crash
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (i === ways.length - 1 || !refusedEncryption(error)) throw error;
    }
  }
  throw new Error('no way to connect'); // `ways` is never empty
}

const opened = new Set<{ readonly server: string; readonly pid: number }>();
const serverOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** The back ends that serve sessions of this very process on the server of a URL. */
export const ownBackends = (url: string): number[] =>
  [...opened].filter(({ server }) => server === serverOf(url)).map(({ pid }) => pid);

/** Runs `work` in one transaction; rolls back when it throws. */
export async function transaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    const result = await work();
    await session.query('COMMIT');
    return result;
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** A quoted identifier; names that come from data go through here, never through concatenation alone. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
