import { hasChdb } from '../setup/chdb.ts';
import type { ServiceDescription } from './endpoint-description.ts';

export const olap = {
  kind: 'service',
  usual: false,
  purpose: 'ClickHouse: dashboards over order events',
  schemes: ['https:', 'http:'],
  docker: { services: ['olap'], imageVariable: 'OLYMPUS_OLAP_IMAGE', standIn: 'olap' },
  localUrl: (secret, port) => `http://default:${secret}@127.0.0.1:${port}/default`,
  version: async (url) => (await import('../services/olap.ts')).olapVersion(url),
  makes: 'a database olympus_bench_…, dropped at the end',
  program: {
    name: 'chDB',
    here: (cache) => (hasChdb(cache) ? 'in the cache' : undefined),
    by: ['npm'],
    how: 'Put npm on PATH (550 MB are fetched); or name your own ClickHouse in a topology file.',
  },
} as const satisfies ServiceDescription;
