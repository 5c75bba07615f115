import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../config/fault.ts';
import type { Session } from '../infra/topology/session.ts';
import type { Tenant, TenantClass } from './statement.ts';

const query = join(import.meta.dirname, 'tenants.sql');

/**
 * The tenant with the most orders, the one in the middle and the one with the fewest, among those that have at least
 * one order, one product and one active, accepted member (the highest role first). The same data gives the same three.
 * @throws Fault (component) when there is none: the database holds no dataset.
 */
export async function findTenants(session: Session): Promise<Tenant[]> {
  const { rows } = await session.query<{
    class: TenantClass;
    id: string;
    slug: string;
    user_id: string;
    orders: string;
    products: string;
  }>(await readFile(query, 'utf8'));
  if (rows.length === 0) {
    throw missing(
      'The database has no tenant with an order, a product and an active member.',
      'Fill it with `./olympus seed`.',
    );
  }
  return rows.map(({ class: tenantClass, id, slug, user_id, orders, products }) => ({
    class: tenantClass,
    id,
    slug,
    userId: user_id,
    orders: Number(orders),
    products: Number(products),
  }));
}
