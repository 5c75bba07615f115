import type { ServicePart } from './local-topology.ts';

/**
 * What answers at a service's address: "Redis 7.0.15", "qdrant-edge 0.9.0 (shim)". Its client is loaded when it is
 * needed: most commands start none of them.
 * @throws when it does not answer, or not as it should.
 */
export async function serviceVersion(part: ServicePart, url: string): Promise<string> {
  switch (part) {
    case 'cache':
    case 'cacheCluster':
      return (await import('../services/cache.ts')).cacheVersion(url, part === 'cacheCluster');
    case 'vector':
      return (await import('../services/vector.ts')).vectorVersion(url);
    case 'olap':
      return (await import('../services/olap.ts')).olapVersion(url);
    case 'objects':
      return (await import('../services/objects.ts')).objectsVersion(url);
  }
}
