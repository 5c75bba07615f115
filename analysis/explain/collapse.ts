import { sumOf } from './field.ts';
import { aliasOf, fingerprints } from './fingerprint.ts';
import { type Lineage, rootIndex, rootTable } from './lineage.ts';
import type { PlanNode } from './plan.ts';

/** A node that may stand for several: partitions of a table that are read the same way. */
export interface Grouped {
  readonly node: PlanNode;
  /** 1, or how many siblings under an Append it stands for. */
  readonly partitions: number;
  readonly children: readonly Grouped[];
}

/** The plan with partitions that are read alike as one node, named after their table, their figures summed. */
export function collapse(root: PlanNode, lineage: Lineage): Grouped {
  const appends = root.type === 'Append' || root.type === 'Merge Append';
  const groups = new Map<string, PlanNode[]>();
  for (const [i, child] of root.children.entries()) {
    const key = appends ? fingerprints(child, lineage).shape : String(i);
    groups.set(key, [...(groups.get(key) ?? []), child]);
  }
  return {
    node: named(root, lineage),
    partitions: 1,
    children: [...groups.values()].map((group) => {
      const children = group.map((child) => collapse(child, lineage));
      return children.length === 1 ? children[0]! : merged(children);
    }),
  };
}

const named = (node: PlanNode, lineage: Lineage): PlanNode => {
  if (!node.relation && !node.index) return node;
  const relation = node.relation && rootTable(lineage, node.relation);
  return {
    ...node,
    relation,
    alias: aliasOf(node, lineage) || relation,
    index: node.index && rootIndex(lineage, node.index),
  };
};

/** Nodes of one shape as one: totals are summed, rows per loop are those of the most loops. */
function merged(groups: readonly Grouped[]): Grouped {
  const nodes = groups.map(({ node }) => node);
  const [first] = nodes;
  const sum = (of: (node: PlanNode) => number | null) => sumOf(nodes.map(of));
  const largest = (of: (node: PlanNode) => number | null) =>
    nodes
      .map(of)
      .reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? 0, value)), null);
  const [loops, totalRows] = [largest(({ loops }) => loops), sum((node) => node.totalRows)];
  return {
    node: {
      ...first!,
      estimatedRows: sum((node) => node.estimatedRows),
      actualRows: totalRows !== null && loops ? totalRows / loops : totalRows,
      loops,
      totalRows,
      removedRows: sum((node) => node.removedRows),
      heapFetches: sum((node) => node.heapFetches),
      inclusiveMs: sum((node) => node.inclusiveMs),
      selfMs: sum((node) => node.selfMs),
      selfBuffers: sum((node) => node.selfBuffers),
      selfLocal: sum((node) => node.selfLocal),
      selfTemporary: sum((node) => node.selfTemporary),
      qError: largest((node) => node.qError),
      spills: nodes.flatMap(({ spills }) => spills),
    },
    partitions: groups.length,
    children: groups[0]!.children.map((_, i) => merged(groups.map(({ children }) => children[i]!))),
  };
}
