import { Fault } from '../config/fault.ts';
import { statusDocker } from '../infra/docker/docker.ts';
import { endpointNames, endpoints } from '../infra/endpoints/endpoints.ts';
import { reach } from '../infra/external/external.ts';
import { type Place, placesOf } from '../infra/external/place.ts';
import { statusLocal } from '../infra/local/local.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import type { EndpointName, ProviderName } from '../infra/topology/endpoint.ts';
import type { Project } from '../project/project.ts';
import type { Context } from './command.ts';
import { externalEntries, type Held, readHeld } from './topology-state.ts';

export interface EndpointRow {
  readonly name: EndpointName;
  readonly provider: Exclude<ProviderName, 'off'>;
  /** degraded: it runs, and does not do its work. */
  readonly state: 'running' | 'degraded' | 'stopped';
  /** Without login and password. */
  readonly url: string;
  /** Empty where it cannot be asked; then `why` says why. */
  readonly version: string;
  readonly why?: string;
  readonly what: string;
}

/** How each endpoint of the held topology does, in the order of `endpointNames`. */
export async function statusOfHeld({
  cache: named,
  project,
}: Pick<Context, 'cache' | 'project'>): Promise<EndpointRow[]> {
  const cache = cacheFolder(named);
  const held = readHeld(cache);
  const rows = [
    ...(await statusDocker({ cache })),
    ...(await statusLocal({ cache })),
    ...(held ? await statusExternal(held, project) : []),
  ].map((row) => ({ ...row, what: endpoints[row.name].purpose }));
  return rows.sort((a, b) => endpointNames.indexOf(a.name) - endpointNames.indexOf(b.name));
}

function statusExternal(held: Held, { roles }: Project): Promise<Omit<EndpointRow, 'what'>[]> {
  const looks = Object.entries(externalEntries(held)).map(async ([key, entry]) => {
    const name = key as EndpointName;
    const row = { name, provider: 'external', url: '', version: '' } as const;
    try {
      const named = urlOf(placesOf(name, entry, { readOnly: true, roles }).places[0]);
      try {
        const { place, version } = await reach(name, entry, { readOnly: true, roles });
        return { ...row, state: 'running' as const, url: urlOf(place), version };
      } catch (error) {
        return { ...row, state: 'stopped' as const, url: named, why: whyOf(error) };
      }
    } catch (error) {
      return { ...row, state: 'stopped' as const, why: whyOf(error) };
    }
  });
  return Promise.all(looks);
}

const urlOf = ({ host, port, database }: Place): string => `${host}:${port}${database ? `/${database}` : ''}`;

const whyOf = (error: unknown): string =>
  error instanceof Fault ? `${error.message} ${error.next}` : (error as Error).message;
