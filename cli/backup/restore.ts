import { usage } from '../../config/fault.ts';
import { flushArchive } from '../../infra/backup/flush-archive.ts';
import { chooseRecovery, targetText } from '../../infra/backup/recovery-target.ts';
import { listBackups, listPoints, type Repository, walFolder } from '../../infra/backup/repository.ts';
import { restoredName, restoreServer } from '../../infra/backup/restore-server.ts';
import { attachLocal, statusLocal, stopLocal } from '../../infra/local/local.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Context } from '../command.ts';
import { integer } from '../options.ts';
import type { BackupOptions } from './options.ts';
import { type BackupSource, chooseRepository, sourceIfUp } from './source.ts';

export async function restoreVerb(context: Context, options: BackupOptions): Promise<number | undefined> {
  const { cache, progress, signal } = context;
  const port = options.port === undefined ? undefined : integer('--port', options.port, 1024, 65_535);
  if ((await statusLocal({ cache, name: restoredName })).length > 0)
    throw usage(
      'A restored server is there already.',
      'Remove it first, with its data: ./olympus backup down',
    );
  await using source = await sourceIfUp(context, options);
  const repository = chooseRepository(context, options, source);
  const recovery = chooseRecovery(options.to, listBackups(repository).backups, listPoints(repository));
  progress.stage('restore');
  await flush(context, source, repository);
  const { topology, restored, tookMs } = await restoreServer(repository, recovery, {
    ...{ lifetime: 'held', cache, progress, signal, port },
    postgres: source?.own.state.bin,
  });
  const primary = topology.get('primary');
  const { copyMs, recoverMs, log, bytes } = restored;
  const { reachedLsn, lastCommitAt, walFiles } = log;
  context.answer(
    {
      ...{ backup: restored.backup, target: targetText(recovery.target), reachedLsn, lastCommitAt, walFiles },
      ...{ bytes, copyMs, recoverMs, tookMs },
      ...{ version: primary.version, host: primary.host, port: primary.port },
    },
    [
      `Restored ${restored.backup} to ${targetText(recovery.target)} in ${(tookMs / 1000).toFixed(1)} s: ${primary.version} on port ${primary.port}.`,
      `${walFiles} WAL files were replayed, up to ${reachedLsn ?? 'where the backup ends'}${lastCommitAt ? `; the last transaction committed at ${lastCommitAt}` : ''}.`,
      'Connect: psql "$(./olympus backup url --as admin)"; remove it: ./olympus backup down',
    ].join('\n'),
  );
  return undefined;
}

/** What the living primary has written until now is part of what can be restored. */
export async function flush(
  { signal, progress }: Context,
  source: BackupSource | undefined,
  repository: Repository,
): Promise<void> {
  if (source?.own.state.archive !== walFolder(repository)) return;
  progress.note('having the primary archive what it has written until now');
  await using admin = await connect(source.url);
  await flushArchive(admin, repository, signal);
}

export async function urlVerb(context: Context, { as }: BackupOptions): Promise<number | undefined> {
  const topology = await attachLocal({ cache: context.cache, name: restoredName });
  if (!topology) throw usage('No restored server runs.', 'Restore one: ./olympus backup restore --to latest');
  const url = topology.get('primary').url(as);
  context.answer({ url }, url);
  return undefined;
}

export async function downVerb(context: Context, _: BackupOptions): Promise<number | undefined> {
  const { cache, progress } = context;
  const stopped = await stopLocal({ cache, name: restoredName, wipe: true, progress });
  context.answer(
    { stopped },
    stopped ? 'The restored server is gone, with its data.' : 'No restored server is there.',
  );
  return undefined;
}
