import { usage } from '../../config/fault.ts';
import { createBackup, makeRepository, repositoryLock } from '../../infra/backup/create-backup.ts';
import type { Manifest } from '../../infra/backup/manifest.ts';
import { listPoints, type Repository, walFolder } from '../../infra/backup/repository.ts';
import { setArchiving } from '../../infra/local/archiving.ts';
import type { OwnPrimary } from '../../infra/local/own-primary.ts';
import { lock } from '../../infra/process/lock.ts';
import { connect } from '../../infra/topology/session.ts';
import { markPosition } from '../../migrations/restore-point.ts';
import type { Context } from '../command.ts';
import type { BackupOptions } from './options.ts';
import { recordPoint } from './record-points.ts';
import { flush } from './restore.ts';
import { openSource } from './source.ts';

/** A backup without the list of its files, which is long. */
export type BackupRow = Omit<Manifest, 'files' | 'digest' | 'format'> & { readonly digest: string | null };

export const backupRow = ({ files: _, format: __, digest, ...rest }: Manifest): BackupRow => ({
  ...rest,
  digest: digest?.value ?? null,
});

export async function createVerb(
  context: Context,
  options: BackupOptions,
  _name?: string,
): Promise<number | undefined> {
  await using source = await openSource(context, options);
  const { own, url, repository } = source;
  context.progress.stage('backup');
  if (options.archive) await archive(context, own, repository);
  const manifest = await createBackup(own, repository, { url, hashRows: options.digest });
  await flush(context, source, repository); // that the WAL is archived is said when some of it has been
  context.answer({ ...backupRow(manifest), folder: repository.folder }, textOf(manifest, repository));
  return undefined;
}

async function archive({ progress }: Context, own: OwnPrimary, repository: Repository): Promise<void> {
  const folder = walFolder(repository);
  const { archive: before } = own.state;
  if (before === folder) return;
  await makeRepository(own, repository);
  progress.note(
    before === undefined
      ? `restarting the primary once, with archive_mode on: its WAL is archived into ${folder} from now on`
      : `restarting the primary: its WAL was archived into ${before}, and is into ${folder} from now on`,
  );
  await setArchiving(own, folder);
}

function textOf(manifest: Manifest, { folder }: Repository): string {
  const { name, method, bytes, tookMs, stopLsn, archived, digest, digestWhy } = manifest;
  return [
    `${name}: ${(bytes / 1e6).toFixed(0)} MB by ${method} in ${(tookMs / 1000).toFixed(1)} s, consistent from ${stopLsn} on, in ${folder}`,
    digest
      ? `Every row was hashed: digest ${digest.value}.`
      : `What it holds is not known by a digest: ${digestWhy}.`,
    archived
      ? 'The WAL is archived: every moment from here on can be restored.'
      : 'The WAL is not archived: only the backup itself can be restored.',
  ].join('\n');
}

export async function pointVerb(
  context: Context,
  options: BackupOptions,
  name?: string,
): Promise<number | undefined> {
  if (!name || !/^[\w.:-]{1,63}$/.test(name))
    throw usage(
      name ? `"${name}" is no name for a restore point.` : 'A restore point needs a name.',
      'Up to 63 letters, digits and _ . : -, for example: ./olympus backup point before_cleanup',
    );
  await using source = await openSource(context, options);
  const { own, url, repository } = source;
  if (own.state.archive === undefined)
    throw usage(
      'The WAL is not archived: no recovery would come to that point.',
      'Take a backup first: ./olympus backup create',
    );
  if (listPoints(repository).some((point) => point.name === name))
    throw usage(`There is a restore point ${name} already.`, 'Give it another name.');
  await using admin = await connect(url);
  const made = (await markPosition(admin, name, context.progress))!; // it is archived, and an administrator may
  const point = await recordPoint(repository, made);
  context.answer(point, `${name} at ${point.lsn}, ${point.at}.`);
  return undefined;
}

export async function offVerb(context: Context, options: BackupOptions): Promise<number | undefined> {
  await using source = await openSource(context, options);
  const { own, repository } = source;
  using _alone = await lock(repositoryLock(repository), context.signal);
  const was = own.state.archive;
  if (was !== undefined) context.progress.note('restarting the primary once, with archive_mode off');
  await setArchiving(own, undefined);
  context.answer(
    { archive: null, was: was ?? null },
    was === undefined
      ? 'The WAL was not archived.'
      : `The WAL is not archived any more; what is in ${was} stays.`,
  );
  return undefined;
}
