import { existsSync, mkdirSync } from 'node:fs';
import { type Progress, silent } from '../../config/progress.ts';
import { type EndpointName, isService, usualEndpoints } from '../endpoints/endpoints.ts';
import { lock } from '../process/lock.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import type { ObjectStore } from '../services/object-store.ts';
import { cacheFolder, requireTraversable } from '../setup/cache-folder.ts';
import type { Absent, Endpoint } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import { Topology } from '../topology/topology.ts';
import { breakageIn, isBroken } from './breakage.ts';
import { localControl } from './control.ts';
import { type Examined, examine } from './examine.ts';
import { heldFolder, localFolder, removeFolder, tiedFolder } from './folder.ts';
import { type Facts, keepData } from './keep.ts';
import type { Lifetime, Site } from './local-topology.ts';
import { accounts, databaseName, localEndpoint, localUrl } from './login.ts';
import { findPostgres } from './postgres-build.ts';
import { restoreData } from './restore.ts';
import { fetchEntry, shareEntry } from './shared-kept.ts';
import { type PartsRequest, startParts } from './start-parts.ts';
import { type LocalState, newState, readState, writeState } from './state.ts';
import { stopParts } from './stop-parts.ts';

export interface LocalOptions extends PartsRequest {
  /** Cache folder; see cacheFolder for what stands in. */
  readonly cache?: string | undefined;
  /** Of a held topology; the first part of a tied one's folder. */
  readonly name: string;
  readonly lifetime: Lifetime;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Folder of PostgreSQL's binaries; see findPostgres for what stands in. */
  readonly postgres?: string | undefined;
  /**
   * Names the kept data to start a tied topology from, by the server's version ("18.4"); the topology's `keep` keeps
   * its data under that name, unless it started from them.
   */
  readonly kept?: ((version: string) => Promise<string>) | undefined;
  /** Makes the data directory of the primary of a new topology, whole and shut down, in place of initdb. */
  readonly fill?: ((site: Site, state: LocalState) => Promise<void>) | undefined;
  /** Where machines share kept data: asked for what is not here, given what is made here. */
  readonly shared?: ObjectStore | undefined;
}

/** Which held topology. */
export interface Held {
  readonly cache?: string | undefined;
  readonly name?: string;
}

/**
 * Brings up PostgreSQL, and with it the parts that are asked for, on 127.0.0.1.
 *
 * tied: on data of its own, which vanish with it; disposing the topology stops it, and it ends with this process
 * however that ends. held: under its name, on the data that are there; what runs is left alone, what died is started
 * again; disposing it leaves it up.
 *
 * When something fails, or the signal is aborted, what was started is stopped.
 * @throws Fault; the signal's reason.
 */
export async function startLocal(options: LocalOptions): Promise<Topology> {
  options.signal.throwIfAborted();
  const cache = cacheFolder(options.cache);
  requireTraversable(localFolder(cache), unprivilegedAccount());
  return options.lifetime === 'tied' ? startTied(cache, options) : startHeld(cache, options);
}

async function startTied(cache: string, options: LocalOptions): Promise<Topology> {
  const { name, progress, signal } = options;
  await using undo = new AsyncDisposableStack();
  const folder = undo.use(await tiedFolder(cache, name, progress, signal));
  const site = await siteIn(folder.path, cache, options);
  const state = newState(site.build.bin);
  // A replica or the pooler alone brings the primary with it.
  const holdsData = (options.parts ?? usualEndpoints).some((part) => !isService(part));
  const key = holdsData ? await options.kept?.(site.build.version) : undefined;
  const { shared } = options;
  if (key !== undefined && shared) await fetchEntry(site, cache, key, shared);
  const restored = key !== undefined && (await restoreData(site, state, cache, key));
  if (restored) state.finished = ['primary'];
  await fillPrimary(site, state, options);
  const { endpoints, absent, primary } = await startParts(site, state, options, undo, 'immediate');
  const all = undo.move();
  const keep =
    key === undefined || restored || primary === undefined
      ? undefined
      : async (facts: Facts) => {
          await keepData(site, state, primary, cache, key, facts);
          if (shared) await shareEntry(site, cache, key, shared);
        };
  const control = localControl(site.folder, async () => site);
  return new Topology(endpoints, absent, () => all.disposeAsync(), keep, undefined, false, control);
}

async function fillPrimary(site: Site, state: LocalState, { fill }: LocalOptions): Promise<void> {
  if (!fill) return;
  await fill(site, state);
  state.finished = ['primary'];
}

