import type { Lineage } from '../../analysis/explain/lineage.ts';
import type { Plan } from '../../analysis/explain/plan.ts';
import { diffPlans } from '../../analysis/gate/plan-diff.ts';
import type { PlanDiffResult, PlanResult } from '../../result/result.ts';

/** A plan with what the result says of it. */
export interface Captured {
  readonly plan: Plan;
  readonly result: PlanResult;
}

/**
 * Of the plans of one statement those that invite a comparison, where their shapes differ: the owner and the application for the
 * largest tenant, and the largest tenant and the smallest as the application.
 */
export function planPairs(captured: readonly Captured[], lineage: Lineage): PlanDiffResult[] {
  const tenants = [...new Set(captured.map(({ result }) => result.tenantClass))];
  const of = (variant: string, tenant: string | undefined) =>
    captured.find(({ result }) => result.variant === variant && result.tenantClass === tenant);
  const role = captured.some(({ result }) => result.variant === 'app') ? 'app' : 'owner';
  const pairs = [
    [of('owner', tenants[0]), of('app', tenants[0])],
    ...(tenants.length > 1 ? [[of(role, tenants[0]), of(role, tenants.at(-1))]] : []),
  ];
  return pairs.flatMap(([before, after]) =>
    before && after && before.result.shape !== after.result.shape ? [pairOf(before, after, lineage)] : [],
  );
}

function pairOf(before: Captured, after: Captured, lineage: Lineage): PlanDiffResult {
  const { verdict, summary, rows } = diffPlans(before.plan, after.plan, { before: lineage, after: lineage });
  const name = ({ result: { variant, tenantClass } }: Captured) => `as ${variant}, ${tenantClass}`;
  return {
    statement: after.result.statement,
    tenantClass: null,
    ...{ before: name(before), after: name(after), verdict, summary },
    rows: rows.map((row) => ({ ...row, words: [...row.words] })),
  };
}
