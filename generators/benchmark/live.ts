import { type Progress, silent } from '../../config/progress.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Connect } from '../load/connections.ts';
import { filledTables } from '../load/work.ts';
import type { Scale } from '../scales.ts';
import { seed } from '../seed.ts';

/** Rows a second until every row was there with its indexes and keys. */
export interface Ingest {
  /** In the normal way: indexes and keys dropped, and built again after the rows. */
  readonly bulk: number;
  /** Into tables with everything on. */
  readonly live: number;
  readonly rows: number;
}

/**
 * Loads the same rows both ways, one after the other, into an empty migrated database, and leaves it empty.
 * @param connect opens a superuser's connection to it
 */
export async function compareIngest(
  connect: Connect,
  sample: Scale,
  { progress = silent, signal }: { readonly progress?: Progress; readonly signal?: AbortSignal } = {},
): Promise<Ingest> {
  const load = async (live: boolean) => {
    try {
      const options = { scale: sample, seed: 1, live, ...(signal && { signal }) };
      const { ingest, tables } = await seed(connect, options);
      progress.note(
        `${live ? 'Into live tables' : 'In the normal way'}: ${Math.round(ingest!.rowsPerSecond)} rows/s.`,
      );
      return { rate: ingest!.rowsPerSecond, rows: tables.reduce((sum, { rows }) => sum + rows, 0) };
    } finally {
      await using session = await connect();
      await empty(session);
    }
  };
  const bulk = await load(false);
  const live = await load(true);
  return { bulk: bulk.rate, live: live.rate, rows: live.rows };
}

async function empty(session: Session): Promise<void> {
  const tables = filledTables.map(({ name }) => name).join(', ');
  await session.query(`TRUNCATE ${tables} CASCADE`);
  await session.query('DROP SCHEMA IF EXISTS bench CASCADE');
  await session.query('REFRESH MATERIALIZED VIEW cache.organization_metrics');
}
