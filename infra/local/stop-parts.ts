import { join } from 'node:path';
import { type EndpointName, endpointNames, isService } from '../endpoints/endpoints.ts';
import { findRunningPooler, stopPooler } from './pooler.ts';
import { findServer, stopPostgres } from './postgres.ts';
import { servicePids, stopService } from './service.ts';

/** fast writes a checkpoint; immediate does not, for data that are removed anyway. */
export type StopMode = 'fast' | 'immediate';

/** The pid of a part that runs, told by its own pid file and checked against the process's command line. */
export function runningPart(folder: string, part: EndpointName): number | undefined {
  const own = join(folder, part);
  if (isService(part)) return servicePids(own)[0];
  return part === 'pooler' ? findRunningPooler(own) : findServer(own);
}

/** The other processes of a part that runs: the further nodes of a cluster. */
export const furtherPids = (folder: string, part: EndpointName): number[] =>
  isService(part) ? servicePids(join(folder, part)).slice(1) : [];

/** Stops a part if it runs, and says whether it did. */
export function stopPart(folder: string, part: EndpointName, mode: StopMode): Promise<boolean> {
  const own = join(folder, part);
  if (isService(part)) return stopService(own);
  return part === 'pooler' ? stopPooler(own) : stopPostgres(own, mode);
}

/** Stops all that runs in a topology's folder, the clients' side first, and says what it was. Needs no state.json. */
export async function stopParts(folder: string, mode: StopMode): Promise<EndpointName[]> {
  const stopped: EndpointName[] = [];
  for (const part of endpointNames.toReversed()) if (await stopPart(folder, part, mode)) stopped.push(part);
  return stopped;
}
