import { day, windowEnd } from '../calendar.ts';
import type { RowWriter } from '../copy/writer.ts';
import { subjects } from '../random.ts';
import { currencies } from '../world.ts';
import { writePhone } from './person-fields.ts';
import { Rows } from './rows.ts';
import { table } from './table.ts';

export const organizations = table('core.organizations', {
  id: 'uuid',
  name: 'text',
  slug: 'text',
  email: 'text',
  phone: 'text',
  website: 'text',
  address: 'jsonb',
  settings: 'jsonb',
  limits: 'jsonb',
  stripe_customer_id: 'text',
  subscription_plan: 'text',
  subscription_status: 'text',
  status: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deleted_at: 'timestamptz',
  version: 'int4',
});

const plans = ['enterprise', 'pro', 'starter', 'free'] as const;
const states = ['trialing', 'past_due', 'cancelled', 'paused', 'expired', 'active'] as const;

/** Larger tenants are on larger plans. */
function plan(tenant: number, tenants: number): (typeof plans)[number] {
  const share = tenant / tenants;
  return plans[share < 0.02 ? 0 : share < 0.15 ? 1 : share < 0.5 ? 2 : 3];
}

export class OrganizationRows extends Rows {
  write(writer: RowWriter, tenant: number): void {
    const { world } = this;
    const created = world.tenantCreated(tenant);
    const slug = world.tenantSlug(tenant);
    const closed = world.tenantClosed(tenant);
    const paid = plan(tenant, world.scale.tenants);
    const currency = currencies[world.currency(tenant)]!;
    const random = this.random.at(subjects.organizationText, tenant);
    const updated = Math.floor(created + random.unit() * (windowEnd - created));
    const state = closed ? 2 : random.below(40);
    writer.row(organizations.width);
    this.ids.write(writer, subjects.organizationId, tenant, created);
    writer.text(world.tenantName(tenant));
    writer.text(slug);
    writer.text(`hello@${slug}.example`);
    writePhone(writer, tenant);
    writer.text(`https://${slug}.example`);
    writer.pooled(world.pools.addresses, tenant % world.pools.addresses.size);
    writer.jsonb({ locale: currency === 'EUR' ? 'de' : 'en', currency, timezone: 'UTC' });
    writer.jsonb({
      products: 1000 * 10 ** (3 - plans.indexOf(paid)),
      staff: 5 * 4 ** (3 - plans.indexOf(paid)),
    });
    if (paid === 'free') writer.null();
    else writer.text(`cus_${tenant.toString(36).padStart(10, '0')}`);
    writer.text(paid);
    writer.text(states[Math.min(state, states.length - 1)]!);
    writer.text(closed ? 'deleted' : 'active');
    writer.time(created);
    writer.time(updated);
    writer.timeOrNull(closed ? Math.min(windowEnd - 1, created + 600 * day) : 0);
    writer.int4(1 + random.below(5));
  }
}
