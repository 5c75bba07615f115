import { redis, redisImage } from './cache.ts';
import type { ServiceDescription } from './endpoint-description.ts';

/** Runs the program of `cache`, three times. */
export const cacheCluster = {
  ...redis,
  purpose: 'Redis Cluster of three primaries, to compare with the single server',
  docker: { ...redisImage, services: ['cache-cluster-1', 'cache-cluster-2', 'cache-cluster-3'] },
  version: async (url) => (await import('../services/cache.ts')).cacheVersion(url, true),
} as const satisfies ServiceDescription;
