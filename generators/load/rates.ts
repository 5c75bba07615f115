import type { Progress } from '../../config/progress.ts';
import type { Session } from '../../infra/topology/session.ts';

/** What COPY of one table took, over all units. `ms` is summed over the streams. */
export interface Rate {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly ms: number;
}

export async function readRates(session: Session): Promise<Rate[]> {
  const { rows } = await session.query<Rate>(
    `SELECT r.key AS "table", sum((r.value ->> 'rows')::float8) AS rows, sum((r.value ->> 'bytes')::float8) AS bytes,
            sum((r.value ->> 'ms')::float8) AS ms
     FROM bench.chunk, jsonb_each(rows) AS r GROUP BY r.key ORDER BY r.key`,
  );
  return rows;
}

export async function noteRates(session: Session, streams: number, progress: Progress): Promise<void> {
  for (const { table, rows, bytes, ms } of await readRates(session)) {
    const seconds = ms / 1000 / streams;
    progress.note(
      `${table}: ${rows} rows, ${Math.round(rows / seconds)} rows/s, ${(bytes / seconds / 1e6).toFixed(1)} MB/s`,
    );
  }
}
