import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect } from '../../infra/topology/session.ts';

/** PgBouncer's admin console, where this pooler has one and lets us in. */
export interface Console extends AsyncDisposable {
  /** Rows of SHOW <what>. */
  show(what: 'POOLS' | 'CONFIG' | 'DATABASES'): Promise<Record<string, string>[]>;
  /** Changes a setting until it is set again or the pooler restarts. Only on poolers of our own. */
  set(key: string, value: number): Promise<void>;
  /** Server connections are replaced as soon as their transaction ends, so that nobody inherits what was left on them. */
  reconnect(): Promise<void>;
}

/** Opens the console, or says why there is none: a pooler of another make, or a login that may not. */
export async function openConsole(pooler: Endpoint): Promise<Console | string> {
  let opened: Connection;
  try {
    opened = await connect(pooler.url('admin', 'pgbouncer'), 'olympus-pooler');
    await opened.query('SHOW POOLS');
  } catch (error) {
    return `the pooler's console cannot be asked: ${(error as Error).message}`;
  }
  const { query } = opened;
  return {
    show: async (what) => (await query<Record<string, string>>(`SHOW ${what}`)).rows,
    set: async (key, value) => void (await query(`SET ${key} = '${value}'`)),
    reconnect: async () => void (await query('RECONNECT')),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

/** A number of SHOW CONFIG; null where this version does not know the setting. */
export async function configured(console: Console, key: string): Promise<number | null> {
  const row = (await console.show('CONFIG')).find((each) => each.key === key);
  return row === undefined ? null : Number(row.value);
}

/** The server connections of one pool: the database's own number, or the default. */
export async function poolSize(console: Console, database: string): Promise<number | null> {
  const row = (await console.show('DATABASES')).find(({ name }) => name === database);
  return row?.pool_size === undefined ? configured(console, 'default_pool_size') : Number(row.pool_size);
}
