import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing, usage } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import { restoreCommand } from '../local/archive-settings.ts';
import { copyData, ofStopped } from '../local/copy-data.ts';
import { giveTo, logTail, partFolder, type Site } from '../local/local-topology.ts';
import { startPostgres, stopPostgres } from '../local/postgres.ts';
import { hostRules } from '../local/primary.ts';
import { passwordCommands } from '../local/restore.ts';
import { runSingleUser } from '../local/single-user.ts';
import type { LocalState } from '../local/state.ts';
import type { Manifest } from './manifest.ts';
import { type RecoveryLog, readRecoveryLog } from './recovery-log.ts';
import { type Recovery, type RecoveryTarget, targetSettings, targetText } from './recovery-target.ts';
import { backupData, listWal, type Repository, walFolder } from './repository.ts';
import { formatLsn, type Lsn, nextWalFile, startOf, walFile } from './wal.ts';
import { walChain } from './wal-chain.ts';

/** How a restore went. */
export interface Restored {
  readonly backup: string;
  readonly bytes: number;
  readonly copyMs: number;
  /** Replay of the WAL up to the target. */
  readonly recoverMs: number;
  readonly log: RecoveryLog;
}

const nobody = 'host all all all reject\n';

/** A recovery may replay days of WAL. */
const longest = seconds(24 * 3600);

/**
 * Makes a data directory from a backup and the archived WAL, recovered to the target and shut down, with the passwords
 * of the new topology. Nobody can connect to it meanwhile.
 * @throws Fault where WAL is missing or damaged, or ends before the target
 */
export async function restoreData(
  site: Site,
  state: LocalState,
  repository: Repository,
  { backup, target }: Recovery<Manifest>,
): Promise<Restored> {
  requireSameMajor(site, backup);
  const end = requireWal(repository, backup, target);
  const folder = partFolder(site, 'primary');
  const started = performance.now();
  site.progress.note(`copying the backup ${backup.name} (${(backup.bytes / 1e6).toFixed(0)} MB)`);
  await copyData(site, backupData(repository, backup.name), folder, ofStopped);
  const copied = performance.now();
  for (const [name, text] of Object.entries({ 'recovery.signal': '', 'pg_hba.conf': nobody })) {
    await writeFile(join(folder, name), text, { mode: 0o600 });
    await giveTo(site, join(folder, name));
  }
  site.progress.note(`replaying the WAL to ${targetText(target)}`);
  const log = await recover(site, repository, target, end);
  await stopPostgres(folder, 'fast');
  const recovered = performance.now();
  await runSingleUser(site, folder, passwordCommands(state));
  await writeFile(join(folder, 'pg_hba.conf'), hostRules);
  return {
    backup: backup.name,
    bytes: backup.bytes,
    copyMs: copied - started,
    recoverMs: recovered - copied,
    log,
  };
}

async function recover(
  site: Site,
  repository: Repository,
  target: RecoveryTarget,
  end: Lsn,
): Promise<RecoveryLog> {
  // At the end of the WAL there is no record to stop before; it ends there by itself.
  const settings = targetSettings(target.kind === 'lsn' && target.lsn === end ? { kind: 'latest' } : target);
  try {
    await startPostgres(site, 'primary', {
      readyWithin: longest,
      settings: {
        hot_standby: 'off', // it takes connections when the recovery has ended, not before
        restore_command: restoreCommand(walFolder(repository)),
        ...settings,
      },
    });
  } catch (error) {
    site.signal.throwIfAborted();
    const log = readRecoveryLog(wholeLog(site));
    if (log.endedEarly)
      throw usage(
        `The archived WAL ends before ${targetText(target)}: the last transaction in it committed ${log.lastCommitAt ?? 'before the backup'}.`,
        'Restore what there is: ./olympus backup restore --to latest',
        error,
      );
    throw missing(
      `The recovery failed: ${log.fatal ?? (error as Error).message}`,
      'Find the damaged file: ./olympus backup verify',
      error,
    );
  }
  return readRecoveryLog(wholeLog(site));
}

const wholeLog = (site: Site): string => logTail(site, 'primary', 0, Number.POSITIVE_INFINITY);

function requireSameMajor({ build }: Site, { version, name }: Manifest): void {
  if (Number.parseInt(version, 10) === build.major) return;
  throw usage(
    `The backup ${name} is of PostgreSQL ${version}, and ${build.bin} is ${build.version}.`,
    'Name the binaries of its version: OLYMPUS_PG_BIN=/usr/lib/postgresql/15/bin',
  );
}

/**
 * A recovery ends silently where a WAL file is missing: that is refused before it begins.
 * @returns where the WAL ends that follows the backup without a gap
 * @throws Fault (component) naming the first file that is missing
 */
function requireWal(repository: Repository, backup: Manifest, target: RecoveryTarget): Lsn {
  const { timeline, stopWal, walSegmentBytes } = backup;
  const archived = listWal(repository).map(({ name }) => name);
  const { last = stopWal, missing: gap } = walChain(
    nextWalFile(stopWal, walSegmentBytes),
    archived,
    walSegmentBytes,
  );
  const end = startOf(nextWalFile(last, walSegmentBytes), walSegmentBytes);
  const wanted = target.kind === 'lsn' ? walFile(timeline, target.lsn - 1n, walSegmentBytes) : last;
  if (wanted <= last && !(target.kind === 'latest' && gap.length > 0)) return end;
  throw missing(
    `The WAL file ${gap[0] ?? nextWalFile(last, walSegmentBytes)} is not in the archive: what was written up to ${formatLsn(end)} can be restored, and nothing later.`,
    last === stopWal
      ? `Restore the backup itself: ./olympus backup restore --to ${backup.name}`
      : `Restore up to there: ./olympus backup restore --to ${formatLsn(end)}`,
  );
}
