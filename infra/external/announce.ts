import { endpoints, isService } from '../endpoints/endpoints.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import type { Place } from './place.ts';

/** What may be made on a server of the user's who allowed writing, in a sentence; undefined where nothing is. */
export function willMake(name: EndpointName, { database }: Place): string | undefined {
  if (isService(name)) return `to be made in your ${name}: ${endpoints[name].makes}`;
  if (name !== 'primary') return undefined;
  return (
    `to be made on your primary: our schema and rows in the database ${database}, and the roles olympus_owner, ` +
    `olympus_app, olympus_readonly and olympus_service, which stay; copies of it named ${database}_…, which carry a ` +
    'comment of ours and are dropped at the end, also when you interrupt. Nothing else is changed'
  );
}
