import { readFileSync } from 'node:fs';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Topology } from '../../infra/topology/topology.ts';

/**
 * The first processes of the servers that are measured, as far as they run on this machine: those that we started (in
 * containers too) have their pid; of a PostgreSQL server of the user's the parent of our own session's process is it.
 */
export async function serverRoots({ endpoints }: Topology): Promise<number[]> {
  const found = await Promise.all(
    endpoints.map((endpoint) => endpoint.pid ?? parentOfBackend(endpoint).catch(() => undefined)),
  );
  const further = endpoints.flatMap(({ alsoPids = [] }) => alsoPids);
  return [...found.filter((pid) => pid !== undefined), ...further];
}

const postgres: readonly string[] = ['primary', 'replica1', 'replica2'];
const here = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|\/.*)$/;

async function parentOfBackend(endpoint: Endpoint): Promise<number | undefined> {
  if (!postgres.includes(endpoint.name) || !here.test(endpoint.host)) return undefined;
  await using session = await connect(endpoint.url('admin', endpoint.database), 'olympus-machine');
  const { rows } = await session.query<{ pid: number; port: number | null }>(
    'SELECT pg_backend_pid() AS pid, inet_client_port() AS port',
  );
  const { pid, port } = rows[0]!;
  // In a container it has another pid out here: then this one is somebody else's process.
  const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (!title.startsWith('postgres: ') || (port !== null && port !== -1 && !title.includes(`(${port})`)))
    return undefined;
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
