import type { EndpointName } from '../topology/endpoint.ts';
import { isPostgres, type Place } from './place.ts';

const inStores: Readonly<Partial<Record<EndpointName, string>>> = {
  cache: 'keys that begin with olympus-bench: and end within ten minutes',
  cacheCluster: 'keys that begin with olympus-bench: and end within ten minutes',
  vector: 'a collection olympus_bench_…, dropped at the end',
  olap: 'a database olympus_bench_…, dropped at the end',
  objects: 'objects below olympus-bench/, removed at the end',
};

/** What may be made on a server of the user's who allowed writing, in a sentence; undefined where nothing is. */
export function willMake(name: EndpointName, { database }: Place): string | undefined {
  if (!isPostgres(name)) return `to be made in your ${name}: ${inStores[name]}`;
  if (name !== 'primary') return undefined;
  return (
    `to be made on your primary: our schema and rows in the database ${database}, and the roles olympus_owner, ` +
    `olympus_app, olympus_readonly and olympus_service, which stay; copies of it named ${database}_…, which carry a ` +
    'comment of ours and are dropped at the end, also when you interrupt. Nothing else is changed'
  );
}
