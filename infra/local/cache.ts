import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import { cache } from '../endpoints/cache.ts';
import type { ServiceName } from '../endpoints/endpoints.ts';
import { freePort, onPort } from '../process/ports.ts';
import { openCache } from '../services/cache.ts';
import { findRedis } from '../setup/redis.ts';
import { giveTo, makePrivateFolder, partFolder, type Server, type Site } from './local-topology.ts';
import { startService, stopService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

/** One Redis server: a cache, so it writes nothing to the disk and forgets all when it ends. */
export async function runCache(site: Site, { secret, port: wanted }: ServiceOptions): Promise<Server> {
  const program = await findRedis(site);
  return onPort(wanted, 'cache', async (port) => {
    const pid = await startNode(site, 'cache', program, { port, secret, folder: partFolder(site, 'cache') });
    return { pid, port, started: true };
  });
}

/** Three primaries that share the slots; the endpoint is the first, and clients ask it for the others. */
export async function runCacheCluster(site: Site, { secret, port: wanted }: ServiceOptions): Promise<Server> {
  const program = await findRedis(site);
  const folder = partFolder(site, 'cacheCluster');
  await rm(folder, { recursive: true, force: true }); // former nodes know each other by former ports
  await makePrivateFolder(site, folder);
  return onPort(wanted, 'cacheCluster', async (port) => {
    try {
      const ports = [port, await freePort(), await freePort()];
      const pids = await Promise.all(
        ports.map(async (each, i) =>
          startNode(site, 'cacheCluster', program, {
            port: each,
            secret,
            folder: join(folder, `node${i + 1}`),
            cluster: true,
          }),
        ),
      );
      await makeCluster(site, ports, secret);
      return { pid: pids[0]!, alsoPids: pids.slice(1), port, started: true };
    } catch (error) {
      await stopService(folder);
      throw error;
    }
  });
}

interface Node {
  readonly port: number;
  readonly secret: string;
  readonly folder: string;
  readonly cluster?: boolean;
}

async function startNode(site: Site, part: ServiceName, program: string, node: Node): Promise<number> {
  await makePrivateFolder(site, node.folder);
  const file = join(node.folder, 'redis.conf');
  await writeFile(file, settings(node), { mode: 0o600 });
  await giveTo(site, file);
  return startService(site, part, {
    command: program,
    args: [file],
    folder: node.folder,
    openFiles: 10_240,
    ready: () => cache.version(cache.localUrl(node.secret, node.port)),
  });
}

/** The password's hash stands in the file, never the password; the title stays, so that we know our process. */
const settings = ({ port, secret, folder, cluster }: Node) => `# Written by Olympus Bench.
bind 127.0.0.1
port ${port}
dir ${folder}
user default on #${createHash('sha256').update(secret).digest('hex')} ~* &* +@all
save ""
appendonly no
set-proc-title no
maxmemory 512mb
maxmemory-policy allkeys-lru
${cluster ? 'cluster-enabled yes\ncluster-config-file nodes.conf\ncluster-node-timeout 15000\n' : ''}`;

const slots = 16_384;

/** Gives each node its share of the slots, introduces them, and waits until all of them see all of it. */
async function makeCluster(site: Site, ports: readonly number[], secret: string): Promise<void> {
  await using owned = new AsyncDisposableStack();
  const nodes = await Promise.all(
    ports.map(async (port) => owned.use(await openCache(cache.localUrl(secret, port)))),
  );
  for (const [i, node] of nodes.entries()) {
    const from = Math.ceil((slots * i) / nodes.length);
    const to = Math.ceil((slots * (i + 1)) / nodes.length) - 1;
    await node.call(
      'CLUSTER',
      'ADDSLOTS',
      ...Array.from({ length: to - from + 1 }, (_, at) => `${from + at}`),
    );
    await node.call('CLUSTER', 'SET-CONFIG-EPOCH', `${i + 1}`);
  }
  for (const port of ports.slice(1)) await nodes[0]!.call('CLUSTER', 'MEET', '127.0.0.1', `${port}`);
  const end = performance.now() + seconds(120);
  for (const node of nodes)
    for (;;) {
      const about = String(await node.call('CLUSTER', 'INFO'));
      if (about.includes('cluster_state:ok') && about.includes(`cluster_size:${nodes.length}`)) break;
      site.signal.throwIfAborted();
      if (performance.now() > end)
        throw missing('The Redis nodes did not become a cluster within 120 s.', 'Is the machine very busy?');
      await sleep(20);
    }
}
