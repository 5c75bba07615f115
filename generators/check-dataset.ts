import type { Connection, Session } from '../infra/topology/session.ts';
import { type Connect, withConnections } from './load/connections.ts';
import { createMarks, type Mark } from './load/dataset.ts';
import { combine, differenceOf, digestTable, type TableDigest } from './load/digest.ts';
import { quoted } from './load/preflight.ts';
import { type Counters, digestSample, readCounters, type TableSign, takeSign } from './load/signs.ts';
import { filledTables } from './load/work.ts';
import type { Table } from './tables/table.ts';

export interface CheckedDataset {
  /** What differs from the rows that were generated, one sentence a table; none when all of them are as they were. */
  readonly differences: readonly string[];
  /** Tables of which every row was hashed; of the others the count, a sample of their pages and the signs of writes. */
  readonly hashed: readonly string[];
  /** Of the rows as they are; null where not every row was hashed. */
  readonly digest: string | null;
  /** Tables whose heap has grown since they were loaded, by what share: the rows are right, their pages are more. */
  readonly grown: readonly { readonly table: string; readonly share: number }[];
}

/** A heap may be so much larger than when it was loaded before pages read from it say something else. */
const tolerated = 0.02;

/**
 * Whether the rows of a complete data set are still those that were generated. Of every table the rows are counted and
 * the same sample of pages is hashed; a table that the server counted writes of, whose heap has another size, or of
 * which nothing is remembered, is hashed whole.
 * @param options.whole hashes every row of every table
 * @param options.restored the server started from a copy of ours, and counts writes from then on
 * @param options.remember keeps how tables look that were found right, so that the next check need not hash them again
 */
export async function checkDataset(
  connect: Connect,
  mark: Mark,
  options: { readonly whole: boolean; readonly restored: boolean; readonly remember: boolean },
): Promise<CheckedDataset> {
  const settings = { statement_timeout: '0', jit: 'off' };
  return await withConnections(connect, 1, ([session]) => check(session!, mark, options), settings);
}

async function check(
  session: Connection,
  mark: Mark,
  { whole, restored, remember }: Parameters<typeof checkDataset>[2],
): Promise<CheckedDataset> {
  const { live = false } = mark;
  const counters = await readCounters(session, filledTables);
  const hashed: TableDigest[] = [];
  const differences: string[] = [];
  const grown: { table: string; share: number }[] = [];
  const signs: TableSign[] = [];
  for (const table of filledTables) {
    const before = mark.digests?.find((one) => one.table === table.name);
    const sign = mark.signs?.find((one) => one.table === table.name);
    const now = counters.get(table.name)!;
    const share = sign ? now.bytes / sign.loadedBytes - 1 : 0;
    if (share > tolerated) grown.push({ table: table.name, share });
    const quiet = sign && !whole && looksUntouched(sign, now, restored);
    if (quiet && (await sameSample(session, table, live, sign, before))) {
      signs.push(sign);
      continue;
    }
    const digest = await digestTable(session, table, live);
    hashed.push(digest);
    const difference = differenceOf(before, digest);
    if (difference) differences.push(difference);
    else if (remember) signs.push(await takeSign(session, table, live, now, sign?.loadedBytes));
  }
  if (remember && differences.length === 0 && hashed.length > 0) {
    await createMarks(session); // those of an older data set lack the column
    await session.query('UPDATE bench.dataset SET signs = $1', [JSON.stringify(signs)]);
  }
  return {
    ...{ differences, grown },
    hashed: hashed.map(({ table }) => table),
    digest: hashed.length === filledTables.length ? combine(hashed) : null,
  };
}

/** A server that started from a copy of ours counts writes from then on. */
const looksUntouched = (sign: TableSign, now: Counters, restored: boolean): boolean =>
  now.bytes === sign.bytes && now.writes === (restored ? 0 : sign.writes);

async function sameSample(
  session: Session,
  table: Table,
  live: boolean,
  { percent, sample }: TableSign,
  before: TableDigest | undefined,
): Promise<boolean> {
  const { rows } = await session.query<{ rows: string }>(
    `SELECT count(*) AS rows FROM ${quoted(table.name)}`,
  );
  if (Number(rows[0]!.rows) !== before?.rows) return false;
  const now = await digestSample(session, table, live, percent);
  return now.rows === sample.rows && now.sum === sample.sum;
}
