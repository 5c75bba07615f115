import { existsSync, mkdirSync } from 'node:fs';
import { type Progress, silent } from '../../config/progress.ts';
import { lock } from '../process/lock.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { cacheFolder, requireTraversable } from '../setup/cache-folder.ts';
import type { Absent, Endpoint } from '../topology/endpoint.ts';
import { connect } from '../topology/session.ts';
import { Topology } from '../topology/topology.ts';
import { heldFolder, localFolder, removeFolder, tiedFolder } from './folder.ts';
import { databaseName, localEndpoint } from './login.ts';
import { findPostgres } from './postgres-build.ts';
import { type Lifetime, type LocalPart, localParts, type Site } from './site.ts';
import { serverVersion, startParts, type Wanted } from './start-parts.ts';
import { type LocalState, newState, readState, writeState } from './state.ts';
import { runningPart, stopParts } from './stop-parts.ts';

export interface LocalOptions extends Wanted {
  /** Cache folder; see cacheFolder for what stands in. */
  readonly cache?: string | undefined;
  /** Of a held topology; the first part of a tied one's folder. */
  readonly name: string;
  readonly lifetime: Lifetime;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Folder of PostgreSQL's binaries; see findPostgres for what stands in. */
  readonly postgres?: string | undefined;
}

/** Which held topology. */
export interface Held {
  readonly cache?: string | undefined;
  readonly name?: string;
}

/**
 * Brings up PostgreSQL with streaming replicas and PgBouncer on 127.0.0.1.
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
  const { endpoints, absent } = await startParts(site, newState(site.build.bin), options, undo, 'immediate');
  const all = undo.move();
  return new Topology(endpoints, absent, () => all.disposeAsync());
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
  return { folder, account: unprivilegedAccount(), build, lifetime, progress, signal };
}

/**
 * The topology that is held under this name, or undefined when its primary does not run. What else of it died is
 * among `absent`. Disposing it leaves it up.
 */
export async function attachLocal({ cache, name = 'default' }: Held): Promise<Topology | undefined> {
  const folder = heldFolder(cacheFolder(cache), name);
  const state = readState(folder);
  if (!state || runningPart(folder, 'primary') === undefined) return undefined;
  const endpoints: Endpoint[] = [];
  const absent: Absent[] = [];
  for (const { part, pid, port } of plannedParts(folder, state)) {
    if (pid === undefined)
      absent.push({ part, why: 'it was up and died', how: 'Start it again: ./olympus up' });
    else
      endpoints.push(
        localEndpoint(part, { pid, port }, await serverVersion(part, { pid, port }, state), state.passwords),
      );
  }
  return new Topology(endpoints, absent, async () => {});
}

export interface EndpointStatus {
  readonly name: LocalPart;
  readonly provider: 'local';
  /** degraded: its process runs, and does not do its work; `why` says what. */
  readonly state: 'running' | 'stopped' | 'degraded';
  /** Without login and password. */
  readonly url: string;
  /** Empty where it cannot be asked. */
  readonly version: string;
  readonly why?: string;
}

/** How each part of the held topology does; empty when there is none. */
export async function statusLocal({ cache, name = 'default' }: Held): Promise<EndpointStatus[]> {
  const folder = heldFolder(cacheFolder(cache), name);
  const state = readState(folder);
  if (!state) return [];
  return Promise.all(
    plannedParts(folder, state).map(async ({ part, pid, port }) => {
      const url = `postgres://127.0.0.1:${port}/${databaseName}`;
      const about = { name: part, provider: 'local', url } as const;
      if (pid === undefined) return { ...about, state: 'stopped', version: '' } as const;
      try {
        const version = await serverVersion(part, { pid, port }, state);
        const why = part.startsWith('replica')
          ? await streamingTrouble({ part, pid, port }, state)
          : undefined;
        return why ? { ...about, state: 'degraded', version, why } : { ...about, state: 'running', version };
      } catch (error) {
        return { ...about, state: 'degraded', version: '', why: (error as Error).message } as const;
      }
    }),
  );
}

async function streamingTrouble(
  { part, pid, port }: { part: LocalPart; pid: number; port: number },
  state: LocalState,
): Promise<string | undefined> {
  await using session = await connect(
    localEndpoint(part, { pid, port }, '', state.passwords).url('admin', 'postgres'),
  );
  const { rows } = await session.query<{ status: string }>('SELECT status FROM pg_stat_wal_receiver');
  return rows[0]?.status === 'streaming' ? undefined : 'it receives no WAL from the primary';
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

/** The parts that the topology has, with the pid of those that run. */
function plannedParts(
  folder: string,
  state: LocalState,
): { part: LocalPart; pid: number | undefined; port: number }[] {
  return localParts.flatMap((part) => {
    const port = state.ports[part];
    return port === undefined ? [] : [{ part, port, pid: runningPart(folder, part) }];
  });
}
