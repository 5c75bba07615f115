import { day, windowEnd } from '../calendar.ts';
import { Encoded } from '../copy/encoded.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const members = table('core.organization_members', {
  id: 'uuid',
  organization_id: 'uuid',
  user_id: 'uuid',
  role: 'text',
  custom_permissions: 'jsonb',
  invited_by: 'uuid',
  invited_at: 'timestamptz',
  invitation_token: 'text',
  invitation_expires_at: 'timestamptz',
  accepted_at: 'timestamptz',
  status: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
});

const roles = Encoded.texts(['owner', 'admin', 'manager', 'member', 'member', 'member', 'viewer']);
const permissions = Encoded.jsonb([[], ['reports:read'], ['refunds:write']]);
const statuses = Encoded.texts(['active', 'inactive']);

/**
 * Every tenant has one owner, active and accepted. Of the others one in twelve is an invitation that nobody
 * accepted (half of them expired) and one in thirty has left. The second member of every fifth tenant is the owner
 * of another one: users who belong to two tenants.
 */
export class MemberRows extends Rows {
  write(writer: RowWriter, tenant: number): void {
    const { staff } = this.world;
    const owner = staff.start(tenant);
    const count = staff.start(tenant + 1) - owner;
    for (let place = 0; place < count; place++) this.#member(writer, tenant, owner, owner + place, place);
  }

  #member(writer: RowWriter, tenant: number, owner: number, member: number, place: number): void {
    const { world, ids } = this;
    const founded = world.tenantCreated(tenant);
    const random = this.random.at(subjects.member, member);
    const drawn = random.next();
    const tenants = world.scale.tenants;
    const shared = place === 1 && tenants > 1 && drawn % 5 === 0;
    const user = shared ? world.staff.start((tenant + 1 + (drawn % (tenants - 1))) % tenants) : member;
    const pending = place > 0 && !shared && random.chance(1 / 12);
    const left = place > 0 && !pending && random.chance(1 / 30);
    const expired = drawn % 2 === 0;
    const own = Math.floor(founded + day + random.unit() * (windowEnd - 40 * day - founded));
    const invited = place === 0 ? founded : pending && !expired ? windowEnd - 2 * day : own;
    writer.row(members.width);
    ids.write(writer, subjects.memberId, member, invited);
    ids.write(writer, subjects.organizationId, tenant, founded);
    ids.write(writer, subjects.userId, user, world.userCreated(user));
    writer.pooled(roles, place === 0 ? 0 : 1 + (drawn % (roles.size - 1)));
    writer.pooled(permissions, drawn % 9 < 7 ? 0 : 1 + (drawn % 2));
    if (place === 0) writer.null();
    else ids.write(writer, subjects.userId, owner, world.userCreated(owner));
    writer.timeOrNull(place === 0 ? 0 : invited);
    if (pending) writer.text(`inv-${member.toString(36)}-${drawn.toString(36)}`);
    else writer.null();
    writer.timeOrNull(pending ? invited + (expired ? 7 : 30) * day : 0);
    writer.timeOrNull(pending ? 0 : invited + (place === 0 ? 0 : (drawn % 86_400) * 1000));
    writer.pooled(statuses, left ? 1 : 0);
    writer.time(invited);
    writer.time(invited);
  }
}
