import { setTimeout as pause } from 'node:timers/promises';
import { usage } from '../../config/fault.ts';
import { type Connection, connect, type Session } from '../../infra/topology/session.ts';
import { placeOf } from '../variant/failed-sql.ts';
import type { IndexDdl } from './ddl.ts';

/** What a change of an index did while it ran. */
export interface Build {
  readonly ms: number;
  /** "ShareLock on core.orders and 23 partitions: writes wait", one for each relation. */
  readonly locks: readonly string[];
}

/**
 * Runs the DDL and looks at the locks that it holds at its end; a CONCURRENTLY one is looked at from outside.
 * @throws Fault (usage) when the server refuses it, with the place
 */
export async function build(session: Connection, url: string, ddl: IndexDdl): Promise<Build> {
  try {
    return await (ddl.concurrently ? buildConcurrently(session, url, ddl) : buildInTransaction(session, ddl));
  } catch (error) {
    await session.query('ROLLBACK').catch(() => {});
    throw refused(ddl, error);
  }
}

async function buildInTransaction(session: Session, { sql }: IndexDdl): Promise<Build> {
  await session.query('BEGIN');
  const started = performance.now();
  await session.query(sql);
  const ms = performance.now() - started;
  const locks = await locksOf(session, 'pg_backend_pid()');
  await session.query('COMMIT');
  return { ms, locks };
}

const pollMs = 2;

/** A snapshot held open makes it wait at its end, where its locks can be seen; the wait is not counted. */
async function buildConcurrently(session: Connection, url: string, { sql }: IndexDdl): Promise<Build> {
  await using reader = await connect(url, 'olympus-index');
  await using observer = await connect(url, 'olympus-index');
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]!.pid;
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
  const started = performance.now();
  let ended = false;
  const work = session.query(sql).finally(() => {
    ended = true;
  });
  work.catch(() => {}); // it is awaited below
  let locks: string[] = [];
  let ms = 0;
  while (!ended) {
    if (await waits(observer, pid)) {
      ms = performance.now() - started;
      locks = await locksOf(observer, String(pid));
      break;
    }
    await pause(pollMs);
  }
  await reader.query('ROLLBACK');
  const released = performance.now();
  await work;
  return {
    ms: ms > 0 ? ms + performance.now() - released : performance.now() - started,
    locks: locks.length > 0 ? locks : ['CONCURRENTLY: it ended before its locks could be seen'],
  };
}

async function waits(observer: Session, pid: number): Promise<boolean> {
  const { rows } = await observer.query<{ waits: boolean }>(
    `SELECT wait_event_type IS NOT DISTINCT FROM 'Lock' AS waits FROM pg_stat_activity WHERE pid = $1`,
    [pid],
  );
  return rows[0]?.waits ?? false;
}

const effects: Readonly<Record<string, string>> = {
  AccessExclusiveLock: 'reads and writes wait',
  ExclusiveLock: 'writes wait',
  ShareRowExclusiveLock: 'writes wait',
  ShareLock: 'writes wait',
  ShareUpdateExclusiveLock: 'neither reads nor writes wait',
};

/** Who waits for a lock of this mode (the manual, 13.3). */
export const effectOf = (mode: string): string => effects[mode] ?? 'see the manual, 13.3';

const heldLocks = (pid: string) => `
SELECT l.mode, min(n.nspname || '.' || c.relname) FILTER (WHERE NOT c.relispartition) AS "table",
       count(*) FILTER (WHERE c.relispartition)::int AS partitions
FROM pg_locks AS l
JOIN pg_class AS c ON c.oid = l.relation
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.pid = ${pid} AND l.granted AND c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'pg_catalog'
  AND l.mode <> 'AccessShareLock'
GROUP BY l.mode, CASE WHEN c.relispartition THEN (SELECT inhparent FROM pg_inherits WHERE inhrelid = c.oid) ELSE c.oid END
ORDER BY 1, 2`;

async function locksOf(session: Session, pid: string): Promise<string[]> {
  const { rows } = await session.query<{ mode: string; table: string | null; partitions: number }>(
    heldLocks(pid),
  );
  return rows.map(({ mode, table, partitions }) => {
    const parts = partitions > 0 ? `${table ? ' and ' : ''}${partitions} partitions` : '';
    return `${mode} on ${table ?? ''}${parts}: ${effectOf(mode)}`;
  });
}

const hints: Readonly<Record<string, string>> = {
  '42P07': 'Choose another name, or judge the one that is there: ./olympus index --drop NAME.',
  '0A000':
    'On a live partitioned table: CREATE INDEX ... ON ONLY the parent, CONCURRENTLY on each partition, then ALTER INDEX ... ATTACH PARTITION. To judge it here, leave CONCURRENTLY out.',
};

function refused({ sql }: IndexDdl, error: unknown) {
  const { message, code } = error as { message: string; code?: string };
  return usage(
    `The change cannot be made: "${sql}"${placeOf(sql, error)}: ${message}`,
    hints[code ?? ''] ?? 'Correct it; the copies that it was tried on are dropped again.',
    error,
  );
}
