import { endpoints } from '../endpoints/endpoints.ts';
import { serverVersion, whyIll } from '../local/examine.ts';
import { localEndpoint } from '../local/login.ts';
import { commandLine } from '../process/command-line.ts';
import type { Endpoint, EndpointName } from '../topology/endpoint.ts';
import { type Container, containers, projectName } from './project.ts';
import type { Site } from './run-services.ts';
import type { DockerState } from './state.ts';

/** How a part does. degraded: its container runs, and does not do its work. */
export type Examined = { readonly part: EndpointName; readonly port: number } & (
  | {
      readonly state: 'running';
      readonly pid: number;
      readonly alsoPids: readonly number[];
      readonly version: string;
    }
  | { readonly state: 'degraded'; readonly why: string }
  | { readonly state: 'stopped'; readonly why: string }
);

/** Looks at each part: its containers, whether it answers, and whether a replica streams. */
export async function examine(site: Site, parts: readonly EndpointName[]): Promise<Examined[]> {
  const found = await containers(site.engine, projectName(site.folder));
  return Promise.all(
    parts.map(async (part): Promise<Examined> => {
      const port = site.state.ports[part] ?? 0;
      const own = endpoints[part].docker.services.map((name) =>
        found.find(({ service }) => service === name),
      );
      const trouble = own.map(downOf).find((why) => why !== undefined);
      if (trouble !== undefined) return { part, port, state: 'stopped', why: trouble };
      const [pid = 0, ...alsoPids] = own.map((container) => container!.pid);
      try {
        if (part === 'cacheCluster')
          // one node may know the whole before another does
          for (const other of site.state.clusterPorts)
            await serverVersion(part, { pid, port: other }, site.state);
        return {
          part,
          port,
          state: 'running',
          pid,
          alsoPids,
          version: await serverVersion(part, { pid, port }, site.state),
        };
      } catch (error) {
        return { part, port, state: 'degraded', why: await whyIll(part, error, site.state) };
      }
    }),
  );
}

const downOf = (container: Container | undefined): string | undefined => {
  if (!container) return 'it has no container';
  if (container.state === 'running') return undefined;
  return `its container is ${container.state} (exit code ${container.exitCode})`;
};

/** With the pid where the engine's processes are also ours to see: not on another machine, nor in Docker Desktop's. */
export function dockerEndpoint(
  { part, port, pid, alsoPids, version }: Examined & { state: 'running' },
  state: DockerState,
): Endpoint {
  const { pid: _, ...endpoint } = localEndpoint(part, { pid, port }, version, state);
  const visible = commandLine(pid) !== undefined;
  const further = visible && alsoPids.length > 0 ? { alsoPids } : {};
  return { ...endpoint, provider: 'docker', ...(visible ? { pid } : {}), ...further };
}

/** Without login and password. */
export const addressOf = ({ part, port }: Examined, state: DockerState): string => {
  const url = new URL(localEndpoint(part, { pid: 0, port }, '', state).url('app'));
  return Object.assign(url, { username: '', password: '' }).href.replace(/\/$/, '');
};
