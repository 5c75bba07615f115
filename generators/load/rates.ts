import type { Progress } from '../../config/progress.ts';
import type { Session } from '../../infra/topology/session.ts';
import { type Copied, rateText } from './pace.ts';

/** What COPY of one table took, over all units. */
export interface Rate extends Copied {
  readonly table: string;
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
  for (const rate of await readRates(session))
    progress.note(`${rate.table}: ${rate.rows.toLocaleString('en')} rows, ${rateText(rate, streams)}`);
}
