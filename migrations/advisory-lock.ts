import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../config/fault.ts';
import type { Progress } from '../config/progress.ts';
import type { Session } from '../infra/topology/session.ts';

/** Advisory locks belong to one database, so a fixed key is enough. "olympus\0" as a bigint. */
const key = '8029468138043437824';
const pollMs = 200;
const patienceMs = 10 * 60_000;

const holder = `
  SELECT l.pid, a.query FROM pg_locks l JOIN pg_stat_activity a USING (pid)
   WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND (l.classid::bigint << 32) | l.objid::bigint = $1::bigint`;

/**
 * Holds the runner's lock of this database while `work` runs; a second runner waits here.
 * It polls: a session that waits inside pg_advisory_lock() holds a snapshot, and CREATE INDEX CONCURRENTLY of the
 * runner that has the lock would wait for that snapshot: a deadlock.
 * @throws Fault (component) after ten minutes, naming who holds it.
 */
export async function withMigrationLock<T>(
  session: Session,
  progress: Progress,
  work: () => Promise<T>,
): Promise<T> {
  await acquire(session, progress);
  try {
    return await work();
  } finally {
    await session.query('SELECT pg_advisory_unlock($1)', [key]).catch(() => {}); // a broken connection released it
  }
}

async function acquire(session: Session, progress: Progress): Promise<void> {
  for (let waited = 0; waited <= patienceMs; waited += pollMs) {
    const { rows } = await session.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [key]);
    if (rows[0]!.got) return;
    if (waited === 0) progress.note('Another migration of this database is running; waiting for it.');
    await sleep(pollMs);
  }
  const { rows } = await session.query<{ pid: number; query: string }>(holder, [key]);
  throw missing(
    `Another migration runner (process ${rows[0]?.pid ?? 'unknown'}) holds this database for ten minutes: ${rows[0]?.query ?? ''}`,
    'Let it finish, or end it with pg_terminate_backend().',
  );
}
