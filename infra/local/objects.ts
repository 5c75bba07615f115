import { join } from 'node:path';
import { objects } from '../endpoints/objects.ts';
import { onPort } from '../process/ports.ts';
import { makeBucket } from '../services/objects.ts';
import { findVersitygw } from '../setup/versitygw.ts';
import { partFolder, type Server, type Site } from './local-topology.ts';
import { ownFolder, startService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

/** An S3 gateway over a folder, with the bucket "olympus". */
export async function runObjects(site: Site, { secret, port: wanted }: ServiceOptions): Promise<Server> {
  const program = await findVersitygw(site);
  const folder = partFolder(site, 'objects');
  const data = await ownFolder(join(folder, 'data'));
  return onPort(wanted, 'objects', async (port) => {
    const pid = await startService(site, 'objects', {
      command: program,
      args: ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', data],
      folder,
      user: null,
      env: { ROOT_ACCESS_KEY: 'olympus', ROOT_SECRET_KEY: secret },
      ready: () => makeBucket(objects.localUrl(secret, port)),
    });
    return { pid, port, started: true };
  });
}
