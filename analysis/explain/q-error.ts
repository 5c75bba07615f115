import { nodesOf, type PlanNode } from './plan.ts';

/** Their row counts are no counts of rows: they report 0. */
const rowless = new Set(['BitmapAnd', 'BitmapOr', 'ModifyTable']);

/**
 * How far the planner was off, as a factor from 1 up: max(e/a, a/e) of estimated and actual rows, both per loop and
 * at least 1. Null for nodes that did not run.
 */
export function qErrorOf(
  type: string,
  estimatedRows: number | null,
  actualRows: number | null,
  loops: number | null,
): number | null {
  if (rowless.has(type) || estimatedRows === null || actualRows === null || !loops) return null;
  const [estimated, actual] = [Math.max(estimatedRows, 1), Math.max(actualRows, 1)];
  return Math.max(estimated / actual, actual / estimated);
}

/** The node with the largest q-error; null when no node ran. */
export function worstEstimate(root: PlanNode): { node: PlanNode; qError: number } | null {
  let worst: { node: PlanNode; qError: number } | null = null;
  for (const node of nodesOf(root)) {
    if (node.qError !== null && node.qError > (worst?.qError ?? 0)) worst = { node, qError: node.qError };
  }
  return worst;
}
