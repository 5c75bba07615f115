import { connect } from '../../../infra/topology/session.ts';

/** A transaction whose snapshot is kept: what it read it can read again. */
export interface LongRead extends AsyncDisposable {
  readonly pid: number;
  /** Reads again; what became of it. */
  again(): Promise<{ readonly sameAnswer: boolean | null; readonly sqlState: string | null }>;
}

const reading = 'SELECT sum(changes)::text AS sum, count(*)::int AS rows FROM olympus_drill.held';

/** @param url an administrator's, of the replica */
export async function openLongRead(url: string): Promise<LongRead> {
  await using owned = new AsyncDisposableStack();
  const session = owned.use(await connect(url, 'olympus-drill'));
  session.client.on('error', () => {}); // a session that the server ends shows at its next query
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows: mine } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const read = async () => JSON.stringify((await session.query(reading)).rows[0]);
  const first = await read();
  const open = owned.move();
  return {
    pid: mine[0]!.pid,
    async again() {
      try {
        return { sameAnswer: (await read()) === first, sqlState: null };
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === undefined) throw error;
        return { sameAnswer: null, sqlState: code };
      }
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
