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

/**
 * Up to `count` users who are no members of `target`, the same ones for the same data and seed, each as a member of
 * his own tenant or as one who claims `target`; and an anonymous one.
 */
export async function outsiders(
  everything: Session,
  target: Tenant,
  count: number,
  seed: number,
): Promise<Claim[]> {
  const { rows } = await everything.query<{ user_id: string; organization_id: string }>(
    `SELECT m.user_id, m.organization_id
     FROM core.organization_members AS m
     JOIN core.organizations AS o ON o.id = m.organization_id AND o.deleted_at IS NULL
     WHERE m.status = 'active' AND m.accepted_at IS NOT NULL
       AND NOT EXISTS (SELECT FROM core.organization_members AS own
                       WHERE own.user_id = m.user_id AND own.organization_id = $1)
     ORDER BY uuid_hash_extended(m.id, $3), m.id
     LIMIT $2`,
    [target.id, count, seed],
  );
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
