import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { poolerClient } from './pooler-client.ts';

/** PgBouncer's admin console, where this pooler has one and lets us in. */
export interface Console extends AsyncDisposable {
  /** Rows of SHOW <what>. */
  show(what: Asked): Promise<Record<string, string>[]>;
  /** Changes a setting until it is set again or the pooler restarts. Only on poolers of our own. */
  set(key: string, value: number): Promise<void>;
  /** Server connections are replaced as soon as their transaction ends, so that nobody inherits what was left on them. */
  reconnect(): Promise<void>;
}

type Asked = 'POOLS' | 'CONFIG' | 'DATABASES';

/** What is read of each answer. Poolers of other makes have consoles too, and some of their words. */
const columns: Readonly<Record<Asked, readonly string[]>> = {
  POOLS: ['database', 'user', 'sv_active', 'cl_waiting', 'maxwait', 'maxwait_us'],
  CONFIG: ['key', 'value'],
  DATABASES: ['name', 'pool_size'],
};

/** Opens the console, or says why there is none: a pooler of another make, or a login that may not. */
export async function openConsole(pooler: Endpoint): Promise<Console | string> {
  await using owned = new AsyncDisposableStack();
  try {
    const { client } = owned.use(await poolerClient(pooler.url('admin', 'pgbouncer')));
    for (const [what, wanted] of Object.entries(columns)) {
      const { fields } = await client.query(`SHOW ${what}`);
      const lacking = wanted.find((column) => !fields.some(({ name }) => name === column));
      if (lacking !== undefined)
        return `the pooler's console is not PgBouncer's: its SHOW ${what} has no column ${lacking}`;
    }
    const closing = owned.move();
    return {
      show: async (what) => (await client.query(`SHOW ${what}`)).rows,
      set: async (key, value) => void (await client.query(`SET ${key} = '${value}'`)),
      reconnect: async () => void (await client.query('RECONNECT')),
      [Symbol.asyncDispose]: () => closing.disposeAsync(),
    };
  } catch (error) {
    return `the pooler's console cannot be asked: ${(error as Error).message}`;
  }
}

/** A number of SHOW CONFIG; null where this version does not know the setting. */
export async function configured(console: Console, key: string): Promise<number | null> {
  const row = (await console.show('CONFIG')).find((each) => each.key === key);
  return row === undefined ? null : numberIn(row.value);
}

/** The server connections of one pool: the database's own number, or the default. */
export async function poolSize(console: Console, database: string): Promise<number | null> {
  const row = (await console.show('DATABASES')).find(({ name }) => name === database);
  return row === undefined ? configured(console, 'default_pool_size') : numberIn(row.pool_size);
}

/** A setting may be a word, or not set. */
const numberIn = (text: string | null | undefined): number | null =>
  text !== null && text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
