import { join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { endpoints } from '../endpoints/endpoints.ts';
import { mostOpenFiles } from '../process/open-files.ts';
import { freePort, isFree, requirePort, takenPort } from '../process/ports.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { type Engine, output } from './engine.ts';
import { writeFiles } from './files.ts';
import { compose, containerLog, containers, ourLabel, type Project, projectName } from './project.ts';
import { type DockerState, writePrivate, writeState } from './state.ts';

/** A topology's folder, what is known of it, and the engine that it is on. */
export interface Site {
  readonly folder: string;
  readonly engine: Engine;
  readonly state: DockerState;
}

export const projectOf = ({ folder, engine, state }: Site): Project => ({
  engine,
  folder,
  name: projectName(folder),
  variables: variablesOf(folder, state),
});

/** The values of compose.yaml's variables. */
function variablesOf(folder: string, { ports, clusterPorts, images }: DockerState): Record<string, string> {
  const portOf = Object.entries(ports).flatMap(([part, port]) =>
    part === 'cacheCluster'
      ? [port, ...clusterPorts].map((each, i) => [`OLYMPUS_CACHE_CLUSTER_${i + 1}_PORT`, `${each}`])
      : [[`OLYMPUS_${part.toUpperCase()}_PORT`, `${port}`]],
  );
  return {
    OLYMPUS_FOLDER: folder,
    OLYMPUS_TOPOLOGY: projectName(folder),
    ...openFilesWithin(mostOpenFiles()),
    ...images,
    ...Object.fromEntries(portOf),
  };
}

/** Open files of the services in compose.yaml. */
const openFiles = {
  OLYMPUS_OPEN_FILES: 16_384,
  OLYMPUS_VECTOR_OPEN_FILES: 65_536,
  OLYMPUS_OLAP_OPEN_FILES: 262_144,
} as const;

/** An engine that may not raise its own limit refuses a container that asks for more than that. */
const openFilesWithin = (most: number | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(openFiles).flatMap(([name, wanted]) =>
      most !== undefined && most < wanted ? [[name, `${most}`]] : [],
    ),
  );

/** Writes what Compose reads: settings, secrets, and compose.env for whoever runs Compose by hand. */
export async function writeSite(site: Site): Promise<void> {
  const { folder, state } = site;
  await writeState(folder, state);
  await writeFiles(folder, state);
  const lines = Object.entries({ ...variablesOf(folder, state), COMPOSE_PROJECT_NAME: projectName(folder) });
  await writePrivate(
    join(folder, 'compose.env'),
    lines.map(([name, value]) => `${name}=${value}\n`).join(''),
  );
}

/** @throws Fault (usage) when containers that are not ours carry our project's name: they are never touched. */
export async function requireOurs(engine: Engine, name: string): Promise<void> {
  const foreign = (await containers(engine, name)).filter(({ ours }) => !ours);
  if (foreign.length > 0)
    throw usage(
      `The Compose project ${name} has containers without our label ${ourLabel} (${foreign.map(({ service }) => service).join(', ')}). Nothing was touched.`,
      'Stop them yourself, or choose another cache folder: the project is named after it.',
    );
}

export interface RunOptions {
  readonly parts: readonly EndpointName[];
  readonly ports?: Readonly<Partial<Record<EndpointName, number>>> | undefined;
  /** Replicas that are made anew from the primary, whatever state they are in. */
  readonly rebuild?: readonly EndpointName[] | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Starts the services of the parts and waits until all are healthy. A part that runs keeps its port.
 * @throws Fault (usage) for a named port that is taken; (component) with the end of the log of what did not start.
 */
export async function runServices(site: Site, options: RunOptions): Promise<void> {
  const { parts, ports: named = {}, signal } = options;
  const running = new Set(
    (await containers(site.engine, projectName(site.folder)))
      .filter(({ state }) => state === 'running')
      .map(({ service }) => service),
  );
  const idle = parts.filter((part) => !running.has(endpoints[part].docker.services[0]));
  for (const part of idle) {
    const [request, former] = [named[part], site.state.ports[part]];
    if (request !== undefined) await requirePort(request, part);
    const kept = former !== undefined && (await isFree(former)) ? former : await freePort();
    site.state.ports[part] = request ?? kept;
    if (part === 'cacheCluster') site.state.clusterPorts = [await freePort(), await freePort()];
  }
  // former nodes of a cluster know each other by former ports
  const anew = idle.includes('cacheCluster') ? (['cacheCluster'] as const) : [];
  for (const part of [...(options.rebuild ?? []), ...anew])
    if (parts.includes(part)) await forget(site, part, signal);
  for (let attempt = 0; ; attempt++) {
    await writeSite(site);
    const failure = await composeUp(site, parts, signal);
    if (failure === undefined) return;
    const taken = takenIn(failure);
    const part = idle.find((each) => site.state.ports[each] === taken);
    if (taken === undefined || attempt === 3) throw await startFault(site, parts, failure);
    if (part === undefined || named[part] !== undefined) throw takenPort(taken, part ?? 'the topology');
    site.state.ports[part] = await freePort();
  }
}

/** Removes a part's containers and volumes; its start makes others. */
async function forget(site: Site, part: EndpointName, signal: AbortSignal): Promise<void> {
  await writeSite(site);
  await compose(projectOf(site), ['rm', '--stop', '--force', ...endpoints[part].docker.services], { signal });
  for (const service of endpoints[part].docker.services) {
    const volume = `${projectName(site.folder)}_${service}`;
    const ours = ['--filter', `name=^${volume}$`, '--filter', `label=${ourLabel}`];
    const found = await output(site.engine.docker, ['volume', 'ls', '--quiet', ...ours]);
    if (found.trim() === volume) await output(site.engine.docker, ['volume', 'rm', volume]);
  }
}

/** Undefined when all is healthy, else the lines by which Compose told what is not. */
async function composeUp(
  site: Site,
  parts: readonly EndpointName[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const services = parts.flatMap((part) => endpoints[part].docker.services);
  const wait = ['--detach', '--wait', '--wait-timeout', '180'];
  const { code, last } = await compose(
    projectOf(site),
    ['up', ...wait, '--no-build', '--pull', 'never', '--quiet-pull', ...services],
    { signal },
  );
  return code === 0 ? undefined : last.join('\n');
}

/** "... 127.0.0.1:15432: bind: address already in use", "Bind for 127.0.0.1:15432 failed: port is already allocated". */
const takenIn = (text: string): number | undefined => {
  const port = /127\.0\.0\.1:(\d+)(?::| failed:).*(?:already in use|already allocated)/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
};

/** What is not healthy, with the end of its log; else what Compose said. */
async function startFault(site: Site, parts: readonly EndpointName[], said: string) {
  const services = new Set<string>(parts.flatMap((part) => endpoints[part].docker.services));
  const ill = (await containers(site.engine, projectName(site.folder))).filter(
    ({ service, state, health, exitCode }) =>
      services.has(service) && (health === 'unhealthy' || (state === 'exited' && exitCode !== 0)),
  );
  const told = await Promise.all(
    ill.map(async ({ service, id, state, health, exitCode }) => {
      const how = state === 'running' ? health : `${state} with code ${exitCode}`;
      return `${service} is ${how}; the end of its log:\n${await containerLog(site.engine, id)}`;
    }),
  );
  const why = told.length > 0 ? told.join('\n') : said.split('\n').slice(-6).join('\n');
  return missing(
    `The topology in Docker did not start: ${why}`,
    'The lines above are the end of what was said. Is there room on the disk and in memory (docker system df)?',
  );
}
