import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import type { Session } from '../topology/session.ts';
import { type Repository, walFolder } from './repository.ts';

/**
 * Has a primary archive what it has written until now, and waits until that is there. A transaction is committed before,
 * so that every moment until now can be a recovery's target.
 * @throws Fault (component) when it is not archived in a minute, with the archiver's last failure
 */
export async function flushArchive(
  admin: Session,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  await admin.query('SELECT pg_current_xact_id()');
  const { rows } = await admin.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
  const { file } = rows[0]!;
  const path = join(walFolder(repository), file);
  for (const end = performance.now() + seconds(60); !existsSync(path); await sleep(20)) {
    signal.throwIfAborted();
    if (performance.now() < end) continue;
    const { rows: failures } = await admin.query<{ failed: string | null }>(
      'SELECT last_failed_wal AS failed FROM pg_stat_archiver',
    );
    throw missing(
      `The primary did not archive ${file} within 60 s${failures[0]?.failed ? `; it failed at ${failures[0].failed}` : ''}.`,
      "The primary's log says why: ./olympus status shows where it runs. Is the disk full?",
    );
  }
}
