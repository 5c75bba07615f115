import type { ComparisonResult, PlanResult, Result } from '../../result/result.ts';

/**
 * Plans whose shape is another one. A missed expectation is a regression, and so is more work (its own row); another shape
 * is neither.
 */
export function shapeRows(a: Result, b: Result, sameData: boolean): ComparisonResult[] {
  const [before, after] = [shapesOf(a), shapesOf(b)];
  return [...after].flatMap(([name, plan]): ComparisonResult[] => {
    const old = before.get(name);
    if (!old) return [];
    const missed = old.expectation.ok !== false && plan.expectation.ok === false;
    if (old.shape === plan.shape && !missed) return [];
    return [
      {
        metric: `${name}, plan`,
        ...{ a: null, b: null, ratio: null, low: null, high: null, pairs: 1 },
        verdict: missed ? 'regression' : 'plan changed',
        role: missed && sameData ? 'exact' : 'advisory',
        why: missed
          ? `Its expectation is missed now: ${plan.expectation.why}`
          : `Another plan: ${shapeText(old, plan)}`,
      },
    ];
  });
}

function shapeText(old: PlanResult, plan: PlanResult): string {
  const [was, is] = [old.indexes, plan.indexes];
  const gone = was.filter((name) => !is.includes(name));
  const come = is.filter((name) => !was.includes(name));
  if (gone.length + come.length === 0) return 'the same indexes, other nodes or another order of joins.';
  const parts = [
    gone.length > 0 && `no longer ${gone.join(', ')}`,
    come.length > 0 && `now ${come.join(', ')}`,
  ];
  return `${parts.filter(Boolean).join('; ')}.`;
}

const planName = ({ statement, variant, tenantClass }: PlanResult): string =>
  `plans ${statement} ${variant} ${tenantClass}`;

const shapesOf = ({ plans }: Pick<Result, 'plans'>): Map<string, PlanResult> =>
  new Map(plans.map((plan) => [planName(plan), plan]));

/** How many plans both runs have. */
export function plansOf(a: Result, b: Result): number {
  const names = shapesOf(a);
  return b.plans.filter((plan) => names.has(planName(plan))).length;
}
