import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../config/fault.ts';
import type { Session } from '../infra/topology/session.ts';
import { type LoadTenant, zipfWeights } from './load-plan.ts';

const query = join(import.meta.dirname, 'load-tenants.sql');

/**
 * Tenants for a load: the largest and a spread over the rest, at most `count`, largest first, asked by Zipf's law.
 * The largest 5 % are whales, the smaller half minnows.
 * @throws Fault (component) when the database holds no dataset.
 */
export async function findLoadTenants(session: Session, count: number): Promise<LoadTenant[]> {
  const { rows } = await session.query<{ id: string; user_id: string; class: string }>(
    await readFile(query, 'utf8'),
    [count],
  );
  if (rows.length === 0) {
    throw missing(
      'The database has no tenant with an order, a product and an active member.',
      'Fill it with `./olympus seed`.',
    );
  }
  const weights = zipfWeights(rows.length);
  return rows.map((row, i) => ({ class: row.class, id: row.id, userId: row.user_id, weight: weights[i]! }));
}
