import type { RecoveryResult } from '../../../result/measures/recovery.ts';
import type { DrillRequest } from '../request.ts';

/**
 * The recovery point: how long before the moment that was to be restored the oldest lost write was acknowledged.
 * @param rows what the restored server holds, or why that is not known
 * @param at by the clock of the requests
 */
export function lostSpan(
  requests: readonly DrillRequest[],
  rows: ReadonlySet<string> | { readonly unread: string },
  at: number,
): Pick<RecoveryResult, 'lostMs' | 'lostWhy'> {
  if ('unread' in rows) return { lostMs: null, lostWhy: rows.unread };
  const acknowledged = requests.filter(({ kind, outcome }) => kind === 'write' && outcome === 'acknowledged');
  if (acknowledged.length === 0) return { lostMs: null, lostWhy: 'no write was acknowledged' };
  const lost = acknowledged.filter(({ token }) => !rows.has(token));
  if (lost.length === 0) return { lostMs: 0, lostWhy: null };
  return { lostMs: Math.max(0, at - Math.min(...lost.map(({ ended }) => ended))), lostWhy: null };
}
