import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRepository, systemOf } from '../../../infra/backup/create-backup.ts';
import { type Repository, repositoryOf, walFolder } from '../../../infra/backup/repository.ts';
import { setArchiving } from '../../../infra/local/archiving.ts';
import { type OwnPrimary, ownPrimary } from '../../../infra/local/own-primary.ts';
import type { Endpoint } from '../../../infra/topology/endpoint.ts';
import { connect } from '../../../infra/topology/session.ts';
import { type DrillSetting, NotHere } from '../drill.ts';

/** A primary that archives into a folder of the drill's own. Disposing it ends that, and removes the folder. */
export interface BackupPlace extends AsyncDisposable {
  /** The primary with its files, as it runs now. */
  own(): Promise<OwnPrimary>;
  readonly repository: Repository;
}

/**
 * The folder lies in the topology's own: should this process be killed, the archiver of a held primary still has it, and
 * the next drill takes it over.
 * @throws NotHere where the primary's files are not ours
 */
export async function backupPlace(setting: DrillSetting): Promise<BackupPlace> {
  const { topology, progress, control } = setting;
  const primary = topology.get('primary');
  if (primary.provider !== 'local' || !control)
    throw new NotHere(
      `the primary is ${primary.provider}, and a backup of it needs its files`,
      'Run it on a local topology: ./olympus drill pitr --topology local',
    );
  const own = async (signal = setting.signal) =>
    await ownPrimary(running(primary, control.pid('primary')), {
      lifetime: topology.lasts ? 'held' : 'tied',
      progress,
      signal,
    });
  const first = await own();
  const folder = join(first.site.folder, 'drill-backups');
  const before = first.state.archive?.startsWith(folder) ? undefined : first.state.archive;
  await using undo = new AsyncDisposableStack();
  await using admin = await connect(primary.url('admin', setting.database));
  const repository = repositoryOf(folder, await systemOf(admin));
  await control.breaking();
  undo.defer(async () => {
    // Also after an interruption: an archiver whose folder is gone would keep all its WAL.
    await control.repair();
    await setArchiving(await own(new AbortController().signal), before);
    await rm(folder, { recursive: true, force: true });
  });
  await rm(folder, { recursive: true, force: true });
  await makeRepository(first, repository);
  setting.event('the primary is restarted, with archive_mode on');
  await setArchiving(first, walFolder(repository));
  const all = undo.move();
  return { own, repository, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const running = ({ pid: _, ...primary }: Endpoint, pid: number | undefined): Endpoint => ({
  ...primary,
  ...(pid !== undefined && { pid }),
});
