import { daysUntil, paceOf } from '../../analysis/capacity/forecast.ts';
import { appendDays } from '../../generators/append.ts';
import { connect, type Session } from '../../infra/topology/session.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import type { Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';

const days = 7; // a week: weekends differ

type Found = Exclude<CapacityResult['storage'], null>;

interface Size {
  readonly bytes: number;
  readonly orders: number;
  readonly lsn: string;
}

/**
 * A week of business appended to a copy, day by day: what it adds on disk (rows and indexes) and to the WAL.
 * @param limits sizes in bytes whose date is wanted
 */
export async function measureStorage(setting: Setting, limits: readonly number[]): Promise<Found> {
  const primary = setting.topology.get('primary');
  await using copy = await cloneDatabase(primary, setting.database, `${setting.database}_growth`);
  const open = () => connect(primary.url('admin', copy.database), 'olympus-capacity');
  await using session = await open();
  const first = await sizeOf(session);
  const daily: { bytes: number; wal: number; orders: number }[] = [];
  for (let before = first; daily.length < days; ) {
    await appendDays(open, 1, { signal: setting.signal });
    const after = await sizeOf(session);
    daily.push({
      bytes: after.bytes - before.bytes,
      wal: await walBetween(session, before.lsn, after.lsn),
      orders: after.orders - before.orders,
    });
    before = after;
    setting.progress.count(daily.length, days, 'days');
  }
  const bytes = paceOf(daily.map((day) => day.bytes));
  const wal = paceOf(daily.map((day) => day.wal));
  const orders = daily.reduce((sum, day) => sum + day.orders, 0);
  return {
    days,
    ordersPerDay: orders / days,
    bytesNow: first.bytes,
    bytesPerDay: { value: bytes.mean, low: bytes.low, high: bytes.high },
    walBytesPerDay: { value: wal.mean, low: wal.low, high: wal.high },
    bytesPerOrder: orders > 0 ? (bytes.mean * days) / orders : null,
    limits: limits.map((limit) => daysUntil(first.bytes, limit, bytes)),
    why: `${days} days were appended to a copy by COPY, with all indexes and keys, and vacuumed and analysed after each; single inserts and updates write more WAL, and dead rows take room until they are vacuumed.`,
  };
}

/** Tables with their indexes; the catalogue of the system and free space elsewhere are not business. */
async function sizeOf(session: Session): Promise<Size> {
  const { rows } = await session.query<{ bytes: string; orders: string; lsn: string }>(
    `SELECT (SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class AS c
             JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema') AS bytes,
            (SELECT count(*) FROM core.orders) AS orders,
            pg_current_wal_lsn()::text AS lsn`,
  );
  const [{ bytes, orders, lsn }] = rows as [{ bytes: string; orders: string; lsn: string }];
  return { bytes: Number(bytes), orders: Number(orders), lsn };
}

async function walBetween(session: Session, from: string, to: string): Promise<number> {
  const { rows } = await session.query<{ bytes: string }>(
    'SELECT pg_wal_lsn_diff($2::pg_lsn, $1::pg_lsn) AS bytes',
    [from, to],
  );
  return Number(rows[0]!.bytes);
}
