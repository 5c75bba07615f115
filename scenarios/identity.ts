import type { Session } from '../infra/topology/session.ts';
import type { Tenant } from './statement.ts';

/** Who a request acts for; null: it says nothing about itself. */
export interface Identity {
  readonly userId: string;
  readonly organizationId: string;
}

export const identityOf = ({ userId, id }: { userId: string; id: string }): Identity => ({
  userId,
  organizationId: id,
});

/** Local to the transaction, so that a pooler's next client does not inherit it. */
export const setIdentity = `SELECT set_config('request.jwt.claim.sub', $1, true), set_config('app.org_id', $2, true)`;

/** One statement that makes the settings of a tenant, local to the transaction; null where there is nothing to say. */
export function settingsCall({
  identity,
}: Pick<Tenant, 'identity'>): { text: string; values: string[] } | null {
  const settings = Object.entries(identity);
  if (settings.length === 0) return null;
  const calls = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, true)`);
  return { text: `SELECT ${calls.join(', ')}`, values: settings.flat() };
}

/**
 * Runs `work` in a transaction that acts for a tenant, and takes back all that it did, writes and settings included.
 * @throws what `work` throws.
 */
export async function forTenant<T>(session: Session, tenant: Tenant, work: () => Promise<T>): Promise<T> {
  await session.query('BEGIN');
  try {
    const call = settingsCall(tenant);
    if (call) await session.query(call.text, call.values);
    return await work();
  } finally {
    await session.query('ROLLBACK').catch(() => {}); // a lost connection shows in what `work` throws
  }
}

/**
 * Runs `work` in a transaction under this identity and takes back all that it did, writes and settings included.
 * @throws what `work` throws.
 */
export async function underIdentity<T>(
  session: Session,
  identity: Identity | null,
  work: () => Promise<T>,
): Promise<T> {
  await session.query('BEGIN');
  try {
    await session.query(setIdentity, [identity?.userId ?? '', identity?.organizationId ?? '']);
    return await work();
  } finally {
    await session.query('ROLLBACK').catch(() => {}); // a lost connection shows in what `work` throws
  }
}
