import type { EndpointName } from '../../infra/topology/endpoint.ts';
import { cacheClient } from './cache-client.ts';
import type { Client } from './ledger-load.ts';
import { pgClient } from './pg-client.ts';

/** One connection to an endpoint, by the protocol that it speaks. */
export const clientOf = (endpoint: EndpointName, url: string, answerWithin: number): Promise<Client> =>
  endpoint === 'cache' ? cacheClient(url, answerWithin) : pgClient(url, answerWithin);
