import type { PlanResult } from '../../../result/result.ts';
import { maxRows } from '../table.ts';

/** A page with more trees than these no browser opens at once. */
const maxPlans = maxRows;

/**
 * The plans whose trees a page shows: all, or of very many those that missed an expectation, then those that read the most. A statement
 * is shown with all its plans or with none.
 */
export function shownPlans(all: readonly PlanResult[]): readonly PlanResult[] {
  if (all.length <= maxPlans) return all;
  const weight = (plans: readonly PlanResult[]) =>
    Math.max(
      ...plans.map(({ expectation, buffers: { hit, read } }) =>
        expectation.ok === false ? Infinity : (hit ?? 0) + (read ?? 0),
      ),
    );
  const groups = [...Map.groupBy(all, ({ statement }) => statement).values()].toSorted(
    (a, b) => weight(b) - weight(a),
  );
  const shown = new Set<PlanResult>();
  for (const group of groups) {
    if (shown.size + group.length > maxPlans) break;
    for (const plan of group) shown.add(plan);
  }
  return all.filter((plan) => shown.has(plan));
}
