import { resolve } from 'node:path';
import { usage } from '../../config/fault.ts';
import { systemOf } from '../../infra/backup/create-backup.ts';
import {
  defaultBackups,
  listBackups,
  type Repository,
  repositoriesIn,
  repositoryOf,
} from '../../infra/backup/repository.ts';
import { type OwnPrimary, ownPrimary } from '../../infra/local/own-primary.ts';
import { cacheFolder } from '../../infra/setup/cache-folder.ts';
import { connect } from '../../infra/topology/session.ts';
import { bringUp } from '../bring-up.ts';
import type { Context } from '../command.ts';
import { attach } from '../topology-state.ts';
import type { BackupOptions } from './options.ts';

/** The primary that is up, with its repository. */
export interface BackupSource extends AsyncDisposable {
  readonly own: OwnPrimary;
  /** An administrator's, of the measured database. */
  readonly url: string;
  readonly repository: Repository;
}

export const backupsFolder = (context: Pick<Context, 'cache'>, { dir }: BackupOptions): string =>
  dir === undefined ? defaultBackups(cacheFolder(context.cache)) : resolve(dir);

/**
 * What `up` holds, in turn with other commands.
 * @throws Fault (usage) when nothing is up, or its primary is not run by us
 */
export async function openSource(context: Context, options: BackupOptions): Promise<BackupSource> {
  if (!(await attach(context)))
    throw usage(
      'Nothing is up of which a backup could be taken.',
      'Bring it up and fill it: ./olympus up && ./olympus seed --scale tiny',
    );
  await using undo = new AsyncDisposableStack();
  const topology = undo.use(await bringUp(context, { lifetime: 'tied' }));
  const primary = topology.get('primary');
  const { cache, progress, signal } = context;
  const own = await ownPrimary(primary, { lifetime: 'held', cache, progress, signal });
  const url = primary.url('admin');
  const repository = await repositoryFor(url, backupsFolder(context, options));
  const all = undo.move();
  return { own, url, repository, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function repositoryFor(url: string, folder: string): Promise<Repository> {
  await using admin = await connect(url);
  return repositoryOf(folder, await systemOf(admin));
}

/** The primary that is up, if it is one of ours and works; a repository can be read without one. */
export async function sourceIfUp(
  context: Context,
  options: BackupOptions,
): Promise<BackupSource | undefined> {
  const up = await attach(context);
  if (up?.topology.get('primary').provider !== 'local') return undefined;
  return await openSource(context, options);
}

/**
 * The backups of what is up; else of the cluster whose backup is the newest.
 * @throws Fault (usage) when there is none
 */
export function chooseRepository(
  context: Pick<Context, 'cache' | 'progress'>,
  options: BackupOptions,
  source: BackupSource | undefined,
): Repository {
  const folder = backupsFolder(context, options);
  const filled = repositoriesIn(folder)
    .map((repository) => ({ repository, newest: listBackups(repository).backups.at(-1) }))
    .filter(({ newest }) => newest !== undefined);
  if (source && filled.some(({ repository }) => repository.system === source.repository.system))
    return source.repository;
  const newest = filled.sort((a, b) => (a.newest!.stoppedAt < b.newest!.stoppedAt ? 1 : -1))[0];
  if (!newest) throw usage(`There is no backup in ${folder}.`, 'Take one: ./olympus backup create');
  if (source)
    context.progress.note(
      `what is up has no backup; these are of another cluster, ${newest.repository.system}`,
    );
  return newest.repository;
}
