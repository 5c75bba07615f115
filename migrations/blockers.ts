import pg from 'pg';
import type { Connection } from '../infra/topology/session.ts';

export interface Blocker {
  readonly pid: number;
  readonly query: string;
  readonly state: string;
}

const blockersOf = `
  SELECT pid, state, left(regexp_replace(query, '\\s+', ' ', 'g'), 200) AS query
    FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start`;
const pollMs = 50;

/**
 * Runs `work` on `session` and watches from a second connection who makes it wait; pg_blocking_pids() knows that
 * only while the wait lasts. `seen` gets the blockers of the last wait.
 */
export async function watchBlockers<T>(
  session: Connection,
  seen: (blockers: Blocker[]) => void,
  work: () => Promise<T>,
): Promise<T> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const { host, port, database, user, password, ssl } = session.client;
  const observer = new pg.Client({ host, port, database, user, password, ssl } as pg.ClientConfig);
  observer.on('error', () => {});
  await observer.connect();
  let running = true;
  const watching = (async () => {
    while (running) {
      const { rows: blockers } = await observer.query<Blocker>(blockersOf, [rows[0]!.pid]);
      if (blockers.length > 0) seen(blockers);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  })().catch(() => {}); // who blocks is told as far as it can be seen; the work's own error is what counts
  try {
    return await work();
  } finally {
    running = false;
    await watching;
    await observer.end();
  }
}
