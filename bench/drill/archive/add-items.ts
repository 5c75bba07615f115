import { connect } from '../../../infra/topology/session.ts';

export interface ItemWriter {
  /** Items whose commit was acknowledged. */
  readonly acknowledged: number;
  /** Items of which no answer came. */
  readonly uncertain: number;
  stop(): Promise<void>;
}

const gone = '23503'; // foreign_key_violation: the order has left, and the item was refused

/** Adds items to orders that are about to be archived, the oldest first, one after the other, until it is stopped. */
export async function addItems(url: string, olderThanMonths: number): Promise<ItemWriter> {
  await using looking = await connect(url, 'olympus-drill');
  const { rows: orders } = await looking.query<{ organization_id: string; id: string; created_at: string }>(
    `SELECT organization_id, id, created_at::text FROM core.orders
      WHERE created_at < now() - make_interval(months => $1) AND status IN ('delivered', 'completed', 'cancelled', 'refunded')
      ORDER BY created_at`,
    [olderThanMonths],
  );
  const counts = { acknowledged: 0, uncertain: 0 };
  let stopped = false;
  const session = await connect(url, 'olympus-drill');
  const work = (async () => {
    for (const { organization_id, id, created_at } of orders) {
      if (stopped) return;
      try {
        await session.query(insert, [organization_id, id, created_at]);
        counts.acknowledged++;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === gone) continue;
        if (code === undefined) counts.uncertain++;
        throw error;
      }
    }
  })();
  work.catch(() => {}); // stop() reports it
  return {
    get acknowledged() {
      return counts.acknowledged;
    },
    get uncertain() {
      return counts.uncertain;
    },
    async stop() {
      stopped = true;
      try {
        await work;
      } finally {
        await session[Symbol.asyncDispose]();
      }
    },
  };
}

const insert = `
  INSERT INTO core.order_items (organization_id, order_id, order_created_at, product_snapshot, quantity, unit_price_cents, total_cents)
  VALUES ($1, $2, $3, '{}', 1, 1, 1)`;
