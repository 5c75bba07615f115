import type { CacheAside } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { percentilesOf } from '../percentiles.ts';
import type { CachedQueries } from './cached-query.ts';
import type { Figures } from './figures.ts';
import { clientsUntil, zipf } from './requests.ts';
import type { Target } from './target.ts';

const clients = 8;
const ttlMs = 1000;

/**
 * Cache-aside: look into the cache, ask the database on a miss, store the answer for a second. The same clients first
 * ask the database alone, for as long; both draw from the same law, a few queries often and most of them rarely.
 */
export async function cacheAside(
  { budget, seed, signal }: Setting,
  target: Target,
  queries: CachedQueries,
): Promise<Figures<CacheAside>[]> {
  const { all } = queries;
  if (all.length === 0) return [];
  const [directMs, hitMs, missMs]: number[][] = [[], [], []];
  const [read, direct] = [
    { requests: 0, buffers: 0 },
    { requests: 0, buffers: 0 },
  ];

  let next = zipf(all.length, seed);
  const directStarted = performance.now();
  await clientsUntil(clients, directStarted + budget.partTime, signal, async () => {
    const query = all[next()]!;
    const began = performance.now();
    await queries.execute(query);
    directMs!.push(performance.now() - began);
    direct.requests++;
    direct.buffers += query.buffers;
  });
  const directSeconds = (performance.now() - directStarted) / 1000;

  next = zipf(all.length, seed);
  let wantedBuffers = 0;
  const started = performance.now();
  await clientsUntil(clients, started + budget.partTime, signal, async () => {
    const query = all[next()]!;
    const key = target.key(`query:${query.name}`);
    const began = performance.now();
    wantedBuffers += query.buffers;
    const hit = await target.client.get(key);
    if (hit !== null) {
      hitMs!.push(performance.now() - began);
      return;
    }
    const answer = await queries.execute(query);
    await target.client.set(key, answer, 'PX', ttlMs);
    missMs!.push(performance.now() - began);
    read.requests++;
    read.buffers += query.buffers;
  });
  const seconds = (performance.now() - started) / 1000;

  const requests = hitMs!.length + missMs!.length;
  const share = (part: number, whole: number) => (whole === 0 ? null : (100 * part) / whole);
  return [
    {
      name: 'query results, cache-aside',
      kind: 'aside',
      clients,
      ttlMs,
      distinctQueries: all.length,
      requests,
      hitPct: share(hitMs!.length, requests),
      databaseCalls: read.requests,
      callsSavedPct: share(requests - read.requests, requests),
      buffersSavedPct: share(wantedBuffers - read.buffers, wantedBuffers),
      buffersPerRequest: requests ? read.buffers / requests : null,
      buffersPerRequestDirect: direct.requests ? direct.buffers / direct.requests : null,
      requestsPerSecond: requests / seconds,
      directRequestsPerSecond: direct.requests / directSeconds,
      hitMs: percentilesOf(hitMs!),
      missMs: percentilesOf(missMs!),
      directMs: percentilesOf(directMs!),
    },
  ];
}
