import type { CacheFigures } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { cacheAside } from './aside.ts';
import { openCachedQueries } from './cached-query.ts';
import { publishing } from './publishing.ts';
import { rateLimits } from './rate-limits.ts';
import { sessions } from './sessions.ts';
import { staleness } from './staleness.ts';
import { stampede } from './stampede.ts';
import { openTarget, type Target } from './target.ts';

/**
 * What a Redis in front of the database gives and costs: on the single server, then on the cluster where there is
 * one. It writes keys below "olympus-bench:" that expire, and one table of its own that it drops.
 */
export const cache: Measure = {
  part: 'cache',
  needs: ['primary', 'cache'],
  wants: ['cacheCluster'],
  async run(setting) {
    const targets = (['cache', 'cacheCluster'] as const).flatMap((name) => setting.topology.find(name) ?? []);
    const rows: CacheFigures[] = [];
    for (const endpoint of targets) {
      await using target = await openTarget(endpoint);
      rows.push(...(await measureOne(setting, target)));
    }
    const cluster = setting.topology.absent.find(({ part }) => part === 'cacheCluster');
    return {
      cache: rows,
      ...(cluster && { skipped: [{ part: 'cache', why: `no cluster: ${cluster.why}`, how: cluster.how }] }),
    };
  },
};

async function measureOne(setting: Setting, target: Target): Promise<CacheFigures[]> {
  const { endpoint } = target;
  const rows: CacheFigures[] = [];
  await using queries = await openCachedQueries(setting);
  for (const measured of [
    () => cacheAside(setting, target, queries),
    () => stampede(setting, target, queries),
    () => staleness(setting, target),
    () => sessions(setting, target),
    () => rateLimits(setting, target),
    () => publishing(setting, target),
  ]) {
    setting.signal.throwIfAborted();
    const place = { endpoint: endpoint.name, provider: endpoint.provider };
    rows.push(...(await measured()).map((figures) => ({ ...figures, ...place })));
    setting.progress.count(rows.length, 0, `figures of ${endpoint.name}`);
  }
  return rows;
}
