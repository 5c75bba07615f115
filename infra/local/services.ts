import { Fault } from '../../config/fault.ts';
import type { ServiceName } from '../endpoints/endpoints.ts';
import type { Absent } from '../topology/endpoint.ts';
import { runCache, runCacheCluster } from './cache.ts';
import { partFolder, type Server, type Site } from './local-topology.ts';
import { runObjects } from './objects.ts';
import { runOlap } from './olap.ts';
import { servicePids, stopService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';
import type { LocalState } from './state.ts';
import { runVector } from './vector.ts';

const run: Record<ServiceName, (site: Site, options: ServiceOptions) => Promise<Server>> = {
  cache: runCache,
  cacheCluster: runCacheCluster,
  vector: runVector,
  olap: runOlap,
  objects: runObjects,
};

/**
 * Starts a service, getting its program on first use. One that runs is returned as it is; one that cannot be had or
 * started is absent with the reason: the topology is worth having without it.
 * @throws Fault (usage) when its named port is taken; the signal's reason.
 */
export async function runService(site: Site, state: LocalState, part: ServiceName): Promise<Server | Absent> {
  const folder = partFolder(site, part);
  const [[pid, ...alsoPids], port] = [servicePids(folder), state.ports[part]];
  if (pid !== undefined && port !== undefined) return { pid, port, alsoPids, started: false };
  await stopService(folder); // what is left of a cluster
  try {
    return await run[part](site, { secret: state.secret!, port });
  } catch (error) {
    site.signal.throwIfAborted();
    if (!(error instanceof Fault) || error.reason !== 'component') throw error;
    site.progress.warn(`${part} is not there: ${error.message}`);
    return { part, why: error.message, how: error.next };
  }
}
