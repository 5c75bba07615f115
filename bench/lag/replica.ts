import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';
import { Watch } from './watch.ts';

/** One replica as the measure sees it; each read has a connection of its own, so none waits for another. */
export interface Replica {
  readonly endpoint: Endpoint;
  readonly admin: Connection;
  /** Watches how far WAL has been replayed, in bytes from its start. */
  readonly replayed: Watch;
  /** Watches the id of the newest probe that a query sees. */
  readonly visible: Watch;
  /** Reads the id of the newest visible probe once, for the wandering reader. */
  readonly newest: () => Promise<number>;
}

const longestWait = '1s';
const replayLsn = `SELECT pg_last_wal_replay_lsn() - '0/0'::pg_lsn AS value`;
const newestProbe = 'SELECT max(id) AS value FROM bench.lag_probe';

export async function openReplica(
  endpoint: Endpoint,
  database: string,
  now: () => number,
  owned: AsyncDisposableStack,
): Promise<Replica> {
  const open = async () => {
    const connection = owned.use(await connect(endpoint.url('admin', database), 'olympus-lag'));
    await connection.query(`SET lock_timeout = '${longestWait}'`);
    return connection;
  };
  const [admin, first, second, third] = [await open(), await open(), await open(), await open()];
  return {
    endpoint,
    admin,
    replayed: new Watch(reading(first, replayLsn), now),
    visible: new Watch(reading(second, newestProbe), now),
    newest: reading(third, newestProbe),
  };
}

/**
 * A replica that has not even replayed the table's creation sees no probe: 0, like one that sees it empty. So does a
 * reader that waits for a lock: replay that stopped within the transaction of a DROP or CREATE TABLE holds it for as long
 * as it stands, and the measure must not stand with it.
 */
const reading =
  ({ client }: Connection, text: string) =>
  async (): Promise<number> => {
    try {
      const { rows } = await client.query<{ value: string | null }>({ name: 'reading', text });
      return Number(rows[0]!.value ?? 0);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefinedTable || code === undefinedSchema || code === lockNotAvailable) return 0;
      throw error;
    }
  };
const undefinedTable = '42P01';
const undefinedSchema = '3F000';
const lockNotAvailable = '55P03';
