import { nodesOf, type Plan } from '../../analysis/explain/plan.ts';
import { readPlans } from '../../analysis/explain/read.ts';
import type { Kept } from './mutations.ts';

export type Outcome = 'right' | 'refused' | 'warned' | 'wrong';

/** What a reader makes of a kept plan, beside the reading of the plan itself. */
export function judge(kept: Kept, plan: Plan): { readonly outcome: Outcome; readonly seen: string } {
  const readings = readPlans(kept.bytes);
  const [first] = readings;
  if (readings.length === 1 && first?.kind === 'plan' && figures(first.plan) === figures(plan))
    return { outcome: 'right', seen: '' };
  if (first?.kind !== 'plan')
    return { outcome: 'refused', seen: first?.kind === 'not-a-plan' ? first.why : '' };
  const told = first.warnings.filter((warning) => !/without (?:ANALYZE|BUFFERS)/.test(warning));
  return {
    outcome: told.length > 0 ? 'warned' : 'wrong',
    seen: told.join(' ') || `${readings.length} plans`,
  };
}

/** All that is said of the nodes. */
const figures = ({ root }: Plan): string =>
  JSON.stringify(nodesOf(root).map(({ children: _, ...node }) => node));
