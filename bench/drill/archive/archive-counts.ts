import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../infra/topology/session.ts';
import type { Healed } from '../drill.ts';

const counting = await readFile(join(import.meta.dirname, 'archive-counts.sql'), 'utf8');

const names = [
  'orders',
  'archived_orders',
  'items',
  'archived_items',
  'doubled_orders',
  'doubled_items',
  'bytes',
] as const;
export type ArchiveCounts = Readonly<Record<(typeof names)[number], number>>;

export async function archiveCounts(session: Session): Promise<ArchiveCounts> {
  const { rows } = await session.query<Record<string, string>>(counting);
  return Object.fromEntries(names.map((name) => [name, Number(rows[0]![name])])) as ArchiveCounts;
}

/**
 * Whether every order and item is there once, in one place or the other.
 * @param added items whose commit was acknowledged while orders were archived
 */
export function judgeArchive(before: ArchiveCounts, after: ArchiveCounts, added: number): Healed {
  const orders = before.orders + before.archived_orders;
  const items = before.items + before.archived_items + added;
  const moved = after.archived_orders - before.archived_orders;
  const wrong = [
    ...difference('orders', orders, after.orders + after.archived_orders),
    ...difference('items', items, after.items + after.archived_items),
    ...(after.doubled_orders > 0 ? [`${after.doubled_orders} orders are in both places`] : []),
    ...(after.doubled_items > 0 ? [`${after.doubled_items} items are in both places`] : []),
  ];
  if (wrong.length > 0) return { ok: false, how: wrong.join('; ') };
  if (moved === 0) return { ok: null, how: 'no order was old enough to be archived: nothing was tried' };
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return {
    ok: true,
    how: `${moved} of ${orders} orders moved, each order and each of ${items} items (${added} of them added meanwhile) is there once; core.orders has ${megabytes(after.bytes)}, before ${megabytes(before.bytes)}: what is left is free for new rows after a vacuum`,
  };
}

const difference = (what: string, wanted: number, found: number): string[] =>
  wanted === found ? [] : [`${found} ${what} are there, and ${wanted} should be`];
