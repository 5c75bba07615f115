import { Cluster, Redis } from 'ioredis';
import { missing } from '../../config/fault.ts';

/** Of the commands that one server and a cluster both have; keys of one script must share a hash tag: "{tag}key". */
export type Cache = (Redis | Cluster) & AsyncDisposable;

/** A busy machine answers late; one that is not there says so at once. */
const patienceMs = 20_000;

const options = {
  connectTimeout: patienceMs,
  maxRetriesPerRequest: 1,
  retryStrategy: (attempt: number) => (attempt > 3 ? null : 50 * attempt),
  lazyConnect: true,
};

/**
 * One connection to a Redis server; to each node of a cluster with `cluster`. Disposing it closes them.
 * @throws Fault (component) when it cannot be reached or refuses us.
 */
export async function openCache(url: string, { cluster = false } = {}): Promise<Cache> {
  const { hostname, port, username, password, protocol } = new URL(url);
  const tls = protocol === 'rediss:' ? { tls: {} } : {};
  const login = { username: username || 'default', password: decodeURIComponent(password) };
  const client = cluster
    ? new Cluster([{ host: hostname, port: Number(port) }], {
        lazyConnect: true,
        slotsRefreshTimeout: patienceMs, // a second when absent, which 64 clients that begin at once may exceed
        clusterRetryStrategy: (attempt) => (attempt > 5 ? null : 100),
        redisOptions: { ...options, ...login, ...tls },
      })
    : new Redis({ ...options, ...login, ...tls, host: hostname, port: Number(port) });
  let last: Error | undefined; // tells more than "Connection is closed"; later ones show at the next command
  client.on('error', (error) => (last = error));
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    throw missing(
      `Cannot connect to Redis at ${hostname}:${port}: ${reasonOf(last ?? (error as Error))}`,
      'See `./olympus status`.',
      error,
    );
  }
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.disconnect() });
}

/** A cluster's client says that all nodes failed, and keeps beside it why the last one did. */
const reasonOf = (error: Error & { lastNodeError?: Error }): string => (error.lastNodeError ?? error).message;

/** "Redis 7.0.15", or "Redis 7.0.15, cluster of 3". */
export async function cacheVersion(url: string, cluster = false): Promise<string> {
  await using first = await openCache(url);
  const version = /redis_version:(\S+)/.exec(await (first as Redis).info('server'))?.[1] ?? '';
  if (!cluster) return `Redis ${version}`;
  const about = String(await first.call('CLUSTER', 'INFO'));
  if (!about.includes('cluster_state:ok')) throw new Error('the cluster is not complete');
  return `Redis ${version}, cluster of ${/cluster_size:(\d+)/.exec(about)?.[1]}`;
}
