import {
  endpointNames,
  isService,
  type ServiceName,
  serviceNames,
  usualEndpoints,
} from '../endpoints/endpoints.ts';
import { isFree, requirePort } from '../process/ports.ts';
import { together } from '../process/together.ts';
import type { Absent, Endpoint, EndpointName } from '../topology/endpoint.ts';
import { serverVersion } from './examine.ts';
import type { Server, Site } from './local-topology.ts';
import { localEndpoint, newSecret } from './login.ts';
import { findPooler, poolerAbsent, runPooler } from './pooler.ts';
import { type ReplicaName, replicaSettings } from './postgres-settings.ts';
import { runPrimary } from './primary.ts';
import { runReplicas } from './replica.ts';
import { runService } from './services.ts';
import { type LocalState, writeState } from './state.ts';
import { runningPart, type StopMode, stopPart } from './stop-parts.ts';

export interface PartsRequest {
  /** What to start; the primary is, too, where a replica or the pooler needs it. `usualEndpoints` when absent. */
  readonly parts?: readonly EndpointName[] | undefined;
  readonly ports?: Readonly<Partial<Record<EndpointName, number>>> | undefined;
  /** Replicas that are made anew from the primary, whatever state they are in. */
  readonly rebuild?: readonly EndpointName[] | undefined;
}

/**
 * Starts what is wanted and does not run yet: services beside the primary, then replicas and pooler side by side.
 * Whatever it starts is put on `undo`, which stops it in `mode`.
 */
export async function startParts(
  site: Site,
  state: LocalState,
  wanted: PartsRequest,
  undo: AsyncDisposableStack,
  mode: StopMode,
): Promise<{ endpoints: Endpoint[]; absent: Absent[]; primary: Server | undefined }> {
  const asked = wanted.parts ?? usualEndpoints;
  const program = asked.includes('pooler') ? findPooler() : undefined;
  const names = (Object.keys(replicaSettings) as ReplicaName[]).filter((name) => asked.includes(name));
  const wantedServices = serviceNames.filter((part) => asked.includes(part));
  const postgres = asked.some((part) => !isService(part));
  const parts: EndpointName[] = [
    ...(postgres ? (['primary'] as const) : []),
    ...names,
    ...(program ? (['pooler'] as const) : []),
    ...wantedServices,
  ];
  await choosePorts(site, state, wanted, parts);
  state.parts = [...new Set([...(state.parts ?? []), ...parts])];
  await writeState(site.folder, state); // before anything starts: whoever is killed on the way leaves word of it
  for (const part of parts)
    if (runningPart(site.folder, part) === undefined)
      undo.defer(async () => void (await stopPart(site.folder, part, mode)));

  const finish = async (made: readonly EndpointName[]) => {
    state.finished = [...new Set([...state.finished, ...made])];
    await writeState(site.folder, state);
  };
  const absent: Absent[] = asked.includes('pooler') && !program ? [poolerAbsent] : [];
  const servers = new Map<EndpointName, Server>();
  const database = async (signal: AbortSignal) => {
    const primary = await runPrimary({ ...site, signal }, state, () => finish(['primary']));
    site.progress.note(`PostgreSQL ${site.build.version} is ready on port ${primary.port}`);
    servers.set('primary', primary);
    await together(signal, [
      async (signal) => {
        if (names.length === 0) return;
        const anew = names.filter((name) => wanted.rebuild?.includes(name));
        state.finished = state.finished.filter((part) => !anew.some((name) => name === part));
        const replicas = await runReplicas({ ...site, signal }, state, primary, names, finish);
        for (const [name, server] of replicas) servers.set(name, server);
      },
      async (signal) => {
        if (program) servers.set('pooler', await runPooler({ ...site, signal }, state, primary, program));
      },
    ]);
  };
  const service = (part: ServiceName) => async (signal: AbortSignal) => {
    const outcome = await runService({ ...site, signal }, state, part);
    if ('why' in outcome) absent.push(outcome);
    else servers.set(part, outcome);
  };
  state.secret ??= newSecret();
  await together(site.signal, [...(postgres ? [database] : []), ...wantedServices.map(service)]);
  for (const [part, { port }] of servers) state.ports[part] = port;
  await writeState(site.folder, state);
  return {
    endpoints: await describe(state, servers),
    absent,
    primary: servers.get('primary'),
  };
}

/**
 * A part that was up before gets its old port again if that is still free. When the primary has to move, what points
 * at it is stopped first and starts anew.
 * @throws Fault (usage) when a named port is taken.
 */
async function choosePorts(
  site: Site,
  state: LocalState,
  wanted: PartsRequest,
  parts: readonly EndpointName[],
) {
  const before = state.ports.primary;
  for (const part of parts) {
    if (runningPart(site.folder, part) !== undefined) continue;
    const [named, former] = [wanted.ports?.[part], state.ports[part]];
    if (named !== undefined) await requirePort(named, part); // now, not after the work that comes before its bind
    const port = named ?? (former !== undefined && (await isFree(former)) ? former : undefined);
    if (port === undefined) delete state.ports[part];
    else state.ports[part] = port;
  }
  if (before !== undefined && state.ports.primary !== before)
    for (const part of endpointNames.toReversed()) await stopPart(site.folder, part, 'fast');
}

/** Endpoints in the order of `endpointNames`, with their versions as the servers report them. */
async function describe(state: LocalState, servers: ReadonlyMap<EndpointName, Server>): Promise<Endpoint[]> {
  const found = endpointNames.flatMap((part) => {
    const server = servers.get(part);
    return server ? [{ part, server }] : [];
  });
  return Promise.all(
    found.map(async ({ part, server }) =>
      localEndpoint(part, server, await serverVersion(part, server, state), state),
    ),
  );
}
