import type { MigrationResult } from '../../../result/measures/migration.ts';

type LoggedWaits = Pick<MigrationResult, 'loggedWaits' | 'loggedQueueMax' | 'loggedWhy'>;

/** ms; a session that waited so long for a lock is named in the log. */
const loggedFromMs = 20;

/** What a session sets so that its waits are logged so early; a superuser's. */
export const logLockWaits = `SET log_lock_waits = on; SET deadlock_timeout = ${loggedFromMs}`;

/** Without the server's log. */
export const notLogged = (why: string): LoggedWaits => ({
  ...{ loggedWaits: null, loggedQueueMax: null },
  loggedWhy: why,
});

const stillWaiting =
  /process (?<waiting>\d+) still waiting for (?<what>.+?) after .*\n.*DETAIL: {2}Process(?:es)? holding the lock: (?<holding>[\d, ]+)\. Wait queue: (?<queue>[\d, ]+)\./g;

/**
 * The waits of log_lock_waits that a back end had a part in: it held the lock, or stood in the queue itself.
 * @param log what the server wrote meanwhile, with lc_messages C
 * @param pid of the migration's session
 */
export function lockWaits(log: string, pid: number): LoggedWaits {
  const pids = (text: string) => text.split(',').map(Number);
  const waits = new Set<string>();
  let longest = 0;
  for (const { groups } of log.matchAll(stillWaiting)) {
    const { waiting, what, holding, queue } = groups!;
    const queued = pids(queue!);
    if (!pids(holding!).includes(pid) && !queued.includes(pid)) continue;
    const others = queued.filter((one) => one !== pid);
    longest = Math.max(longest, others.length);
    if (Number(waiting) !== pid) waits.add(`${waiting} ${what}`);
  }
  return { loggedWaits: waits.size, loggedQueueMax: longest, loggedWhy: null };
}
