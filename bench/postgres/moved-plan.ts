import type { Lineage } from '../../analysis/explain/lineage.ts';
import type { Plan } from '../../analysis/explain/plan.ts';
import { diffPlans } from '../../analysis/gate/plan-diff.ts';
import type { PlanDiffResult } from '../../result/result.ts';

/** A statement's plan on one side, as it is shown: "A", "without the change". */
export interface SidePlan {
  readonly side: string;
  readonly plan: Plan;
  readonly lineage: Lineage;
}

/** What changed from one side's plan to the other's, for the report. */
export function movedPlan(
  statement: string,
  tenantClass: string,
  before: SidePlan,
  after: SidePlan,
): PlanDiffResult {
  const lineages = { before: before.lineage, after: after.lineage };
  const { verdict, summary, rows } = diffPlans(before.plan, after.plan, lineages);
  return {
    ...{ statement, tenantClass, before: before.side, after: after.side, verdict, summary },
    rows: rows.map((row) => ({ ...row, words: [...row.words] })),
  };
}
