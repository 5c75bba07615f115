import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, transaction } from '../../infra/topology/session.ts';
import type { PoolerIdentity } from '../../result/result.ts';
import { setIdentity } from '../../scenarios/identity.ts';
import { brokenConnection, codeOf, poolerClient } from './pooler-client.ts';

export interface IdentityOptions {
  readonly pooler: Endpoint;
  readonly database: string;
  readonly clients: number;
  /** Of each client. */
  readonly reads: number;
  readonly signal: AbortSignal;
}

/** How a client says who it is, and then asks whose data it would get. */
export interface Pattern {
  readonly name: string;
  readonly pattern: PoolerIdentity['pattern'];
  /** Resolves to the identity that the request saw; '' for none. */
  read(client: Connection, tenant: string): Promise<string>;
}

/**
 * The defect, shown with a setting of our own: no policy reads it, so that what stays on the pooler's connections
 * gives nobody access to anything.
 */
export const sessionPattern: Pattern = {
  name: 'SET for the session, then a request',
  pattern: 'session',
  async read({ client }, tenant) {
    await client.query(`SELECT set_config('olympus_bench.org_id', $1, false)`, [tenant]);
    return seen(client, 'olympus_bench.org_id');
  },
};

/** What the repositories, the load engine and the rest of the harness do. */
export const transactionPattern: Pattern = {
  name: 'set_config(…, true) in the request’s transaction',
  pattern: 'transaction',
  read: (connection, tenant) =>
    transaction(connection, async () => {
      await connection.query(setIdentity, [randomUUID(), tenant]);
      return seen(connection.client, 'app.org_id');
    }),
};

async function seen(client: Connection['client'], setting: string): Promise<string> {
  const { rows } = await client.query<{ value: string | null }>('SELECT current_setting($1, true) AS value', [
    setting,
  ]);
  return rows[0]!.value ?? '';
}

/** Clients of as many tenants use one pool at once; each asks again and again whose identity its request sees. */
export async function identity(
  { pooler, database, clients, reads, signal }: IdentityOptions,
  { name, pattern, read }: Pattern,
): Promise<PoolerIdentity> {
  await using owned = new AsyncDisposableStack();
  const open: Connection[] = [];
  for (let i = 0; i < clients; i++) open.push(owned.use(await poolerClient(pooler.url('app', database))));
  const counted = { reads: 0, foreignReads: 0, missingReads: 0 };
  const errors: Record<string, number> = {};
  await Promise.all(
    open.map(async (client) => {
      const tenant = randomUUID();
      for (let i = 0; i < reads; i++) {
        signal.throwIfAborted();
        try {
          const who = await read(client, tenant);
          counted.reads++;
          if (who === '') counted.missingReads++;
          else if (who !== tenant) counted.foreignReads++;
        } catch (error) {
          const code = codeOf(error);
          errors[code] = (errors[code] ?? 0) + 1;
          if (code === brokenConnection) return;
        }
      }
    }),
  );
  return {
    ...{
      name,
      endpoint: pooler.name,
      provider: pooler.provider,
      kind: 'identity' as const,
      pattern,
      clients,
    },
    ...{ ...counted, errors },
  };
}
