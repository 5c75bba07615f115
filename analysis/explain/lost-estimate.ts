import { align } from './align.ts';
import { collapse } from './collapse.ts';
import { type Lineage, noLineage } from './lineage.ts';
import { describe, type Plan, type PlanNode } from './plan.ts';

/** Rows per loop, as estimated and as they came. */
export interface Rows {
  readonly estimated: number;
  readonly actual: number | null;
}

/** What the planner expects of one scan in two plans of a statement. */
export interface ScanEstimates {
  /** "Index Scan using orders_pkey on orders", as in the second plan. */
  readonly scan: string;
  readonly before: Rows;
  readonly after: Rows;
}

/** Of the scans that both plans have, the one whose estimate differs most between them; null when no scan is in both. */
export function lostEstimate(before: Plan, after: Plan, lineage: Lineage = noLineage): ScanEstimates | null {
  const scans = align(collapse(before.root, lineage), collapse(after.root, lineage)).flatMap((aligned) => {
    if (aligned.kind !== 'both' || !/Scan$/.test(aligned.after.node.type)) return [];
    const [was, is] = [aligned.before.node, aligned.after.node];
    if (!is.relation || was.estimatedRows === null || is.estimatedRows === null) return [];
    return [{ scan: describe(is), before: rowsOf(was), after: rowsOf(is) }];
  });
  return scans.toSorted((a, b) => apart(b) - apart(a))[0] ?? null;
}

const rowsOf = ({ estimatedRows, actualRows }: PlanNode): Rows => ({
  estimated: estimatedRows!,
  actual: actualRows,
});

/** Factor between the two estimates, at least 1. */
export function apart({ before, after }: ScanEstimates): number {
  const [a, b] = [Math.max(before.estimated, 1), Math.max(after.estimated, 1)];
  return Math.max(a / b, b / a);
}
