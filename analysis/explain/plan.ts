/** Pages found in shared_buffers and pages asked of the operating system. */
export interface Buffers {
  readonly hit: number;
  readonly read: number;
}

/** Work that did not fit into work_mem. */
export interface Spill {
  /** "external merge", "hash batches", "temporary blocks"... */
  readonly what: string;
  readonly kilobytes: number | null;
}

/** One node of a plan. A figure that EXPLAIN did not give is null, never 0. */
export interface PlanNode {
  /** As EXPLAIN names it: "Index Only Scan"; what we do not know passes through. */
  readonly type: string;
  /** Outer, Inner, InitPlan, SubPlan, Member, Subquery; null at the root. */
  readonly relationship: string | null;
  /** "InitPlan 1 (returns $0)", "CTE sales". */
  readonly subplan: string | null;
  readonly relation: string | null;
  readonly alias: string | null;
  readonly index: string | null;
  /** The CTE that a CTE Scan reads. */
  readonly cte: string | null;
  readonly joinType: string | null;
  /** Sorted, Hashed, Mixed... of an Aggregate or a set operation. */
  readonly strategy: string | null;
  /** Partial, Finalize. */
  readonly partialMode: string | null;
  /** Insert, Update, Delete, Merge of a ModifyTable. */
  readonly operation: string | null;
  readonly backward: boolean;
  /** Shares its rows with the other processes of a Gather. */
  readonly parallel: boolean;
  /** Conditions, keys and filters by EXPLAIN's names: "Index Cond", "Filter", "Sort Key". */
  readonly conditions: Readonly<Record<string, string>>;
  readonly estimatedRows: number | null;
  /** Rows per loop; may be a fraction since PostgreSQL 18. */
  readonly actualRows: number | null;
  readonly loops: number | null;
  /** Rows per loop times loops. */
  readonly totalRows: number | null;
  /** Rows that filters threw away, over all loops. */
  readonly removedRows: number | null;
  readonly heapFetches: number | null;
  readonly estimatedCost: number | null;
  /** Wall time with what lies below, over all loops; under a Gather divided by the processes that took part. */
  readonly inclusiveMs: number | null;
  readonly selfMs: number | null;
  readonly buffers: Buffers | null;
  /** Shared hit and read of this node alone. */
  readonly selfBuffers: number | null;
  readonly workers: { readonly planned: number | null; readonly launched: number | null } | null;
  readonly spills: readonly Spill[];
  /** Null for nodes that did not run or whose rows mean nothing (BitmapAnd, BitmapOr, ModifyTable). */
  readonly qError: number | null;
  readonly children: readonly PlanNode[];
}

export interface Plan {
  readonly root: PlanNode;
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  readonly planningBuffers: Buffers | null;
  readonly jitMs: number | null;
  readonly triggers: readonly { readonly name: string; readonly ms: number | null; readonly calls: number }[];
  /** Settings that differ from their defaults (EXPLAIN's SETTINGS). */
  readonly settings: Readonly<Record<string, string>>;
  readonly query: string | null;
}

/** Every node, parents before children, in EXPLAIN's order. */
export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}

export const ran = (node: PlanNode): boolean => node.loops === null || node.loops > 0;

/** What a node is in a few words: "Index Scan using orders_pkey on orders o". */
export function describe(node: PlanNode): string {
  const join = node.joinType && node.joinType !== 'Inner' ? ` ${node.joinType}` : '';
  const kind = node.type === 'Nested Loop' ? `Nested Loop${join}${join ? ' Join' : ''}` : joined(node, join);
  const name = [
    node.parallel ? 'Parallel ' : '',
    node.partialMode && node.partialMode !== 'Simple' ? `${node.partialMode} ` : '',
    node.type === 'Aggregate' ? aggregate(node.strategy) : (node.operation ?? kind),
    node.backward ? ' Backward' : '',
    node.index ? (node.type === 'Bitmap Index Scan' ? ` on ${node.index}` : ` using ${node.index}`) : '',
    node.relation || node.cte ? ` on ${node.relation ?? node.cte}` : '',
    node.alias && node.alias !== node.relation && (node.relation || node.cte) ? ` ${node.alias}` : '',
  ].join('');
  return node.subplan ? `${node.subplan}: ${name}` : name;
}

const joined = (node: PlanNode, join: string) =>
  join && / Join$/.test(node.type) ? node.type.replace(/ Join$/, `${join} Join`) : node.type;

const aggregate = (strategy: string | null) =>
  strategy === 'Hashed'
    ? 'HashAggregate'
    : strategy === 'Sorted'
      ? 'GroupAggregate'
      : strategy === 'Mixed'
        ? 'MixedAggregate'
        : 'Aggregate';
