import { type Connection, connect, identifier } from '../../../infra/topology/session.ts';
import { type Client, type LedgerLoad, startLedgerLoad } from '../ledger-load.ts';
import { logLockWaits } from './lock-waits.ts';
import { readColumns } from './read-columns.ts';

/** Statements of the application while a migration runs. */
export interface TouchingStatements {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/**
 * What any application does to these tables: it reads a row by the names of all columns, takes the lock of a writer, and
 * locks one row. Nothing is changed. A column that the file drops is not named: whether yours do, only yours can show.
 */
export async function statementsOn(
  session: Connection,
  tables: readonly { readonly schema: string; readonly name: string }[],
  dropped: ReadonlySet<string>,
): Promise<TouchingStatements> {
  const reads: string[] = [];
  const writes: string[] = [];
  for (const { schema, name } of tables) {
    const table = `${identifier(schema)}.${identifier(name)}`;
    const columns = await readColumns(session, table);
    const named = columns.filter((column) => !dropped.has(`${schema}.${name}.${column}`)).map(identifier);
    reads.push(`SELECT ${named.join(', ')} FROM ${table} LIMIT 1`);
    writes.push(`DELETE FROM ${table} WHERE false`, `SELECT 1 FROM ${table} LIMIT 1 FOR NO KEY UPDATE`);
  }
  return { reads, writes };
}

const clients = 16;
/** ms; then the client gives up on a request: it counts as failed. */
const answerWithin = 20_000;

/** Reads and writes at a rate each, in an open model: who must wait makes those behind wait too. */
export function startTouchingLoad(
  url: string,
  { reads, writes }: TouchingStatements,
  rate: number,
): LedgerLoad {
  const turn = { read: 0, write: 0 };
  const next = (kind: 'read' | 'write', of: readonly string[]) => of[turn[kind]++ % of.length]!;
  const open = async (): Promise<Client> => {
    const session = await connect(url, 'olympus-migration-load');
    await session.query(`SET statement_timeout = ${answerWithin}; ${logLockWaits}`);
    let alive = true;
    session.client.once('end', () => {
      alive = false;
    });
    return {
      alive: () => alive,
      read: () => session.query(next('read', reads)),
      write: () => session.query(next('write', writes)),
      close: () => {
        alive = false;
        void session.client.end();
      },
    };
  };
  return startLedgerLoad(
    (['read', 'write'] as const)
      .filter((kind) => (kind === 'read' ? reads : writes).length > 0)
      .map((kind) => ({ kind, rate, clients, open })),
  );
}
