import { endpoints, isService } from '../endpoints/endpoints.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import type { Place } from './place.ts';

/**
 * What may be made on a server of the user's who allowed writing, in a sentence; undefined where nothing is.
 * @param schema whether ours goes in: a database that is measured as it is, is only copied
 */
export function willMake(
  name: EndpointName,
  { database }: Place,
  { schema }: { readonly schema: boolean },
): string | undefined {
  if (isService(name)) return `to be made in your ${name}: ${endpoints[name].makes}`;
  if (name !== 'primary') return undefined;
  const ours = schema
    ? `our schema and rows in the database ${database}, and the roles olympus_owner, olympus_app, olympus_readonly and olympus_service, which stay; `
    : '';
  return (
    `to be made on your primary: ${ours}copies of ${schema ? 'it' : `the database ${database}`} named ${database}_…, which carry a ` +
    `comment of ours and are dropped at the end, also when you interrupt. ${schema ? 'Nothing else is changed' : `${database} itself is not changed`}`
  );
}
