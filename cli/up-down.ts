import { Fault, usage } from '../config/fault.ts';
import { statusDocker, stopDocker } from '../infra/docker/docker.ts';
import { reach } from '../infra/external/external.ts';
import { type Place, placesOf } from '../infra/external/place.ts';
import { statusLocal, stopLocal } from '../infra/local/local.ts';
import { lock } from '../infra/process/lock.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { type EndpointName, type ProviderName, purposes } from '../infra/topology/endpoint.ts';
import { namedTopology } from '../infra/topology/named-topology.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { bringUp, type TopologyRequest } from './bring-up.ts';
import type { Context } from './command.ts';
import { externalEntries, forgetHeld, type Held, heldLock, readHeld, writeHeld } from './topology-state.ts';

export interface UpResult {
  readonly topology: Topology;
  /** Endpoints that were named one by one: that one of them is absent is a failure. */
  readonly explicit: readonly EndpointName[];
}

/**
 * Brings up a topology and notes that it is held. Without a name it is the one that is held already, else local.
 * @throws Fault (usage) when another one is held.
 */
export async function bringUpHeld(
  context: Context,
  request: Omit<TopologyRequest, 'lifetime'>,
): Promise<UpResult> {
  const { signal, progress, permission } = context;
  const cache = cacheFolder(context.cache);
  using _alone = await lock(heldLock(cache), signal, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const before = readHeld(cache);
  const named =
    request.topology === undefined ? (before ?? namedTopology('local')) : namedTopology(request.topology);
  if (before && before.source !== named.source)
    throw usage(
      `The topology ${before.source} is up, and ${named.source} is asked for.`,
      'Take the other one down first: ./olympus down',
    );
  await writeHeld(cache, { ...named, permission });
  try {
    const topology = await bringUp(context, { ...request, topology: named.source, lifetime: 'held' });
    const inFile = named.explicit ? (Object.keys(named.entries) as EndpointName[]) : [];
    const on = inFile.filter((name) => named.entries[name]!.provider !== 'off');
    return { topology, explicit: [...on, ...(request.parts ?? [])] };
  } catch (error) {
    const left = await statusOfHeld(context).catch(() => []);
    if (!before && left.every(({ provider }) => provider === 'external')) await forgetHeld(cache);
    throw error;
  }
}

/** Stops what is held, of every provider of ours, and with `wipe` removes its data. Says whether there was anything. */
export async function takeDown(
  { cache: named, progress, signal }: Context,
  { wipe }: { readonly wipe: boolean },
): Promise<boolean> {
  const cache = cacheFolder(named);
  using _alone = await lock(heldLock(cache), signal, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const local = await stopLocal({ cache, wipe, progress });
  const docker = await stopDocker({ cache, wipe, progress });
  await forgetHeld(cache);
  return local || docker;
}

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

/** How each endpoint of the held topology does, in the order of `purposes`. */
export async function statusOfHeld({ cache: named }: Pick<Context, 'cache'>): Promise<EndpointRow[]> {
  const cache = cacheFolder(named);
  const held = readHeld(cache);
  const rows = [
    ...(await statusDocker({ cache })),
    ...(await statusLocal({ cache })),
    ...(held ? await statusExternal(held) : []),
  ].map((row) => ({ ...row, what: purposes[row.name] }));
  const order = Object.keys(purposes);
  return rows.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

function statusExternal(held: Held): Promise<Omit<EndpointRow, 'what'>[]> {
  const looks = Object.entries(externalEntries(held)).map(async ([key, entry]) => {
    const name = key as EndpointName;
    const row = { name, provider: 'external', url: '', version: '' } as const;
    try {
      const named = urlOf(placesOf(name, entry, { readOnly: true }).places[0]);
      try {
        const { place, version } = await reach(name, entry, { readOnly: true });
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
