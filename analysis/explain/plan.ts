/** Pages found in shared_buffers and pages asked of the operating system. */
export interface Buffers {
  readonly hit: number;
  readonly read: number;
}

/** Pages of a kind each, by what became of them; local ones are of temporary tables, temporary ones of what spilled. */
export interface Blocks extends Buffers {
  readonly localHit: number;
  readonly localRead: number;
  readonly temporaryRead: number;
  readonly temporaryWritten: number;
}

/** All pages count as work: a page of a temporary table or file is moved like any other. */
export const pagesOf = (blocks: Blocks): number =>
  blocks.hit + blocks.read + localOf(blocks) + temporaryOf(blocks);
export const localOf = ({ localHit, localRead }: Blocks): number => localHit + localRead;
export const temporaryOf = ({ temporaryRead, temporaryWritten }: Blocks): number =>
  temporaryRead + temporaryWritten;

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
  /** Of the relation (EXPLAIN's VERBOSE). */
  readonly schema: string | null;
  readonly alias: string | null;
  readonly index: string | null;
  /** The CTE that a CTE Scan reads. */
  readonly cte: string | null;
  readonly joinType: string | null;
  /** Sorted, Hashed, Mixed... of an Aggregate or a set operation. */
  readonly strategy: string | null;
  /** Partial, Finalize. */
  readonly partialMode: string | null;
  /** What distinguishes nodes of a type: a SetOp's command ("Except All"), the provider of a Custom Scan. */
  readonly variety: string | null;
  /** Insert, Update, Delete, Merge of a ModifyTable, or of a Foreign Scan that writes. */
  readonly operation: string | null;
  readonly backward: boolean;
  /** Shares its rows with the other processes of a Gather. */
  readonly parallel: boolean;
  /** Conditions, keys and filters by EXPLAIN's names: "Index Cond", "Filter", "Sort Key". */
  readonly conditions: Readonly<Record<string, string>>;
  /** What it hands on (EXPLAIN's VERBOSE); null where that was not asked for. */
  readonly output: readonly string[] | null;
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
  /** Shared pages, with what lies below. */
  readonly buffers: Buffers | null;
  /** Shared hit and read of this node alone. */
  readonly selfBuffers: number | null;
  /** Pages of temporary tables, of this node alone. */
  readonly selfLocal: number | null;
  /** Pages of temporary files, read and written, of this node alone. */
  readonly selfTemporary: number | null;
  readonly workers: { readonly planned: number | null; readonly launched: number | null } | null;
  readonly spills: readonly Spill[];
  /** Was not read to its end, as nobody asked for more of its rows (a Limit, a semi join). */
  readonly stoppedEarly: boolean;
  /** Null for nodes that did not run, that were stopped early, or whose rows mean nothing (BitmapAnd, ModifyTable...). */
  readonly qError: number | null;
  readonly children: readonly PlanNode[];
}

export interface Plan {
  readonly root: PlanNode;
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  readonly planningBuffers: Buffers | null;
  /** Every page of the execution: the root's, and those of writing CTEs that nobody read. */
  readonly blocks: Blocks | null;
  /** What turning the rows into the client's format took (EXPLAIN's SERIALIZE); no node has it. */
  readonly serialization: { readonly ms: number | null; readonly buffers: Buffers | null } | null;
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
    kindOf(node, kind),
    node.backward ? ' Backward' : '',
    node.index ? (node.type === 'Bitmap Index Scan' ? ` on ${node.index}` : ` using ${node.index}`) : '',
    node.relation || node.cte ? ` on ${node.relation ?? node.cte}` : '',
    node.alias && node.alias !== node.relation && (node.relation || node.cte) ? ` ${node.alias}` : '',
  ].join('');
  return node.subplan ? `${node.subplan}: ${name}` : name;
}

function kindOf(node: PlanNode, kind: string): string {
  if (node.type === 'Aggregate') return aggregate(node.strategy);
  if (node.type === 'Foreign Scan' && node.operation) return `Foreign ${node.operation}`;
  if (node.operation) return node.operation;
  if (node.type === 'SetOp' && node.variety)
    return `${node.strategy === 'Hashed' ? 'HashSetOp' : 'SetOp'} ${node.variety}`;
  return node.variety ? `${kind} (${node.variety})` : kind;
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
