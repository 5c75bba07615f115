import { usage } from '../config/fault.ts';
import { type Progress, silent } from '../config/progress.ts';
import { identifier, type Session } from '../infra/topology/session.ts';

/** Orders and their items leave together; items first, for their leaf refers to the orders' leaf. */
const pair = ['order_items', 'orders'] as const;

/** "2025-01". @throws Fault (usage) for anything else. */
function suffixOf(month: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw usage(`"${month}" is no month.`, 'Write it as 2025-01.');
  return month.replace('-', '_');
}

const stateOfLeaf = `
  SELECT to_regclass($2) IS NOT NULL AS exists, coalesce(inhdetachpending, false) AS pending, inhrelid IS NOT NULL AS attached
    FROM (SELECT) AS one
    LEFT JOIN pg_inherits ON inhparent = to_regclass($1) AND inhrelid = to_regclass($2)`;

/**
 * Detaches a month of orders and items without blocking writers of other months (DETACH .. CONCURRENTLY); finishes a
 * detaching that was interrupted. `session` is the owner's or an administrator's, outside a transaction.
 * @throws Fault (usage) when there is no such month.
 */
export async function detachMonth(session: Session, month: string): Promise<void> {
  const suffix = suffixOf(month);
  for (const root of pair) {
    const leaf = `core.${identifier(`${root}_${suffix}`)}`;
    const { rows } = await session.query<{ exists: boolean; pending: boolean; attached: boolean }>(
      stateOfLeaf,
      [`core.${root}`, leaf],
    );
    const { exists, pending, attached } = rows[0]!;
    if (!exists)
      throw usage(
        `core.${root} has no month ${month}.`,
        'SELECT * FROM analytics.partition_health lists what there is.',
      );
    if (!attached) continue;
    await session.query(
      `ALTER TABLE core.${root} DETACH PARTITION ${leaf} ${pending ? 'FINALIZE' : 'CONCURRENTLY'}`,
    );
  }
}

export interface ArchivedMonth {
  readonly orders: number;
  readonly items: number;
}

/**
 * Moves a detached month to the archive, `batch` orders a transaction, and drops it once the counts agree. An
 * interrupted run goes on where it stopped. Returns what the archive holds of that month.
 * @throws Fault (usage) when the month is not detached.
 */
export async function archiveMonth(
  session: Session,
  month: string,
  {
    batch = 5000,
    progress = silent,
    signal,
  }: { batch?: number; progress?: Progress; signal?: AbortSignal } = {},
): Promise<ArchivedMonth> {
  suffixOf(month);
  const move = 'SELECT * FROM ops.archive_batch($1::date, $2)';
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await session
      .query<{ orders_moved: string; items_moved: string; finished: boolean }>(move, [`${month}-01`, batch])
      .catch((error: { code?: string; message: string }) => {
        if (error.code !== '55000') throw error;
        throw usage(`${error.message}.`, `Detach it first: detachMonth(session, '${month}').`, error);
      });
    const { orders_moved, items_moved, finished } = rows[0]!;
    progress.count(Number(orders_moved), 0, 'orders');
    if (finished) return { orders: Number(orders_moved), items: Number(items_moved) };
  }
}
