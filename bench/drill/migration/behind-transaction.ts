import { setTimeout as sleep } from 'node:timers/promises';
import { connect, identifier } from '../../../infra/topology/session.ts';
import type { BehindTransaction } from '../../../result/measures/migration.ts';
import { logLockWaits } from './lock-waits.ts';
import { watchSession } from './watch-session.ts';

const lockTimeoutMs = 50;
const retryAfterMs = 150;
const maxAttempts = 20;
const lockNotAvailable = '55P03';

/**
 * A statement that waits behind a long transaction: everybody who comes after waits behind it. Once as it is written,
 * and once with lock_timeout and another attempt. Both are rolled back.
 */
export async function behindTransaction(
  url: string,
  table: { readonly schema: string; readonly name: string },
  sql: string,
  frontMs = 800,
): Promise<BehindTransaction> {
  const naive = await attempts(url, table, sql, { frontMs, timeout: null });
  const retry = await attempts(url, table, sql, { frontMs, timeout: lockTimeoutMs });
  return {
    frontMs,
    lockTimeoutMs,
    naiveQueuedMax: naive.queuedMax,
    naiveWaitedMs: naive.waitedMs,
    retryQueuedMax: retry.queuedMax,
    retryWaitedMs: retry.waitedMs,
    retryAttempts: retry.attempts,
  };
}

async function attempts(
  url: string,
  { schema, name }: { readonly schema: string; readonly name: string },
  sql: string,
  { frontMs, timeout }: { readonly frontMs: number; readonly timeout: number | null },
): Promise<{ queuedMax: number; waitedMs: number; attempts: number }> {
  await using front = await connect(url, 'olympus-migration-front');
  await using session = await connect(url, 'olympus-migration');
  await session.query(logLockWaits);
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  await front.query('BEGIN');
  await front.query(`DELETE FROM ${identifier(schema)}.${identifier(name)} WHERE false`);
  await using watch = await watchSession(url, rows[0]!.pid);
  const release = sleep(frontMs).then(() => front.query('ROLLBACK'));
  let waitedMs = 0;
  let attempt = 1;
  for (; ; attempt++) {
    await session.query('BEGIN');
    if (timeout !== null) await session.query(`SET LOCAL lock_timeout = ${timeout}`);
    const began = performance.now();
    try {
      await session.query(sql);
      waitedMs = Math.max(waitedMs, performance.now() - began);
      break;
    } catch (error) {
      waitedMs = Math.max(waitedMs, performance.now() - began);
      if ((error as { code?: string }).code !== lockNotAvailable || attempt >= maxAttempts) throw error;
    } finally {
      await session.query('ROLLBACK');
    }
    await sleep(retryAfterMs);
  }
  await release;
  const { queuedMax } = await watch.read();
  return { queuedMax, waitedMs, attempts: attempt };
}
