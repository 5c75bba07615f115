import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Progress, silent } from '../../config/progress.ts';
import { endpointNames, endpoints } from '../endpoints/endpoints.ts';
import { localEndpoint } from '../local/login.ts';
import { lock } from '../process/lock.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import { stopIdleEngine, useEngine } from '../setup/own-engine.ts';
import type { Absent, Endpoint, EndpointName } from '../topology/endpoint.ts';
import { Topology } from '../topology/topology.ts';
import { type Engine, ensureEngine, findRunningEngine } from './engine.ts';
import { addressOf, dockerEndpoint, type Examined, examine } from './examine.ts';
import { heldFolder, lockOf, tiedFolder } from './folder.ts';
import { chosenImages, ensureImages, type StandInPolicy } from './images.ts';
import { type Container, compose, containers, projectName } from './project.ts';
import {
  projectOf,
  type RunOptions,
  requireOurs,
  runServices,
  type Site,
  writeSite,
} from './run-services.ts';
import { type DockerState, newState, readState } from './state.ts';
import { watchOver } from './watcher.ts';

export interface DockerOptions extends RunOptions {
  /** Cache folder; see cacheFolder for what stands in. */
  readonly cache?: string | undefined;
  readonly name: string;
  /** tied: ends with this process, however that ends. held: stays until `stopDocker`. */
  readonly lifetime: 'tied' | 'held';
  /** auto: a stand-in where an image cannot be pulled; always: without trying; never: a failure. */
  readonly standIns?: StandInPolicy;
  /** Images in place of those of compose.yaml. */
  readonly images?: Readonly<Partial<Record<EndpointName, string>>>;
}

/** Which held topology. */
export interface Held {
  readonly cache?: string | undefined;
  readonly name?: string;
}

/**
 * Brings up the parts as services of infra/compose/compose.yaml, with ports on 127.0.0.1, and waits until all are
 * healthy. Data are in named volumes: a tied topology's vanish with it, a held one's stay until `down --wipe`.
 *
 * When something fails, or the signal is aborted, what was started is stopped.
 * @throws Fault; the signal's reason.
 */
export async function startDocker(options: DockerOptions): Promise<Topology> {
  options.signal.throwIfAborted();
  const cache = cacheFolder(options.cache);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => stopIdleEngine(cache, options.progress));
  undo.use(useEngine(cache));
  const engine = await ensureEngine(cache, options);
  return options.lifetime === 'tied'
    ? await startTied(cache, engine, options, undo)
    : await startHeld(cache, engine, options);
}

/** What `undo` holds goes over to the topology. */
async function startTied(
  cache: string,
  engine: Engine,
  options: DockerOptions,
  undo: AsyncDisposableStack,
): Promise<Topology> {
  const folder = undo.use(
    await tiedFolder(cache, options.name, options, (dead) => removeProject(engine, dead)),
  );
  const site: Site = { folder: folder.path, engine, state: newState() };
  await writeSite(site);
  const watcher = watchOver(projectOf(site));
  undo.defer(async () => {
    await removeProject(engine, folder.path);
    await watcher.release();
  });
  const { endpoints, absent } = await start(site, options);
  const all = undo.move();
  return new Topology(endpoints, absent, () => all.disposeAsync());
}

