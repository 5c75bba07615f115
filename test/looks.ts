import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../infra/topology/session.ts';

/** For tests: resolves when a window on `session`'s database has looked `times` times more, however long that takes. */
export async function looks(session: Session, times: number): Promise<void> {
  const begun = new Set<string>();
  // A look that had begun before, and the last one, which may not have ended, do not count.
  for (const end = performance.now() + 180_000; begun.size < times + 2; await sleep(5)) {
    if (performance.now() > end) throw new Error(`the window looked ${begun.size} times in three minutes`);
    const { rows } = await session.query<{ at: string }>(
      `SELECT query_start::text AS at FROM pg_stat_activity
       WHERE application_name = 'olympus-evidence' AND query LIKE '-- What sessions that work wait for%'
         AND pid <> pg_backend_pid() AND datname = current_database()`,
    );
    for (const { at } of rows) begun.add(at);
  }
}
