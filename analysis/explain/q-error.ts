import { nodesOf, type PlanNode } from './plan.ts';

/** What a q-error needs of a node. */
export interface Estimated {
  readonly type: string;
  readonly relationship: string | null;
  readonly joinType: string | null;
  readonly strategy: string | null;
  readonly innerUnique: boolean;
  readonly estimatedRows: number | null;
  readonly actualRows: number | null;
  readonly loops: number | null;
  readonly children: readonly Estimated[];
}

/** Their row counts are no counts of rows: they report 0. */
const rowless = new Set(['BitmapAnd', 'BitmapOr', 'ModifyTable']);

/**
 * How far the planner was off, as a factor from 1 up: max(e/a, a/e) of estimated and actual rows, both per loop and
 * at least 1. Null for nodes that did not run, and for those that were stopped early with fewer rows than estimated.
 */
export function qErrorOf(node: Estimated, stopped: boolean): number | null {
  const { type, estimatedRows, actualRows, loops } = node;
  if (rowless.has(type) || estimatedRows === null || actualRows === null || !loops) return null;
  if (stopped && actualRows < estimatedRows) return null;
  const [estimated, actual] = [Math.max(estimatedRows, 1), Math.max(actualRows, 1)];
  return Math.max(estimated / actual, actual / estimated);
}

/**
 * The nodes that need not have given all their rows: below a Limit that was reached, on the inner side of a nested loop
 * that stops at the first match, on the side of a merge join that was not read to its end; through nodes that do not
 * read everything before they give the first row.
 */
export function stoppedEarly<Node extends Estimated>(root: Node): Set<Node> {
  const stopped = new Set<Estimated>();
  const waiting: { node: Estimated; isStopped: boolean }[] = [{ node: root, isStopped: false }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, isStopped } = next;
    if (isStopped) stopped.add(node);
    const passes = isStopped && !readsEverything(node);
    const inputs = node.children.filter(({ relationship }) => !/^(?:Init|Sub)Plan$/.test(relationship ?? ''));
    for (const child of node.children)
      waiting.push({
        node: child,
        isStopped: inputs.includes(child) && (passes || stops(node, inputs, inputs.indexOf(child))),
      });
  }
  return stopped as Set<Node>;
}

/** A mixed aggregate gives its sorted groups as they come, while it fills the hashes of the others. */
const readsEverything = ({ type, strategy }: Estimated): boolean =>
  /^(?:Sort|Hash|Bitmap Heap Scan|BitmapAnd|BitmapOr|ModifyTable)$/.test(type) ||
  (type === 'Aggregate' && strategy !== 'Sorted' && strategy !== 'Mixed') ||
  (type === 'SetOp' && strategy === 'Hashed');

const isShort = ({ estimatedRows, actualRows }: Estimated): boolean =>
  estimatedRows !== null && actualRows !== null && actualRows < estimatedRows;

function stops(node: Estimated, inputs: readonly Estimated[], at: number): boolean {
  const { type, joinType, innerUnique } = node;
  if (type === 'Limit') return node.actualRows !== null && node.actualRows > 0 && !isShort(node);
  if (type === 'Nested Loop') return at === 1 && (innerUnique || /^(?:Semi|Anti)$/.test(joinType ?? ''));
  if (type === 'Merge Join' && inputs.length === 2) return mayEndEarly(joinType, inputs, at);
  return false;
}

/** A merge join ends with the first side that ends; an outer join reads the side that it keeps to its end. */
function mayEndEarly(joinType: string | null, inputs: readonly Estimated[], at: number): boolean {
  if (joinType === 'Full') return false;
  if (at === 0 && /^(?:Left|Anti)$/.test(joinType ?? '')) return false;
  if (at === 1 && /^Right/.test(joinType ?? '')) return false;
  const [side, other] = [inputs[at]!, inputs[1 - at]!];
  if (isKnownWhole(side)) return false;
  // one of the two was read to its end: when the other is known not to be, it is this
  return isShort(side) && !isKnownCut(other);
}

/** A sort reads everything, and gives all of it only when it is asked to. */
const sorted = ({ type, children, actualRows }: Estimated): 'whole' | 'cut' | null => {
  const [input] = children;
  if (type !== 'Sort' || !input || input.actualRows === null || actualRows === null) return null;
  return actualRows < input.actualRows ? 'cut' : 'whole';
};
const isKnownWhole = (node: Estimated) => sorted(node) === 'whole';
const isKnownCut = (node: Estimated) => sorted(node) === 'cut';

/** The node with the largest q-error; null when no node ran. */
export function worstEstimate(root: PlanNode): { node: PlanNode; qError: number } | null {
  let worst: { node: PlanNode; qError: number } | null = null;
  for (const node of nodesOf(root)) {
    if (node.qError !== null && node.qError > (worst?.qError ?? 0)) worst = { node, qError: node.qError };
  }
  return worst;
}
