import { usage } from '../config/fault.ts';
import { restoredName } from '../infra/backup/restore-server.ts';
import { stopDocker } from '../infra/docker/docker.ts';
import { stopLocal } from '../infra/local/local.ts';
import { lock } from '../infra/process/lock.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import type { EndpointName } from '../infra/topology/endpoint.ts';
import { namedTopology } from '../infra/topology/named-topology.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { bringUp, type TopologyRequest } from './bring-up.ts';
import type { Context } from './command.ts';
import { requireHolder, thisHolder } from './holder.ts';
import { type EndpointRow, statusOfHeld } from './status.ts';
import { forgetHeld, type Held, heldLock, readHeld, writeHeld } from './topology-state.ts';
import { takeTurn } from './turn.ts';

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
  await requireHolder(context, before?.holder, 'Join it');
  // Before anything starts: whoever is killed on the way leaves word of what may run.
  await writeHeld(cache, { ...named, permission, holder: before?.holder ?? thisHolder() });
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

/** What `down` did, and of which providers data of ours lie there still. */
export interface TakenDown {
  readonly stopped: boolean;
  readonly kept: readonly OwnProvider[];
}
const ownProviders = ['local', 'docker'] as const;
export type OwnProvider = (typeof ownProviders)[number];

/**
 * Stops what is held, or what is named, and with `wipe` removes its data; of nothing else. Waits for a command that
 * works on it.
 */
export async function takeDown(
  context: Context,
  { wipe, named }: { readonly wipe: boolean; readonly named?: OwnProvider | undefined },
): Promise<TakenDown> {
  const { cache: given, progress, signal } = context;
  const cache = cacheFolder(given);
  const held = readableHeld(cache);
  await requireHolder(context, held?.holder, wipe ? 'Take it down and remove its data' : 'Take it down');
  using _turn = await takeTurn(context, cache);
  using _alone = await lock(heldLock(cache), signal, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const rows = await statusOfHeld(context).catch(() => []);
  const up = new Set(rows.filter(({ state }) => state !== 'stopped').map(({ provider }) => provider));
  const isMeant = (provider: OwnProvider) =>
    named === undefined ? up.has(provider) || holds(held, provider) : named === provider;
  const stop = { local: stopLocal, docker: stopDocker };
  let stopped = false;
  for (const provider of ownProviders)
    if (isMeant(provider)) {
      const mayWipe = wipe && (named === provider || !holdsOthers(rows, held, provider));
      stopped = (await stop[provider]({ cache, wipe: mayWipe, progress })) || stopped;
    }
  if (named !== 'docker')
    stopped = (await stopLocal({ cache, name: restoredName, wipe: true, progress })) || stopped;
  const rest = await statusOfHeld(context).catch(() => []);
  if (named === undefined || !rest.some(({ state }) => state === 'running')) await forgetHeld(cache);
  return { stopped, kept: ownProviders.filter((own) => rest.some(({ provider }) => provider === own)) };
}

/** One that cannot be read holds what runs: `down` is the way out. */
function readableHeld(cache: string): Held | undefined {
  try {
    return readHeld(cache);
  } catch {
    return undefined;
  }
}

/** Of a preset every part comes from one provider; a file says it part by part. */
const holds = (held: Held | undefined, own: OwnProvider): boolean =>
  Object.values(held?.entries ?? {}).some(({ provider }) => provider === own);

/** Whether data lie there that what is up does not name: of a topology that was taken down before. */
const holdsOthers = (rows: readonly EndpointRow[], held: Held | undefined, own: OwnProvider): boolean =>
  held !== undefined &&
  rows.some(
    ({ name, provider, state }) =>
      provider === own && state === 'stopped' && held.entries[name]?.provider !== own,
  );
