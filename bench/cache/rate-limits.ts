import type { Cache } from '../../infra/services/cache.ts';
import type { CacheRateLimit } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import type { Figures } from './figures.ts';
import { lifetime, type Target } from './target.ts';

const clients = 64;
const attemptsEach = 5;
const limit = 100;
const windows = 5;
const windowMs = lifetime.milliseconds;

/** One request's decision; `dies` ends the client after its first command, as a crash would. */
type Decide = (client: Cache, key: string, dies?: boolean) => Promise<boolean>;

/** Counts and sets the end in one step: no other command comes between, and no counter lives for ever. */
const script = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

const methods: Readonly<Record<CacheRateLimit['method'], Decide>> = {
  'read, then write': async (client, key) => {
    const count = Number((await client.get(key)) ?? 0);
    if (count >= limit) return false;
    await client.set(key, `${count + 1}`, 'PX', windowMs);
    return true;
  },
  increment: async (client, key, dies) => {
    const count = await client.incr(key);
    if (dies) return false;
    if (count === 1) await client.pexpire(key, windowMs);
    return count <= limit;
  },
  script: async (client, key) => Number(await client.eval(script, 1, key, `${windowMs}`)) <= limit,
};

/**
 * A limit of 100 requests a window, asked for 320 times by 64 clients at once, each with a connection of its own.
 * Then, in a window of its own, a client dies after its first command: is there an end to what it counted?
 */
export async function rateLimits({ signal }: Setting, target: Target): Promise<Figures<CacheRateLimit>[]> {
  const connections = await Promise.all(Array.from({ length: clients }, () => target.open()));
  const rows: Figures<CacheRateLimit>[] = [];
  for (const [method, decide] of Object.entries(methods) as [CacheRateLimit['method'], Decide][]) {
    const allowed: number[] = [];
    const decisionMs: number[] = [];
    for (let window = 0; window < windows; window++) {
      signal.throwIfAborted();
      const key = target.key(`limit:${method}:${window}`);
      let passed = 0;
      await Promise.all(
        connections.map(async (connection) => {
          for (let attempt = 0; attempt < attemptsEach; attempt++) {
            const began = performance.now();
            if (await decide(connection, key)) passed++;
            decisionMs.push(performance.now() - began);
          }
        }),
      );
      allowed.push(passed);
    }
    rows.push({
      name: 'rate limit',
      kind: 'rate limit',
      method,
      clients,
      limit,
      attempts: clients * attemptsEach,
      windows,
      allowedMin: Math.min(...allowed),
      allowedMax: Math.max(...allowed),
      endless: await endlessAfterDeath(target, connections[0]!, method, decide),
      decisionMs: percentilesOf(decisionMs),
    });
  }
  for (const connection of connections) connection.disconnect();
  return rows;
}

async function endlessAfterDeath(
  target: Target,
  client: Cache,
  method: string,
  decide: Decide,
): Promise<number> {
  const key = target.key(`limit:${method}:death`);
  await decide(client, key, true);
  const endless = (await client.pttl(key)) === -1;
  await client.del(key);
  return endless ? 1 : 0;
}
