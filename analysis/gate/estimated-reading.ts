import type { PlanNode } from '../explain/plan.ts';

/** A table's rows and pages by its statistics and its size. */
export interface TableSize {
  readonly rows: number;
  readonly pages: number;
}

/**
 * A plan that was not executed, with the figures that it would have if every estimate were right: a scan that reads a whole table
 * reads all its pages and throws the other rows away. Only to look for candidates; nothing of it is shown as measured.
 */
export function asEstimated(node: PlanNode, tables: ReadonlyMap<string, TableSize>): PlanNode {
  const children = node.children.map((child) => asEstimated(child, tables));
  const size = node.type === 'Seq Scan' && node.relation !== null ? tables.get(node.relation) : undefined;
  const own = size?.pages ?? 0;
  const below = children.reduce((sum, { buffers }) => sum + (buffers?.hit ?? 0), 0);
  return {
    ...node,
    ...{ children, totalRows: node.estimatedRows, selfBuffers: own, buffers: { hit: own + below, read: 0 } },
    removedRows: size && node.estimatedRows !== null ? Math.max(0, size.rows - node.estimatedRows) : null,
  };
}
