import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import type { Identity } from '../../scenarios/identity.ts';
import type { Tenant } from '../../scenarios/statement.ts';

/**
 * Who reads, and what is his. A claim that is false must see nothing:
 * member: an active, accepted member of the tenant that he names; stranger: names a tenant that he is no member of;
 * anonymous: says nothing about himself.
 */
export interface Claim {
  readonly kind: 'member' | 'stranger' | 'anonymous';
  readonly identity: Identity | null;
  /** The tenant whose rows he may see; null: none. */
  readonly tenant: string | null;
}

export const memberOf = ({ id, userId }: Tenant): Claim => ({
  kind: 'member',
  identity: { userId, organizationId: id },
  tenant: id,
});

const sql = (name: string) => readFile(join(import.meta.dirname, `${name}.sql`), 'utf8');

interface Member {
  readonly user_id: string;
  readonly organization_id: string;
}

/**
 * Up to `count` users who are no members of `target`, the same ones for the same data and seed, each as a member of
 * his own tenant or as one who claims `target`; and an anonymous one. Those of a few tenants, by index; all members are
 * looked through only where these are not enough.
 */
export async function outsiders(
  everything: Session,
  target: Tenant,
  count: number,
  seed: number,
): Promise<Claim[]> {
  const values = [target.id, count, seed];
  const byIndex = await everything.query<Member>(await sql('some-outsiders'), values);
  const enough = byIndex.rows.length >= count;
  const { rows } = enough ? byIndex : await everything.query<Member>(await sql('outsiders'), values);
  const claims = rows.map(({ user_id, organization_id }, i): Claim => {
    const stranger = i % 2 === 1;
    return {
      kind: stranger ? 'stranger' : 'member',
      identity: { userId: user_id, organizationId: stranger ? target.id : organization_id },
      tenant: stranger ? null : organization_id,
    };
  });
  return [{ kind: 'anonymous', identity: null, tenant: null }, ...claims];
}
