import { partFolder, type Server } from './local-topology.ts';
import type { OwnPrimary } from './own-primary.ts';
import { startPostgres, stopPostgres } from './postgres.ts';
import { primarySettings } from './primary.ts';
import { writeState } from './state.ts';

/**
 * Has a primary archive its WAL into a folder, which its account may write, from now on, or not any more (undefined). archive_mode needs a restart,
 * which ends every session; nothing happens when it is so already. What was started again is returned.
 */
export async function setArchiving(
  { site, state, server }: OwnPrimary,
  folder: string | undefined,
): Promise<Server> {
  if (state.archive === folder) return server;
  const settings = primarySettings(folder === undefined ? {} : { archive: folder }); // refused before anything stops
  if (folder === undefined) delete state.archive;
  else state.archive = folder;
  await writeState(site.folder, state);
  await stopPostgres(partFolder(site, 'primary'), 'fast');
  return await startPostgres(site, 'primary', { port: server.port, settings });
}
