/** What the sharing of time and pages needs of a node; read.ts builds its nodes on it. */
export interface Accountable {
  readonly relationship: string | null;
  readonly subplan: string | null;
  readonly cte: string | null;
  readonly loops: number | null;
  /** Everything the node says, in which an InitPlan's name may occur. */
  readonly says: string;
  readonly inclusiveMs: number | null;
  readonly inclusiveBuffers: number | null;
  readonly children: readonly Accountable[];
}

export interface Share {
  readonly ms: number | null;
  readonly buffers: number | null;
}

/**
 * What each node used itself: what it reports, without what lies below it. Never negative.
 *
 * Most of what lies below are its children. An InitPlan and a CTE hang under one node, but run when another node
 * first asks for their rows, whose figures they are in; so they are taken off there: an InitPlan from the first node
 * that names it, a CTE from the scans that read it, in the order in which they run.
 */
export function selfShares<Node extends Accountable>(root: Node): Map<Node, Share> {
  const all = walk(root);
  const paid = new Map<Accountable, { ms: number; buffers: number }>(
    all.map((node) => [node, { ms: 0, buffers: 0 }]),
  );
  for (const node of all) {
    for (const child of node.children) {
      if (child.relationship === 'InitPlan') charge(child, payersOf(node, child), paid);
      else pay(node, child.inclusiveMs ?? 0, child.inclusiveBuffers ?? 0, paid);
    }
  }
  const shares = new Map<Node, Share>();
  for (const node of all as Node[]) {
    const { ms, buffers } = paid.get(node)!;
    shares.set(node, {
      ms: node.inclusiveMs === null ? null : Math.max(0, node.inclusiveMs - ms),
      buffers: node.inclusiveBuffers === null ? null : Math.max(0, node.inclusiveBuffers - buffers),
    });
  }
  return shares;
}

type Paid = Map<Accountable, { ms: number; buffers: number }>;

/** The nodes in whose figures an InitPlan's are, most likely first. */
function payersOf(holder: Accountable, plan: Accountable): Accountable[] {
  const nodes = walk(holder).filter((node) => node.loops === null || node.loops > 0);
  const cte = /^CTE (.+)$/.exec(plan.subplan ?? '')?.[1];
  if (cte !== undefined) return nodes.filter((node) => node.cte === cte);
  const own = new Set(walk(plan));
  const named = initPlanName(plan.subplan ?? '');
  const first = named && nodes.find((node) => !own.has(node) && named.test(node.says));
  return [first || holder];
}

/** How conditions name an InitPlan: `$0` up to PostgreSQL 16, `(InitPlan 1).col1` since. */
function initPlanName(subplan: string): RegExp | null {
  const parameters = /\(returns ([^)]+)\)/.exec(subplan)?.[1]?.match(/\d+/g);
  if (parameters) return new RegExp(`\\$(?:${parameters.join('|')})(?!\\d)`);
  const name = /^(InitPlan \d+)/.exec(subplan)?.[1];
  return name ? new RegExp(`\\(${name}\\)`) : null;
}

/** Takes a plan's figures off its payers, from each at most what it has. */
function charge(plan: Accountable, payers: readonly Accountable[], paid: Paid): void {
  let [ms, buffers] = [plan.inclusiveMs ?? 0, plan.inclusiveBuffers ?? 0];
  for (const payer of payers) {
    const before = paid.get(payer)!;
    const msHere = Math.min(ms, Math.max(0, (payer.inclusiveMs ?? 0) - before.ms));
    const buffersHere = Math.min(buffers, Math.max(0, (payer.inclusiveBuffers ?? 0) - before.buffers));
    pay(payer, msHere, buffersHere, paid);
    [ms, buffers] = [ms - msHere, buffers - buffersHere];
  }
}

function pay(node: Accountable, ms: number, buffers: number, paid: Paid): void {
  const sum = paid.get(node)!;
  sum.ms += ms;
  sum.buffers += buffers;
}

function walk(node: Accountable): Accountable[] {
  return [node, ...node.children.flatMap(walk)];
}
