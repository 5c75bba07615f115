import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { type Milliseconds, seconds } from '../../config/units.ts';
import { endpoints } from '../endpoints/endpoints.ts';
import { mostOpenFiles } from '../process/open-files.ts';
import { freePort, isFree, requirePort, takenPort } from '../process/ports.ts';
import type { EndpointName } from '../topology/endpoint.ts';
import { type Engine, output } from './engine.ts';
import { type Examined, examine } from './examine.ts';
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
    // a check every second took half a core of two from what is measured (eleven services)
    OLYMPUS_HEALTH_INTERVAL: '30s',
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
 * Starts the services of the parts and waits until each does its work. A part that runs keeps its port.
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
    if (failure === undefined) return await untilWorking(site, parts, signal);
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

/** Undefined when the containers are started, else the lines by which Compose said what is not. */
async function composeUp(
  site: Site,
  parts: readonly EndpointName[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const services = parts.flatMap((part) => endpoints[part].docker.services);
  const { code, last } = await compose(
    projectOf(site),
    ['up', '--detach', '--no-build', '--pull', 'never', '--quiet-pull', ...services],
    { signal },
  );
  return code === 0 ? undefined : last.join('\n');
}

/** "... 127.0.0.1:15432: bind: address already in use", "Bind for 127.0.0.1:15432 failed: port is already allocated". */
const takenIn = (text: string): number | undefined => {
  const port = /127\.0\.0\.1:(\d+)(?::| failed:).*(?:already in use|already allocated)/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
};

/** What ended, with the end of its log; else what Compose said. */
async function startFault(site: Site, parts: readonly EndpointName[], said: string) {
  const ill = (await examine(site, parts)).filter(({ state }) => state === 'stopped');
  return notStarted(ill.length > 0 ? await logsOf(site, ill) : said.split('\n').slice(-6).join('\n'));
}

/** Why each does not work, with the end of its containers' logs. */
async function logsOf(site: Site, ill: readonly Examined[]): Promise<string> {
  const found = await containers(site.engine, projectName(site.folder));
  const said = ill.map(async (examined) => {
    const names: readonly string[] = endpoints[examined.part].docker.services;
    const logs = found
      .filter(({ service }) => names.includes(service))
      .map(
        async ({ service, id }) =>
          `the end of the log of ${service}:\n${await containerLog(site.engine, id)}`,
      );
    const why = examined.state === 'running' ? '' : examined.why;
    return [`${examined.part} is ${examined.state}: ${why}`, ...(await Promise.all(logs))].join('\n');
  });
  return (await Promise.all(said)).join('\n');
}

const notStarted = (why: string) =>
  missing(
    `The topology in Docker did not start: ${why}`,
    'The lines above are the end of what was said. Is there room on the disk and in memory (docker system df)?',
  );

const longestStart: Milliseconds = seconds(180);

/**
 * Waits until each part does its work, as its own protocol answers and not as Docker's checks do: those are rare.
 * @throws Fault (component) when one has ended, or does not answer within three minutes.
 */
async function untilWorking(site: Site, parts: readonly EndpointName[], signal: AbortSignal): Promise<void> {
  for (const end = performance.now() + longestStart; ; await sleep(200, undefined, { signal })) {
    const ill = (await examine(site, parts)).filter(({ state }) => state !== 'running');
    if (ill.length === 0) return;
    if (ill.some(({ state }) => state === 'stopped') || performance.now() > end)
      throw notStarted(await logsOf(site, ill));
  }
}
