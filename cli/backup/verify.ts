import { exitCodes, usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { checkArchive } from '../../infra/backup/check-archive.ts';
import { compareFiles, type Damage } from '../../infra/backup/check-files.ts';
import { checkServer, type ServerCheck } from '../../infra/backup/check-server.ts';
import { hashTree } from '../../infra/backup/hash-tree.ts';
import type { Manifest } from '../../infra/backup/manifest.ts';
import type { RecoveryTarget } from '../../infra/backup/recovery-target.ts';
import { backupData, listBackups, type Repository } from '../../infra/backup/repository.ts';
import { restoreServer } from '../../infra/backup/restore-server.ts';
import { connect } from '../../infra/topology/session.ts';
import type { Context } from '../command.ts';
import type { BackupOptions } from './options.ts';
import { flush } from './restore.ts';
import { chooseRepository, sourceIfUp } from './source.ts';

interface Restoration {
  readonly to: 'the end of the backup' | 'the end of the archived WAL';
  readonly tookMs: number;
  readonly reachedLsn: string | null;
  readonly digest: string;
  /** null: what the digest should be is not known. */
  readonly digestEqual: boolean | null;
  readonly amchecked: ServerCheck['amchecked'];
  readonly findings: readonly string[];
}

/** Looks at every byte of a backup and of the WAL after it, restores both, and reads what was restored whole. */
export async function verifyVerb(
  context: Context,
  options: BackupOptions,
  name?: string,
): Promise<number | undefined> {
  await using source = await sourceIfUp(context, options);
  const repository = chooseRepository(context, options, source);
  const backup = chosen(repository, name);
  await flush(context, source, repository);
  const { progress, signal } = context;
  progress.stage('files');
  const found = await hashTree(backupData(repository, backup.name), signal);
  const archive = await checkArchive(repository, backup, signal);
  const damages: Damage[] = [...compareFiles(backup.files, found), ...archive.damages];
  const restorations: Restoration[] = [];
  const notChecked: string[] = [];
  if (damages.length === 0) {
    progress.stage('restore');
    restorations.push(await restored(context, repository, backup, 'backup', source?.own.state.bin));
    if (archive.files > 0)
      restorations.push(await restored(context, repository, backup, 'latest', source?.own.state.bin));
    else notChecked.push('no WAL was archived after the backup');
    if (!backup.digest) notChecked.push(`the rows were not compared: ${backup.digestWhy}`);
    if (restorations.some(({ amchecked }) => amchecked === null))
      notChecked.push('pages and indexes were not looked at: this PostgreSQL has no amcheck');
  } else notChecked.push('nothing was restored: files are damaged');
  const ok = damages.length === 0 && restorations.every(({ findings }) => findings.length === 0);
  const document = {
    ...{ backup: backup.name, ok, files: found.length, walFiles: archive.files },
    ...{ damages, restorations, notChecked },
  };
  context.answer(document, textOf(document));
  return ok ? undefined : exitCodes.regression;
}

function chosen(repository: Repository, name: string | undefined): Manifest {
  const { backups, broken } = listBackups(repository);
  const lame = broken.find((one) => one.name === name);
  if (lame)
    throw usage(
      `The backup ${lame.name} cannot be used: ${lame.why}.`,
      'Take another one: ./olympus backup create',
    );
  const backup = name === undefined ? backups.at(-1) : backups.find((one) => one.name === name);
  if (backup) return backup;
  throw usage(
    `There is no backup ${name ?? 'that could be used'}.`,
    suggest(
      name ?? '',
      backups.map((one) => one.name),
    ),
  );
}

async function restored(
  { cache, progress, signal }: Context,
  repository: Repository,
  backup: Manifest,
  kind: (RecoveryTarget & { kind: 'backup' | 'latest' })['kind'],
  postgres: string | undefined,
): Promise<Restoration> {
  const { topology, restored, tookMs } = await restoreServer(
    repository,
    { backup, target: { kind } },
    { lifetime: 'tied', cache, postgres, progress, signal },
  );
  await using server = topology;
  progress.note('reading every row, page and index');
  await using session = await connect(server.get('primary').url('admin'));
  const wanted = kind === 'backup' ? (backup.digest ?? undefined) : undefined;
  const { digest, findings, amchecked } = await checkServer(session, wanted);
  return {
    to: kind === 'backup' ? 'the end of the backup' : 'the end of the archived WAL',
    tookMs,
    reachedLsn: restored.log.reachedLsn,
    digest: digest.value,
    digestEqual: wanted ? wanted.value === digest.value : null,
    amchecked,
    findings,
  };
}

function textOf({
  backup,
  ok,
  files,
  walFiles,
  damages,
  restorations,
  notChecked,
}: {
  backup: string;
  ok: boolean;
  files: number;
  walFiles: number;
  damages: readonly Damage[];
  restorations: readonly Restoration[];
  notChecked: readonly string[];
}): string {
  return [
    `${backup}: ${ok ? 'can be restored' : 'cannot be relied upon'}. ${files} files and ${walFiles} WAL files were hashed.`,
    ...damages.map(({ file, why }) => `  damaged: ${file}: ${why}`),
    ...restorations.flatMap(({ to, tookMs, digest, digestEqual, amchecked, findings }) => [
      `  restored to ${to} in ${(tookMs / 1000).toFixed(1)} s: digest ${digest}${digestEqual === null ? '' : digestEqual ? ', as it was' : ', not as it was'}${amchecked ? `; amcheck read ${amchecked.tables} tables and ${amchecked.indexes} indexes` : ''}`,
      ...findings.map((finding) => `    ${finding}`),
    ]),
    ...notChecked.map((what) => `  not checked: ${what}`),
  ].join('\n');
}
