import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect, type Session } from '../../infra/topology/session.ts';
import type { Statement } from '../../scenarios/statement.ts';

/** The connections of one side, one for each login; disposing closes them. */
export interface SideSessions extends AsyncDisposable {
  /** The connection as which a statement runs. */
  of(statement: Pick<Statement, 'role'>): Connection;
  readonly all: readonly Connection[];
}

/** A statement that is still running then is given up. */
const longest = '30s';

export async function openSessions(
  endpoint: Endpoint,
  database: string,
  rls: 'on' | 'off' = 'on',
): Promise<SideSessions> {
  await using made = new AsyncDisposableStack();
  const owner = made.use(await connect(endpoint.url('owner', database), 'olympus-compare'));
  const app = made.use(await connect(endpoint.url('app', database), 'olympus-compare'));
  const open = made.move();
  return {
    all: [owner, app],
    of: ({ role }) => (rls === 'off' || role === 'owner' ? owner : app),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Local to the transaction, so that it holds through a pooler too. */
export const limitTime = `SET LOCAL statement_timeout = '${longest}'`;

/** The process of the server that serves a session, by which another session finds its locks and waits. */
export async function backendOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]!.pid;
}