async function startHeld(cache: string, engine: Engine, options: DockerOptions): Promise<Topology> {
  const { name, progress, signal } = options;
  const folder = heldFolder(cache, name);
  using _alone = await lock(lockOf(folder), signal, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const known = readState(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const site: Site = { folder, engine, state: known ?? newState() };
  await requireOurs(engine, projectName(folder));
  await writeSite(site);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => (known ? stopNew(site, before) : removeProject(engine, folder)));
  const before = await containers(engine, projectName(folder));
  const { endpoints, absent } = await start(site, options);
  undo.move(); // it stays up
  return new Topology(endpoints, absent, async () => {});
}

async function start(
  site: Site,
  options: DockerOptions,
): Promise<{ endpoints: Endpoint[]; absent: Absent[] }> {
  const { parts, progress } = options;
  Object.assign(site.state.images, chosenImages(options.images ?? {}));
  const images = await ensureImages(projectOf(site), parts, {
    ...options,
    cache: cacheFolder(options.cache),
    standIns: options.standIns ?? 'auto',
  });
  Object.assign(site.state.images, images.variables);
  const had = parts.filter((part) => !images.absent.some((absent) => absent.part === part));
  progress.note(`starting ${had.join(', ')} in Docker ${site.engine.version}`);
  await runServices(site, { ...options, parts: had });
  if (had.includes('objects')) await makeOurBucket(site.state);
  const { endpoints, absent } = await endpointsOf(site, had);
  return { endpoints, absent: [...images.absent, ...absent] };
}

/** S3 has no default bucket. One that cannot be made shows in the look at the endpoint. */
async function makeOurBucket(state: DockerState): Promise<void> {
  const place = localEndpoint('objects', { pid: 0, port: state.ports.objects! }, '', state);
  const { makeBucket } = await import('../services/objects.ts');
  await makeBucket(place.url('app')).catch(() => {});
}

/** What runs of the parts as endpoints; what does not, and why. */
async function endpointsOf(
  site: Site,
  parts: readonly EndpointName[],
): Promise<{ endpoints: Endpoint[]; absent: Absent[] }> {
  const endpoints: Endpoint[] = [];
  const absent: Absent[] = [];
  for (const examined of await examine(site, parts)) {
    if (examined.state === 'running') endpoints.push(dockerEndpoint(examined, site.state));
    else
      absent.push({
        part: examined.part,
        why: examined.why,
        how: 'Start it again: ./olympus up --topology docker',
      });
  }
  return { endpoints, absent };
}

/** Stops the services that did not run before. */
async function stopNew(site: Site, before: readonly Container[]): Promise<void> {
  const ran = new Set(before.filter(({ state }) => state === 'running').map(({ service }) => service));
  const started = Object.values(endpoints)
    .flatMap(({ docker }) => docker.services)
    .filter((service) => !ran.has(service));
  await compose(projectOf(site), ['stop', ...started], { signal: AbortSignal.timeout(120_000) });
}

/** Removes a project's containers, networks and volumes, and its folder. */
async function removeProject(engine: Engine, folder: string): Promise<void> {
  await requireOurs(engine, projectName(folder));
  const state = readState(folder);
  if (state)
    await compose(projectOf({ folder, engine, state }), ['down', '--volumes', '--timeout', '5'], {
      signal: AbortSignal.timeout(120_000),
    });
  await rm(folder, { recursive: true, force: true });
}

export interface EndpointStatus {
  readonly name: EndpointName;
  readonly provider: 'docker';
  readonly state: Examined['state'];
  /** Without login and password. */
  readonly url: string;
  /** Empty where it cannot be asked; then `why` says why. */
  readonly version: string;
  readonly why?: string;
}

/** The parts that a topology has, in the order of the services. */
const partsOf = ({ ports }: DockerState) => endpointNames.filter((part) => ports[part] !== undefined);

/**
 * The topology that is held under this name, or undefined when its primary does not work. What else of it does not
 * is among `absent`. Disposing it leaves it up.
 */
export async function attachDocker({ cache, name = 'default' }: Held): Promise<Topology | undefined> {
  const site = await heldSite(cacheFolder(cache), name);
  if (!site) return undefined;
  const { endpoints, absent } = await endpointsOf(site, partsOf(site.state));
  return endpoints.length > 0 ? new Topology(endpoints, absent, async () => {}) : undefined;
}

/** Undefined when there is none, or when it is in an engine of ours that does not run. */
async function heldSite(cache: string, name: string): Promise<Site | undefined> {
  const folder = heldFolder(cache, name);
  const state = readState(folder);
  const engine = state && (await findRunningEngine(cache));
  return engine && { folder, state, engine };
}

/** How each part of the held topology does; empty when there is none. @throws Fault when no engine answers. */
export async function statusDocker({ cache, name = 'default' }: Held): Promise<EndpointStatus[]> {
  const site = await heldSite(cacheFolder(cache), name);
  if (!site) return statusWithoutEngine(readState(heldFolder(cacheFolder(cache), name)));
  return (await examine(site, partsOf(site.state))).map((examined) => ({
    name: examined.part,
    provider: 'docker',
    state: examined.state,
    url: addressOf(examined, site.state),
    ...(examined.state === 'running' ? { version: examined.version } : { version: '', why: examined.why }),
  }));
}

const statusWithoutEngine = (state: DockerState | undefined): EndpointStatus[] =>
  (state ? partsOf(state) : []).map((part) => ({
    name: part,
    provider: 'docker',
    state: 'stopped',
    url: addressOf({ part, port: state!.ports[part]!, state: 'stopped', why: '' }, state!),
    version: '',
    why: 'our Docker engine does not run; ./olympus up starts it',
  }));

/**
 * Stops what is held under this name, and with `wipe` removes its containers, volumes and networks. False when there
 * was nothing. Only what carries our label is touched.
 */
export async function stopDocker({
  cache,
  name = 'default',
  wipe = false,
  progress = silent,
}: Held & { wipe?: boolean; progress?: Progress }): Promise<boolean> {
  const folder = heldFolder(cacheFolder(cache), name);
  if (!existsSync(folder)) return false;
  using _alone = await lock(lockOf(folder), undefined, () =>
    progress.note('waiting for another `up` or `down`'),
  );
  const home = cacheFolder(cache);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => stopIdleEngine(home, progress));
  undo.use(useEngine(home));
  const engine = wipe
    ? await ensureEngine(home, { progress, signal: AbortSignal.timeout(300_000) })
    : await findRunningEngine(home);
  if (!engine) return false;
  await requireOurs(engine, projectName(folder));
  if (wipe) {
    await removeProject(engine, folder);
    progress.note(`removed ${folder} and its containers and volumes`);
    return true;
  }
  const running = (await containers(engine, projectName(folder))).filter(({ state }) => state === 'running');
  if (running.length === 0) return false;
  const site = { folder, engine, state: readState(folder)! };
  await compose(projectOf(site), ['stop'], { signal: AbortSignal.timeout(120_000) });
  for (const { service } of running) progress.note(`stopped ${service}`);
  return true;
}
