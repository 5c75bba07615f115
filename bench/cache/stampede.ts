import { randomUUID } from 'node:crypto';
import { median } from '../../analysis/statistics/quantile.ts';
import type { CacheStampede } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { pause } from '../pause.ts';
import type { CachedQueries } from './cached-query.ts';
import type { Figures } from './figures.ts';
import { lifetime, type Target } from './target.ts';

const clients = 64;
const expiries = 5;
/** Whoever computes may take so long; if it died, another goes on after that. */
const lockMs = 5000;
const lookAgainMs = 2;

/** Frees the lock only if it is still ours. */
const free = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * The dearest query of all expires, and 64 clients want it in the same moment. Unprotected each of them finds nothing
 * and asks the database; with a single flight whoever takes the lock asks, and the others look again.
 */
export async function stampede(
  { signal }: Setting,
  target: Target,
  queries: CachedQueries,
): Promise<Figures<CacheStampede>[]> {
  const query = queries.all.toSorted((a, b) => b.buffers - a.buffers)[0];
  if (!query) return [];
  const rows: Figures<CacheStampede>[] = [];
  for (const protection of ['none', 'single flight'] as const) {
    const executions: number[] = [];
    const served: number[] = [];
    for (let expiry = 0; expiry < expiries; expiry++) {
      signal.throwIfAborted();
      const key = target.key(`{stampede}:${protection}:${expiry}`);
      let executed = 0;
      const compute = async () => {
        executed++;
        const answer = await queries.execute(query);
        await target.client.set(key, answer, 'PX', lifetime.milliseconds);
        return answer;
      };
      const began = performance.now();
      await Promise.all(
        Array.from({ length: clients }, async () => {
          if ((await target.client.get(key)) !== null) return;
          if (protection === 'none') await compute();
          else await singleFlight(target, key, compute, signal);
        }),
      );
      served.push(performance.now() - began);
      executions.push(executed);
    }
    rows.push({
      name: `stampede on ${query.statement.name}`,
      kind: 'stampede',
      protection,
      clients,
      expiries,
      executionsPerExpiry: executions.reduce((sum, each) => sum + each, 0) / expiries,
      executionsMax: Math.max(...executions),
      servedMs: median(served)!,
    });
  }
  return rows;
}

/** The answer under `key`, computed by one of all who ask. @throws what `compute` throws. */
export async function singleFlight(
  { client }: Pick<Target, 'client'>,
  key: string,
  compute: () => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const token = randomUUID();
  const lock = `${key}:lock`;
  for (;;) {
    if ((await client.set(lock, token, 'PX', lockMs, 'NX')) === 'OK') {
      try {
        // Between our look and our lock another may have computed it and freed the lock.
        return (await client.get(key)) ?? (await compute());
      } finally {
        await client.eval(free, 1, lock, token);
      }
    }
    await pause(lookAgainMs, signal);
    const answer = await client.get(key);
    if (answer !== null) return answer;
  }
}
