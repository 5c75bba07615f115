import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { Session } from '../../infra/topology/session.ts';

const definition = await readFile(join(import.meta.dirname, 'probe-tables.sql'), 'utf8');
/** Session-level: the server lets go of it when we die. */
const lockKey = `hashtextextended('olympus-bench lag', 0)`;

/** bench.lag_probe and bench.lag_load on the primary. Disposing it drops them, and the schema if it made it. */
export async function createProbeTables(session: Session, progress: Progress): Promise<AsyncDisposable> {
  const { rows } = await session.query<{ free: boolean; schema: boolean }>(
    `SELECT pg_try_advisory_lock(${lockKey}) AS free, to_regnamespace('bench') IS NOT NULL AS schema`,
  );
  const { free, schema } = rows[0]!;
  if (!free)
    throw usage(
      'Another run measures replication lag on this database.',
      'Wait for it to end, or leave this part out with --only.',
    );
  if (!schema) await session.query('CREATE SCHEMA bench');
  await session.query(definition);
  return {
    async [Symbol.asyncDispose]() {
      try {
        await session.query('DROP TABLE IF EXISTS bench.lag_probe, bench.lag_load, bench.lag_conflict');
        if (!schema) await session.query('DROP SCHEMA IF EXISTS bench');
        await session.query(`SELECT pg_advisory_unlock(${lockKey})`);
      } catch (error) {
        // A primary that died in mid-measure: what it died of is the news, and the next run drops them.
        progress.warn(`bench.lag_probe and bench.lag_load could not be dropped: ${(error as Error).message}`);
      }
    },
  };
}
