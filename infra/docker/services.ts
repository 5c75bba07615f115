import type { EndpointName } from '../topology/endpoint.ts';

/** The parts of a topology in Docker, and the services of compose.yaml that make each. */
export const servicesOf: Readonly<Record<EndpointName, readonly [string, ...string[]]>> = {
  primary: ['primary'],
  replica1: ['replica1'],
  replica2: ['replica2'],
  pooler: ['pooler'],
  cache: ['cache'],
  cacheCluster: ['cache-cluster-1', 'cache-cluster-2', 'cache-cluster-3'],
  vector: ['vector'],
  olap: ['olap'],
  objects: ['objects'],
};
export const dockerParts = Object.keys(servicesOf) as EndpointName[];

/** Without these there is nothing to measure: where one of them cannot be had, the topology fails. */
export const essential: readonly EndpointName[] = ['primary', 'replica1', 'replica2', 'pooler'];