async function startHeld(cache: string, options: LocalOptions): Promise<Topology> {
  const { name, progress, signal } = options;
  const folder = heldFolder(cache, name);
  using _alone = await lock(`${folder}.lock`, signal, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const known = readState(folder);
  const site = await siteIn(folder, cache, options, known);
  await using undo = new AsyncDisposableStack();
  if (!known) {
    mkdirSync(folder, { recursive: true });
    undo.defer(() => removeFolder(folder));
  }
  const state = known ?? newState(site.build.bin);
  await writeState(folder, state);
  if (!known) await fillPrimary(site, state, options);
  const { endpoints, absent } = await startParts(site, state, options, undo, known ? 'fast' : 'immediate');
  undo.move(); // it stays up
  return new Topology(endpoints, absent, async () => {});
}

async function siteIn(
  folder: string,
  cache: string,
  options: LocalOptions,
  known?: LocalState,
): Promise<Site> {
  const { lifetime, progress, signal } = options;
  const build = await findPostgres(cache, progress, options.postgres, known?.bin);
  return { folder, cache, account: unprivilegedAccount(), build, lifetime, progress, signal };
}

/**
 * The topology that is held under this name, or undefined when it has a primary that does not work. What else of it does not
 * is among `absent`. Disposing it leaves it up.
 */
export async function attachLocal({ cache, name = 'default' }: Held): Promise<Topology | undefined> {
  const folder = heldFolder(cacheFolder(cache), name);
  const state = readState(folder);
  if (!state) return undefined;
  const endpoints: Endpoint[] = [];
  const absent: Absent[] = [];
  for (const examined of await examine(folder, state)) {
    if (examined.state === 'running')
      endpoints.push(localEndpoint(examined.part, examined, examined.version, state));
    else absent.push({ part: examined.part, why: examined.why, how: 'Start it again: ./olympus up' });
  }
  if (absent.some(({ part }) => part === 'primary') || endpoints.length === 0) return undefined;
  const control = heldControl(cache, name);
  return new Topology(endpoints, absent, async () => {}, undefined, undefined, false, control);
}

function heldControl(cache: string | undefined, name: string) {
  const home = cacheFolder(cache);
  const folder = heldFolder(home, name);
  const lasting = { lifetime: 'held', progress: silent, signal: new AbortController().signal } as const;
  return localControl(folder, () => siteIn(folder, home, { name, ...lasting }, readState(folder)));
}

/** Whether a drill was ended before it repaired what it broke of the topology that is held under this name. */
export const isBrokenLocal = ({ cache, name = 'default' }: Held): boolean =>
  isBroken(heldFolder(cacheFolder(cache), name));

/** Repairs that, and drops what the drill had in the database. */
export async function repairLocal({ cache, name = 'default' }: Held): Promise<void> {
  await heldControl(cache, name).repair();
  const { passwords, ports } = readState(heldFolder(cacheFolder(cache), name))!;
  await using admin = await connect(localUrl(accounts.admin, passwords.admin, ports.primary!, databaseName));
  await admin.query('DROP SCHEMA IF EXISTS olympus_drill CASCADE');
}

export interface EndpointStatus {
  readonly name: EndpointName;
  readonly provider: 'local';
  readonly state: Examined['state'];
  /** Without login and password. */
  readonly url: string;
  /** Empty where it cannot be asked; then `why` says why. */
  readonly version: string;
  readonly why?: string;
}

const withoutLogin = (url: string): string =>
  Object.assign(new URL(url), { username: '', password: '' }).href.replace(/\/$/, '');

/** How each part of the held topology does; empty when there is none. */
export async function statusLocal({ cache, name = 'default' }: Held): Promise<EndpointStatus[]> {
  const folder = heldFolder(cacheFolder(cache), name);
  const state = readState(folder);
  if (!state) return [];
  const broken = breakageIn(folder);
  const found = (await examine(folder, state)).map((examined) =>
    broken && examined.part === 'primary' && examined.state === 'running'
      ? { ...examined, state: 'degraded' as const, why: broken }
      : examined,
  );
  return found.map((examined) => ({
    name: examined.part,
    provider: 'local',
    state: examined.state,
    url: withoutLogin(localEndpoint(examined.part, { pid: 0, port: examined.port }, '', state).url('app')),
    ...(examined.state === 'running' ? { version: examined.version } : { version: '', why: examined.why }),
  }));
}

/**
 * Stops what is held under this name, and with `wipe` removes its data. False when nothing ran and nothing was
 * removed. Only processes that still are the servers of its own folders are touched.
 */
export async function stopLocal({
  cache,
  name = 'default',
  wipe = false,
  progress = silent,
}: Held & { wipe?: boolean; progress?: Progress }): Promise<boolean> {
  const folder = heldFolder(cacheFolder(cache), name);
  if (!existsSync(folder)) return false;
  using _alone = await lock(`${folder}.lock`, undefined, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const stopped = await stopParts(folder, wipe ? 'immediate' : 'fast');
  for (const part of stopped) progress.note(`stopped ${part}`);
  if (!wipe) return stopped.length > 0;
  await removeFolder(folder);
  progress.note(`removed ${folder}`);
  return true;
}
