import { repositoryLock } from '../../infra/backup/create-backup.ts';
import { listBackups, listWal, removeBackup, removeWal } from '../../infra/backup/repository.ts';
import { policy, retain } from '../../infra/backup/retention.ts';
import { lock } from '../../infra/process/lock.ts';
import type { Context } from '../command.ts';
import type { BackupOptions } from './options.ts';
import { chooseRepository } from './source.ts';

/** Removes what the retention does not keep: backups first, then the WAL that none of the others needs. */
export async function pruneVerb(context: Context, options: BackupOptions): Promise<number | undefined> {
  const repository = chooseRepository(context, options, undefined);
  using _alone = await lock(repositoryLock(repository), context.signal);
  const { backups } = listBackups(repository);
  const aged = backups.map(({ name, stoppedAt, startWal, stopWal }) => ({
    ...{ name, startWal, stopWal },
    at: new Date(stoppedAt),
  }));
  const { keep, remove, removeWal: walOut } = retain(aged, listWal(repository), new Date());
  if (!options.dryRun) {
    for (const name of remove) await removeBackup(repository, name);
    for (const name of walOut) await removeWal(repository, name);
  }
  const { walDays, dailyDays, weeks, months } = policy;
  const would = options.dryRun ? 'would be removed' : 'removed';
  context.answer(
    { dryRun: options.dryRun ?? false, keep, remove, removeWal: walOut },
    [
      ...keep.map(({ name, reasons }) => `${name}  kept: ${reasons.join(', ')}`),
      ...remove.map((name) => `${name}  ${would}`),
      `${walOut.length} WAL files ${would}. Kept are ${walDays} days of WAL, a backup of each of ${dailyDays} days, ${weeks} weeks and ${months} months.`,
    ].join('\n'),
  );
  return undefined;
}
