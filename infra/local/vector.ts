import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { vector, vectorEngine } from '../endpoints/vector.ts';
import { onPort } from '../process/ports.ts';
import { pipPackage } from '../setup/pip.ts';
import { findProgram } from '../setup/program.ts';
import { partFolder, type Server, type Site } from './local-topology.ts';
import { ownFolder, startService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

const shim = join(import.meta.dirname, '..', 'services', 'qdrant-shim.py');

/** Qdrant's engine behind our REST shim. It runs as we do: Python and the shim may lie where only we may read. */
export async function runVector(site: Site, { secret, port: wanted }: ServiceOptions): Promise<Server> {
  const packages = await pipPackage(vectorEngine, 'the vector endpoint', site);
  const folder = partFolder(site, 'vector');
  await rm(join(folder, 'data'), { recursive: true, force: true }); // its collections last as long as the process
  await ownFolder(folder);
  return onPort(wanted, 'vector', async (port) => {
    const pid = await startService(site, 'vector', {
      command: findProgram('python3')!,
      args: ['-B', shim, `${port}`, join(folder, 'data')],
      folder,
      user: null,
      env: { PYTHONPATH: packages, OLYMPUS_SECRET: secret, HOME: process.env.HOME },
      ready: () => vector.version(vector.localUrl(secret, port)),
    });
    return { pid, port, started: true };
  });
}
