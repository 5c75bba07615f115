import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
    if (!exists) throw usage(`core.${root} has no month ${month}.`, 'There is: ./olympus months list');
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
        throw usage(`${error.message}.`, `Detach it first: ./olympus months detach ${month}`, error);
      });
    const { orders_moved, items_moved, finished } = rows[0]!;
    progress.count(Number(orders_moved), 0, 'orders');
    if (finished) return { orders: Number(orders_moved), items: Number(items_moved) };
  }
}

/** A month of orders and items, or what is left of it. */
export interface Month {
  /** "2026-01" */
  readonly month: string;
  /**
   * attached: in use. detaching: a detaching was interrupted. detached: a table of its own. archiving: part of it is in
   * the archive. archived: all of it is, and the month is gone. mixed: orders and items are not in the same state.
   */
  readonly state: 'attached' | 'detaching' | 'detached' | 'archiving' | 'archived' | 'mixed';
  /** Estimated from statistics, exact of what is archived; null where the table was never analyzed. */
  readonly orders: number | null;
  readonly items: number | null;
  readonly bytes: number;
}

const listMonths = await readFile(join(import.meta.dirname, 'months.sql'), 'utf8');

/** Every month of orders and items, the oldest first. Takes no lock that anybody waits for. */
export async function monthsOf(session: Session): Promise<Month[]> {
  const { rows } = await session.query<{
    month: string;
    state: Month['state'];
    orders: string | null;
    items: string | null;
    bytes: string;
  }>(listMonths);
  const count = (text: string | null) => (text === null ? null : Number(text));
  return rows.map(({ month, state, orders, items, bytes }) => ({
    ...{ month, state, orders: count(orders), items: count(items), bytes: Number(bytes) },
  }));
}

/** Brings a detached month back. @throws Fault (usage) when there is no such month, or part of it is archived. */
export async function attachMonth(session: Session, month: string): Promise<void> {
  suffixOf(month);
  const found = (await monthsOf(session)).find((one) => one.month === month);
  if (!found || found.state === 'archived')
    throw usage(
      found ? `${month} is archived: it is no table any more.` : `There is no month ${month}.`,
      'There is: ./olympus months list',
    );
  if (found.state === 'archiving')
    throw usage(
      `Part of ${month} is in the archive already: attached, it would be a month with rows missing.`,
      `Archive the rest: ./olympus months archive ${month}`,
    );
  if (found.state === 'detaching' || found.state === 'mixed') await detachMonth(session, month);
  await session.query('SELECT ops.attach_month($1::date)', [`${month}-01`]);
}
