import type { Endpoint } from './endpoint.ts';
import { connect, identifier } from './session.ts';

/**
 * The endpoints, with a primary that can have the idle sessions of a database closed which the topology's own pooler
 * keeps. A pooler of the user's is left alone.
 */
export function withPooler(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const pooler = endpoints.find(({ name }) => name === 'pooler');
  if (!pooler || pooler.provider === 'external') return endpoints;
  return endpoints.map((endpoint) =>
    endpoint.name === 'primary'
      ? { ...endpoint, closePooled: (database: string) => closePooled(pooler, database) }
      : endpoint,
  );
}

/** PgBouncer closes each session once no client uses it: no client notices (RECONNECT, https://www.pgbouncer.org/usage.html). */
async function closePooled(pooler: Endpoint, database: string): Promise<void> {
  try {
    await using console = await connect(pooler.url('admin', 'pgbouncer'), 'olympus-copy');
    await console.query(`RECONNECT ${identifier(database)}`);
  } catch {
    // It does not run, or does not know the database: then it keeps no session of it.
  }
}
