import { unprivilegedAccount } from '../process/unprivileged.ts';
import { cacheFolder, requireTraversable } from '../setup/cache-folder.ts';
import type { Endpoint } from '../topology/endpoint.ts';
import { localFolder, tiedFolder } from './folder.ts';
import type { LocalOptions } from './local.ts';
import { partFolder, type Site } from './local-topology.ts';
import { findPostgres } from './postgres-build.ts';
import { startParts } from './start-parts.ts';
import { newState } from './state.ts';
import { stopPart } from './stop-parts.ts';

/** A server of our own whose files can be worked on in between. Disposing it stops it and removes them. */
export interface StoppableServer extends AsyncDisposable {
  readonly primary: Endpoint;
  readonly major: number;
  readonly dataDirectory: string;
  readonly site: Site;
  /** Shuts the server down in order, and starts it again on the same port after `work` on its files. */
  whileStopped(work: () => Promise<void>): Promise<void>;
}

/** Without checksums, which would have to be right on every page that is written while it is stopped. */
export async function startStoppable(
  options: Pick<LocalOptions, 'cache' | 'name' | 'progress' | 'signal' | 'postgres'>,
): Promise<StoppableServer> {
  const { name, progress, signal } = options;
  const cache = cacheFolder(options.cache);
  requireTraversable(localFolder(cache), unprivilegedAccount());
  await using undo = new AsyncDisposableStack();
  const { path: folder } = undo.use(await tiedFolder(cache, name, progress, signal));
  const build = await findPostgres(cache, progress, options.postgres);
  const site: Site = {
    ...{ folder, cache, build, progress, signal },
    ...{ account: unprivilegedAccount(), lifetime: 'tied', checksums: false },
  };
  const state = newState(build.bin);
  const start = () => startParts(site, state, { parts: ['primary'] }, undo, 'immediate');
  const { endpoints } = await start();
  const all = undo.move();
  return {
    ...{ primary: endpoints[0]!, major: build.major, dataDirectory: partFolder(site, 'primary'), site },
    async whileStopped(work) {
      await stopPart(folder, 'primary', 'fast');
      await work();
      await startParts(site, state, { parts: ['primary'] }, all, 'immediate');
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
