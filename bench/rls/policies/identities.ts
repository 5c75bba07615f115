import type { Session } from '../../../infra/topology/session.ts';
import type { Identity } from '../../../scenarios/identity.ts';
import type { Tenant } from '../../../scenarios/statement.ts';

/** Who tries what he may: a member of a tenant with a role, or somebody who has no business there. */
export interface Person {
  readonly name: string;
  readonly identity: Identity | null;
  /** The role that he is given in his tenant while he tries. */
  readonly role: string | null;
}

const roles = ['owner', 'admin', 'manager', 'member', 'viewer'] as const;

/** One of each role in `own`; a member of `other`; one of them who claims `own`; one who says nothing about himself. */
export const identitiesOf = (own: Tenant, other: Tenant): Person[] => [
  ...roles.map((role) => ({
    name: role,
    identity: { userId: own.userId, organizationId: own.id },
    role,
  })),
  {
    name: 'member of another tenant',
    identity: { userId: other.userId, organizationId: other.id },
    role: null,
  },
  { name: 'stranger', identity: { userId: other.userId, organizationId: own.id }, role: null },
  { name: 'anonymous', identity: null, role: null },
];

/** Gives the person his role, by a session that no policy binds; taken back with its transaction. */
export async function giveRole(session: Session, { identity, role }: Person): Promise<void> {
  if (identity && role)
    await session.query(
      'UPDATE core.organization_members SET role = $1 WHERE user_id = $2 AND organization_id = $3',
      [role, identity.userId, identity.organizationId],
    );
}
