import { dirname, join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { unprivilegedAccount } from '../process/unprivileged.ts';
import { cacheFolder } from '../setup/cache-folder.ts';
import type { Endpoint } from '../topology/endpoint.ts';
import type { Lifetime, Server, Site } from './local-topology.ts';
import { findPostgres } from './postgres-build.ts';
import { folderOf } from './server-folder.ts';
import { type LocalState, readState } from './state.ts';

/** A running primary of ours together with its files. */
export interface OwnPrimary {
  readonly site: Site;
  readonly state: LocalState;
  readonly server: Server;
}

/**
 * The files of a primary that the local provider runs, found by its process.
 * @param lifetime of a server that is started in its place
 * @throws Fault (usage) when it is another provider's
 */
export async function ownPrimary(
  primary: Endpoint,
  options: { lifetime: Lifetime; cache?: string | undefined; progress: Progress; signal: AbortSignal },
): Promise<OwnPrimary> {
  if (primary.provider !== 'local')
    throw usage(
      `The primary is ${primary.provider}, and its files cannot be reached from here.`,
      'Use the local topology: ./olympus up --topology local. A server of your own has its own backups: pgBackRest, or pg_basebackup.',
    );
  const data = primary.pid === undefined ? undefined : folderOf(primary.pid);
  const folder = data === undefined ? undefined : dirname(data);
  const state = folder === undefined ? undefined : readState(folder);
  if (folder === undefined || state === undefined)
    throw missing(
      `The primary (process ${primary.pid}) does not run any more, or has no state beside its data.`,
      'See how it does: ./olympus status; and bring it up again: ./olympus up',
    );
  const { lifetime, progress, signal } = options;
  const cache = cacheFolder(options.cache);
  const build = await findPostgres(cache, progress, state.bin);
  return {
    site: { folder, cache, account: unprivilegedAccount(), build, lifetime, progress, signal },
    state,
    server: { pid: primary.pid!, port: primary.port, started: false },
  };
}

export const dataFolder = ({ site }: OwnPrimary): string => join(site.folder, 'primary');
