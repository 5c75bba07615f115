import type { Connection } from '../../infra/topology/session.ts';
import type { Table } from '../tables/table.ts';

/** Opens a superuser's connection to the database that is filled. */
export type Connect = () => Promise<Connection>;

const buildMemory = '256MB';

/** Settings of a loading connection. They end with it: nothing is to be restored. */
export const loadSettings = {
  session_replication_role: 'replica', // triggers do not fire: the rows are as the triggers would leave them
  synchronous_commit: 'off', // a crash of the server loses rows and their record alike
  maintenance_work_mem: buildMemory,
  statement_timeout: '0',
  jit: 'off',
} as const;

/**
 * Settings of a connection that loads into live tables, as a background job of the application does: triggers fire,
 * commits wait for the disk, and the role is not the superuser. It passes the policies: PostgreSQL has no COPY FROM for
 * whom they bind (https://www.postgresql.org/docs/current/sql-copy.html).
 */
export const liveSettings = { role: 'olympus_service', statement_timeout: '0' } as const;

/** Opens `count` connections for loading and closes them when `use` is done. */
export async function withConnections<T>(
  connect: Connect,
  count: number,
  use: (connections: readonly Connection[]) => Promise<T>,
  settings: Readonly<Record<string, string>> = loadSettings,
): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const connections: Connection[] = [];
  for (let n = 0; n < count; n++) {
    const connection = opened.use(await connect());
    for (const [name, value] of Object.entries(settings))
      await connection.query('SELECT set_config($1, $2, false)', [name, value]);
    connections.push(connection);
  }
  return await use(connections); // not before: the connections close when this returns
}

/** Lets the connections take tables, the last of the list first. Results come in the tables' order. */
export async function eachTable<T>(
  connections: readonly Connection[],
  tables: readonly Table[],
  act: (connection: Connection, table: Table) => Promise<T>,
): Promise<T[]> {
  const results = new Map<Table, T>();
  const waiting = tables.toReversed();
  const take = async (connection: Connection) => {
    for (let table = waiting.shift(); table; table = waiting.shift())
      results.set(table, await act(connection, table));
  };
  await Promise.all(connections.map(take));
  return tables.map((table) => results.get(table)!);
}
