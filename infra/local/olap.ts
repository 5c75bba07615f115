import { join } from 'node:path';
import { olap } from '../endpoints/olap.ts';
import { onPort } from '../process/ports.ts';
import { findChdb } from '../setup/chdb.ts';
import { partFolder, type Server, type Site } from './local-topology.ts';
import { ownFolder, startService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

const shim = join(import.meta.dirname, '..', 'services', 'clickhouse-shim.ts');

/** ClickHouse's engine behind our HTTP shim. It runs as we do: Node and the shim may lie where only we may read. */
export async function runOlap(site: Site, { secret, port: wanted }: ServiceOptions): Promise<Server> {
  const installed = await findChdb(site);
  const folder = partFolder(site, 'olap');
  await ownFolder(folder);
  return onPort(wanted, 'olap', async (port) => {
    const pid = await startService(site, 'olap', {
      command: process.execPath,
      args: [shim, `${port}`, join(folder, 'data'), installed],
      folder,
      user: null,
      env: { OLYMPUS_SECRET: secret },
      ready: () => olap.version(olap.localUrl(secret, port)),
    });
    return { pid, port, started: true };
  });
}
