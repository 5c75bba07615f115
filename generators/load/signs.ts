import type { Session } from '../../infra/topology/session.ts';
import type { Table } from '../tables/table.ts';
import { digestTable, type TableDigest } from './digest.ts';
import { queries } from './queries.ts';

/** How a table looked when its rows were known to be those of the data set. */
export interface TableSign {
  readonly table: string;
  /** Of its heap, partitions included. */
  readonly bytes: number;
  /** Rows that the server counted as inserted, updated or deleted so far; it forgets them when it crashes. */
  readonly writes: number;
  /** Of its heap when it was loaded. */
  readonly loadedBytes: number;
  /** Share of the pages that the sample reads, and what it found there. */
  readonly percent: number;
  readonly sample: Pick<TableDigest, 'rows' | 'sum'>;
}

const { signs } = queries('signs.sql', 'signs');
const pageBytes = 8192;
/** Enough that a change of one row in a hundred is seen, few enough to cost nothing on any scale. */
const samplePages = 200;

export type Counters = Pick<TableSign, 'bytes' | 'writes'>;

/** Heap sizes and counted writes, by the tables' names. */
export async function readCounters(
  session: Session,
  tables: readonly Table[],
): Promise<Map<string, Counters>> {
  const { rows } = await session.query<Counters & { table: string }>(signs, [tables.map(({ name }) => name)]);
  return new Map(rows.map(({ table, bytes, writes }) => [table, { bytes, writes }]));
}

/**
 * What is to be remembered of a table whose rows are known to be right.
 * @param counters read before its rows were looked at: a write in between shows at the next check
 * @param loadedBytes of its heap when it was loaded, where that was before
 */
export async function takeSign(
  session: Session,
  table: Table,
  live: boolean,
  { bytes, writes }: Counters,
  loadedBytes = bytes,
): Promise<TableSign> {
  const percent = Math.min(100, (100 * samplePages * pageBytes) / Math.max(bytes, 1));
  const sample = await digestSample(session, table, live, percent);
  return { table: table.name, bytes, writes, loadedBytes, percent, sample };
}

/** The same pages each time, as long as the table has as many. */
export async function digestSample(
  session: Session,
  table: Table,
  live: boolean,
  percent: number,
): Promise<TableSign['sample']> {
  const { rows, sum } = await digestTable(
    session,
    table,
    live,
    `TABLESAMPLE SYSTEM (${percent}) REPEATABLE (1)`,
  );
  return { rows, sum };
}
