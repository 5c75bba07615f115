import { usage } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import type { Session } from '../../infra/topology/session.ts';

/** One row of our own with a number that grows. Disposing it drops its table. */
export interface Probe extends AsyncDisposable {
  /** The new number, committed. */
  write(): Promise<number>;
  read(session: Session): Promise<number>;
}

/** Session-level: the server lets go of it when we die. */
const lockKey = `hashtextextended('olympus-bench cache', 0)`;

export async function createProbe(session: Session, progress: Progress): Promise<Probe> {
  const { rows } = await session.query<{ free: boolean; schema: boolean }>(
    `SELECT pg_try_advisory_lock(${lockKey}) AS free, to_regnamespace('bench') IS NOT NULL AS schema`,
  );
  const { free, schema } = rows[0]!;
  if (!free)
    throw usage(
      'Another run measures a cache on this database.',
      'Wait for it to end, or leave this part out with --only.',
    );
  if (!schema) await session.query('CREATE SCHEMA bench');
  await session.query('DROP TABLE IF EXISTS bench.cache_probe');
  await session.query('CREATE TABLE bench.cache_probe AS SELECT 0 AS version');
  return {
    async write() {
      const { rows: written } = await session.query<{ version: number }>(
        'UPDATE bench.cache_probe SET version = version + 1 RETURNING version',
      );
      return written[0]!.version;
    },
    async read(reader) {
      const { rows: seen } = await reader.query<{ version: number }>('SELECT version FROM bench.cache_probe');
      return seen[0]!.version;
    },
    async [Symbol.asyncDispose]() {
      try {
        await session.query('DROP TABLE IF EXISTS bench.cache_probe');
        if (!schema) await session.query('DROP SCHEMA IF EXISTS bench');
        await session.query(`SELECT pg_advisory_unlock(${lockKey})`);
      } catch (error) {
        progress.warn(`bench.cache_probe could not be dropped: ${(error as Error).message}`);
      }
    },
  };
}
