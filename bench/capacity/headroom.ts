import type { CapacityResult } from '../../result/measures/capacity.ts';

export interface Known {
  /** Requests a second today, as the user says. */
  readonly currentRate?: number;
  /** Size of the disk, bytes, as the user says. */
  readonly disk?: number;
}

type Rows = CapacityResult['headroom'];

/** Pure: what is used of each resource, and what is left of it. */
export function headroom(found: Pick<CapacityResult, 'maximum' | 'storage'>, known: Known): Rows {
  const rows: Rows = [];
  const { maximum, storage } = found;
  if (maximum)
    rows.push(
      row('request rate', known.currentRate ?? null, maximum.low > 0 ? maximum.low : null, 'requests/s', {
        unused: 'Say what is asked today: --current-rate.',
        known: maximum.saturation
          ? `beyond it: ${maximum.saturation.resource}`
          : 'what lies beyond was not reached',
      }),
    );
  if (storage)
    rows.push(
      row('disk', storage.bytesNow, known.disk ?? null, 'bytes', {
        unused: 'Say how large the disk is: --disk.',
        known: `${Math.round(storage.bytesPerDay.value / 1e6)} MB a day at today's business`,
      }),
    );
  return rows;
}

function row(
  resource: string,
  used: number | null,
  limit: number | null,
  unit: string,
  why: { readonly unused: string; readonly known: string },
): Rows[number] {
  if (used === null || limit === null) return { resource, used, limit, unit, leftPct: null, why: why.unused };
  return { resource, used, limit, unit, leftPct: (100 * (limit - used)) / limit, why: why.known };
}
