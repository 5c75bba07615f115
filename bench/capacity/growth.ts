import { growth as fit } from '../../analysis/capacity/growth.ts';
import { silent } from '../../config/progress.ts';
import type { Scale } from '../../generators/scales.ts';
import { connect } from '../../infra/topology/session.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import type { PlanResult } from '../../result/result.ts';
import { findTenants } from '../../scenarios/tenants.ts';
import type { Setting } from '../measure.ts';
import { plans } from '../plans/plans.ts';
import { seededDatabase } from '../seeded-database.ts';

const stem = 'olympus_capacity_size';
const planRepeats = 2;

type Found = Exclude<CapacityResult['growth'], null>;

/**
 * Plans of the catalogue over data of several sizes with the same tenants, so that each tenant grows with the data.
 * @param largest the whole
 * @param shares of it, ascending
 */
export async function measureGrowth(
  setting: Setting,
  largest: Scale,
  shares: readonly number[] = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1],
): Promise<Found> {
  const sizes: Found['sizes'] = [];
  const seen: PlanResult[][] = [];
  for (const share of shares) {
    setting.signal.throwIfAborted();
    setting.progress.note(`the plans with ${Math.round(share * largest.orders)} orders`);
    const { size, found } = await plansAt(setting, partOf(largest, share));
    sizes.push(size);
    seen.push(found);
  }
  return { sizes, statements: statementsOf(sizes, seen) };
}

/** What grows is what tenants own; how many there are stays. */
export const partOf = (whole: Scale, share: number): Scale => ({
  ...whole,
  name: `${whole.name} x ${share}`,
  customers: Math.max(whole.tenants, Math.round(whole.customers * share)),
  products: Math.max(whole.tenants, Math.round(whole.products * share)),
  orders: Math.max(whole.tenants, Math.round(whole.orders * share)),
});

async function plansAt(setting: Setting, scale: Scale) {
  const quiet = { ...setting, progress: silent };
  await using database = await seededDatabase(quiet, stem, { scale, seed: setting.seed });
  const { dataset, name } = database;
  await using session = await connect(setting.topology.get('primary').url('admin', name), 'olympus-capacity');
  const { plans: found = [] } = await plans.run({
    ...setting,
    database: name,
    tenants: await findTenants(session, setting.project.tenants),
    budget: { ...setting.budget, planRepeats },
    keep: (file, content) => setting.keep(`capacity/size-${scale.orders}/${file}`, content),
  });
  const bytes = dataset.tables.reduce((sum, table) => sum + table.bytes, 0);
  const rows = dataset.tables.reduce((sum, table) => sum + table.rows, 0);
  return { size: { orders: scale.orders, rows, bytes }, found };
}

/** Pure: one line for each statement and class of tenants, as the application reads it. */
function statementsOf(sizes: Found['sizes'], seen: readonly PlanResult[][]): Found['statements'] {
  const key = ({ statement, tenantClass, variant }: PlanResult) => `${statement} ${tenantClass} ${variant}`;
  const bySize = seen.map((plans) => new Map(plans.map((plan) => [key(plan), plan])));
  return (seen.at(-1) ?? [])
    .filter(({ variant }) => variant === 'app')
    .map((last) => {
      const at = bySize.map((plans) => plans.get(key(last)));
      const buffers = at.map((plan) =>
        plan?.buffers.hit == null ? null : plan.buffers.hit + (plan.buffers.read ?? 0),
      );
      const points = at.flatMap((plan, i) =>
        plan && buffers[i] !== null
          ? [{ size: sizes[i]!.orders, buffers: buffers[i]!, shape: plan.shape }]
          : [],
      );
      const { cliffs, ...figures } = fit(points);
      return {
        statement: last.statement,
        tenantClass: last.tenantClass,
        buffers,
        ...figures,
        cliffs: [...cliffs],
      };
    });
}

/** The size to grow up to: that of the data set, but no more than a machine fills in half a minute. */
const most = 200_000; // orders
export const largestOf = (whole: Scale): Scale =>
  whole.orders <= most ? whole : partOf(whole, most / whole.orders);
