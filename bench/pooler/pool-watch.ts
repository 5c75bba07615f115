import type { Session } from '../../infra/topology/session.ts';
import { pause } from '../pause.ts';
import type { Console } from './console.ts';

/** The most that was seen of each while watching; null where it could not be asked. */
export interface PoolPeaks {
  readonly serversActive: number | null;
  readonly clientsWaiting: number | null;
  readonly maxWaitMs: number | null;
  /** Connections of the login in this database, as the server counts them. */
  readonly backends: number | null;
}

export interface PoolWatchOptions {
  readonly console: Console | undefined;
  /** The primary, on a login that sees everybody's sessions. */
  readonly server: Session | undefined;
  readonly database: string;
  /** Whose pool it is. */
  readonly user: string;
  /** As whom the pooler comes to the server; undefined where it did not say. */
  readonly serverUser: string | undefined;
  readonly every: number;
  readonly signal: AbortSignal;
}

/** Looks at the pool and at the server again and again while `work` runs. */
export async function watchPool<T>(
  options: PoolWatchOptions,
  work: () => Promise<T>,
): Promise<{ outcome: T; peaks: PoolPeaks }> {
  const done = new AbortController();
  const peaks = looks({ ...options, signal: AbortSignal.any([options.signal, done.signal]) });
  try {
    const outcome = await work();
    done.abort();
    return { outcome, peaks: await peaks };
  } finally {
    done.abort();
    await peaks;
  }
}

async function looks({
  console,
  server,
  database,
  user,
  serverUser,
  every,
  signal,
}: PoolWatchOptions): Promise<PoolPeaks> {
  const seen: PoolPeaks[] = [];
  while (!signal.aborted) {
    const [pool, backends] = await Promise.all([
      poolNow(console, database, user),
      backendsNow(server, database, serverUser),
    ]);
    seen.push({ ...pool, backends });
    await pause(every, signal).catch(() => {});
  }
  const most = (key: keyof PoolPeaks) => {
    const known = seen.map((look) => look[key]).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    serversActive: most('serversActive'),
    clientsWaiting: most('clientsWaiting'),
    maxWaitMs: most('maxWaitMs'),
    backends: most('backends'),
  };
}

async function poolNow(console: Console | undefined, database: string, user: string) {
  const rows = (await console?.show('POOLS').catch(() => undefined)) ?? [];
  const pool = rows.find((row) => row.database === database && row.user === user);
  if (!pool) return { serversActive: null, clientsWaiting: null, maxWaitMs: null };
  return {
    serversActive: Number(pool.sv_active),
    clientsWaiting: Number(pool.cl_waiting),
    maxWaitMs: Number(pool.maxwait) * 1000 + Number(pool.maxwait_us) / 1000,
  };
}

/** A pooler of another host or make shows itself by its login all the same. */
async function backendsNow(
  server: Session | undefined,
  database: string,
  user: string | undefined,
): Promise<number | null> {
  if (user === undefined) return null;
  const answer = await server
    ?.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND datname = $1 AND usename = $2`,
      [database, user],
    )
    .catch(() => undefined);
  return answer?.rows[0]?.n ?? null;
}
