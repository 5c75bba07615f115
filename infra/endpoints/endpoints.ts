import { cache } from './cache.ts';
import { cacheCluster } from './cache-cluster.ts';
import type { EndpointDescription, ServiceDescription } from './endpoint-description.ts';
import { objects } from './objects.ts';
import { olap } from './olap.ts';
import { pooler } from './pooler.ts';
import { primary } from './primary.ts';
import { replica1 } from './replica1.ts';
import { replica2 } from './replica2.ts';
import { vector } from './vector.ts';

/** The nine places of a topology, in the order in which they start and are shown. */
const described = {
  primary,
  replica1,
  replica2,
  pooler,
  cache,
  cacheCluster,
  vector,
  olap,
  objects,
} as const satisfies Record<string, EndpointDescription>;

export type EndpointName = keyof typeof described;
/** Those that are neither PostgreSQL nor its pooler. */
export type ServiceName = {
  [Name in EndpointName]: (typeof described)[Name]['kind'] extends 'service' ? Name : never;
}[EndpointName];

export const endpoints: Readonly<Record<EndpointName, EndpointDescription>> &
  Readonly<Record<ServiceName, ServiceDescription>> = described;
export const endpointNames = Object.keys(described) as EndpointName[];
export const isEndpoint = (name: string): name is EndpointName => Object.hasOwn(described, name);

export const isService = (name: EndpointName): name is ServiceName => endpoints[name].kind === 'service';
export const serviceNames: readonly ServiceName[] = endpointNames.filter(isService);
/** What a topology has when nobody names its endpoints. */
export const usualEndpoints: readonly EndpointName[] = endpointNames.filter((name) => endpoints[name].usual);
