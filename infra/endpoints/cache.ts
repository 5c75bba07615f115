import { findProgram } from '../setup/program.ts';
import type { ServiceDescription } from './endpoint-description.ts';

/** What one Redis server and a cluster have in common. */
export const redis = {
  kind: 'service',
  usual: false,
  schemes: ['rediss:', 'redis:'],
  localUrl: (secret: string, port: number) => `redis://default:${secret}@127.0.0.1:${port}`,
  makes: 'keys that begin with olympus-bench: and expire within ten minutes',
} as const;

export const redisImage = { imageVariable: 'OLYMPUS_CACHE_IMAGE', standIn: 'cache' } as const;

export const cache = {
  ...redis,
  purpose: 'Redis: query results, sessions, rate limits, pub/sub',
  docker: { ...redisImage, services: ['cache'] },
  version: async (url) => (await import('../services/cache.ts')).cacheVersion(url),
  program: {
    name: 'Redis',
    here: () => findProgram('redis-server', process.env.OLYMPUS_REDIS),
    by: [...(process.getuid?.() === 0 ? ['apt-get'] : []), 'python3'],
    how: 'Install redis-server, or Python 3 with pip; or name one: OLYMPUS_REDIS=/path.',
  },
} as const satisfies ServiceDescription;
