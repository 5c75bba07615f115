import { randomBytes } from 'node:crypto';
import { type Cache, openCache } from '../../infra/services/cache.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';

/** A Redis, or a cluster, that is measured. Disposing it closes every connection that was opened through it. */
export interface Target extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** One connection (to each node). */
  readonly client: Cache;
  /** Another one. */
  open(): Promise<Cache>;
  /** A key of this run alone. */
  key(name: string): string;
}

export async function openTarget(endpoint: Endpoint): Promise<Target> {
  const owned = new AsyncDisposableStack();
  const open = async () =>
    owned.use(await openCache(endpoint.url('app'), { cluster: endpoint.name === 'cacheCluster' }));
  const client = await open();
  const run = randomBytes(6).toString('hex');
  return {
    endpoint,
    client,
    open,
    key: (name) => `olympus-bench:${run}:${name}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Every key is given an end, so that nothing is left in a Redis of the user's. */
export const lifetime = { seconds: 600, milliseconds: 600_000 } as const;
