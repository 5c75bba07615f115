import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { BaseBackup } from '../local/base-backup.ts';
import { giveTo, serverEnvironment } from '../local/local-topology.ts';
import { accounts } from '../local/login.ts';
import type { OwnPrimary } from '../local/own-primary.ts';
import { runChild } from '../process/run-child.ts';
import type { Session } from '../topology/session.ts';
import { parseLsn, walFile, walFiles } from './wal.ts';

/**
 * Runs pg_basebackup with the WAL streamed beside the files, and reads from its words where the backup lies.
 * @throws Fault (component) with its last lines
 */
export async function runPgBasebackup(
  { site, state, server }: OwnPrimary,
  admin: Session,
  { tool, to, label }: { tool: string; to: string; label: string },
): Promise<BaseBackup> {
  const passfile = join(site.folder, 'backup.pgpass');
  let stopLsn: string | undefined;
  const startedAt = await clock(admin);
  try {
    await writeFile(passfile, `127.0.0.1:*:*:${accounts.replication}:${state.passwords.replication}\n`, {
      mode: 0o600,
    });
    await giveTo(site, passfile);
    const { code, last } = await runChild(
      tool,
      [
        ...['-D', to, '-X', 'stream', '-c', 'fast', '-l', label, '-v', '--no-sync'],
        ...['-h', '127.0.0.1', '-p', `${server.port}`, '-U', accounts.replication, '-w'],
      ],
      {
        cwd: site.folder,
        env: { ...serverEnvironment(site), PGPASSFILE: passfile },
        user: site.account,
        signal: site.signal,
        onLine: (line) => (stopLsn = /end point: (\S+)/.exec(line)?.[1] ?? stopLsn),
      },
    );
    if (code !== 0 || stopLsn === undefined)
      throw missing(`pg_basebackup failed: ${last.slice(-4).join('\n')}`, 'Is there room on the disk?');
  } finally {
    await rm(passfile, { force: true });
  }
  const text = await readFile(join(to, 'backup_label'), 'utf8');
  const [, startLsn, startWal] = /START WAL LOCATION: (\S+) \(file ([0-9A-F]{24})\)/.exec(text) ?? [];
  const { rows } = await admin.query<{ bytes: number }>(
    "SELECT setting::int AS bytes FROM pg_settings WHERE name = 'wal_segment_size'",
  );
  const { bytes } = rows[0]!;
  const stopWal = walFile(Number.parseInt(startWal!.slice(0, 8), 16), parseLsn(stopLsn)! - 1n, bytes);
  return {
    startLsn: startLsn!,
    stopLsn,
    startedAt,
    stoppedAt: await clock(admin),
    wal: walFiles(startWal!, stopWal, bytes),
  };
}

async function clock(admin: Session): Promise<Date> {
  const { rows } = await admin.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]!.now;
}
