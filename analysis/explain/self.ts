import type { Blocks } from './plan.ts';

/** What the sharing of time and pages needs of a node; draft.ts builds its nodes on it. */
export interface Accountable {
  readonly type: string;
  readonly relationship: string | null;
  readonly subplan: string | null;
  readonly cte: string | null;
  readonly loops: number | null;
  /** Everything the node says, in which an InitPlan's name may occur; conditions and output apart. */
  readonly says: { readonly conditions: string; readonly first: string; readonly output: string };
  readonly inclusiveMs: number | null;
  readonly inclusiveBlocks: Blocks | null;
  readonly children: readonly Accountable[];
}

export interface Share {
  readonly ms: number | null;
  readonly blocks: Blocks | null;
}

export interface Shares<Node> {
  readonly of: ReadonlyMap<Node, Share>;
  /** Pages of writing CTEs that run after the root, as nobody read them to their end: no figure of the root has them. */
  readonly afterRoot: Blocks;
}

/**
 * What each node used itself: what it reports, without what lies below it. Never negative.
 *
 * Most of what lies below are its children. An InitPlan and a CTE hang under one node, but run when another node
 * first asks for their rows, whose figures they are in; so they are taken off there: an InitPlan from the first node
 * that names it (or from the Gather above that node, which runs it before its workers start), a CTE from the scans that
 * read it, in the order in which they run.
 */
export function selfShares<Node extends Accountable>(root: Node): Shares<Node> {
  const all = walk(root);
  const paid = new Map<Accountable, Amounts>(all.map((node) => [node, none()]));
  let after = none();
  for (const node of all) {
    for (const child of node.children) {
      if (child.relationship !== 'InitPlan') pay(node, inclusive(child), paid);
      else {
        const left = charge(child, payersOf(node, child), paid);
        if (isCte(child) && writes(child)) after = add(after, left);
      }
    }
  }
  const of = new Map<Node, Share>();
  for (const node of all as Node[]) {
    const own = subtract(inclusive(node), paid.get(node)!);
    of.set(node, {
      ms: node.inclusiveMs === null ? null : own[0]!,
      blocks: node.inclusiveBlocks === null ? null : blocksOf(own),
    });
  }
  return { of, afterRoot: blocksOf(after) };
}

/** Milliseconds first, then pages by kind. */
type Amounts = readonly number[];
type Paid = Map<Accountable, Amounts>;

const kinds = ['hit', 'read', 'localHit', 'localRead', 'temporaryRead', 'temporaryWritten'] as const;
const none = (): Amounts => [0, ...kinds.map(() => 0)];
const add = (a: Amounts, b: Amounts): Amounts => a.map((value, i) => value + b[i]!);
const subtract = (a: Amounts, b: Amounts): Amounts => a.map((value, i) => Math.max(0, value - b[i]!));
const inclusive = ({ inclusiveMs, inclusiveBlocks }: Accountable): Amounts => [
  inclusiveMs ?? 0,
  ...kinds.map((kind) => inclusiveBlocks?.[kind] ?? 0),
];
const blocksOf = (amounts: Amounts): Blocks =>
  Object.fromEntries(kinds.map((kind, i) => [kind, amounts[i + 1]!])) as unknown as Blocks;

const cteName = ({ subplan }: Accountable): string | undefined => /^CTE (.+)$/s.exec(subplan ?? '')?.[1];
const isCte = (plan: Accountable): boolean => cteName(plan) !== undefined;
const writes = (plan: Accountable): boolean => walk(plan).some(({ type }) => type === 'ModifyTable');

/** The nodes in whose figures an InitPlan's are, most likely first. */
function payersOf(holder: Accountable, plan: Accountable): Accountable[] {
  const cte = cteName(plan);
  if (cte !== undefined) return walk(holder).filter((node) => node.cte === cte && didRun(node));
  const own = new Set(walk(plan));
  const named = initPlanName(plan.subplan ?? '');
  const paths = named
    ? inOrderOfRun(holder).filter((path) => !own.has(path.at(-1)!) && didRun(path.at(-1)!))
    : [];
  const naming = (of: keyof Accountable['says']) => paths.find((path) => named!.test(path.at(-1)!.says[of]));
  const path = naming('first') ?? naming('conditions') ?? naming('output');
  if (!path) return [holder];
  // a Gather evaluates what its workers will need before it starts them
  return [path.find(({ type }) => /^Gather/.test(type)) ?? path.at(-1)!];
}

const didRun = ({ loops }: Accountable) => loops === null || loops > 0;

/** Each node with those above it, children before their parent. */
function inOrderOfRun(node: Accountable, above: readonly Accountable[] = []): Accountable[][] {
  const path = [...above, node];
  return [...node.children.flatMap((child) => inOrderOfRun(child, path)), path];
}

/** How conditions name an InitPlan: `$0` up to PostgreSQL 16, `(InitPlan 1).col1` since. */
function initPlanName(subplan: string): RegExp | null {
  const parameters = /\(returns ([^)]+)\)/.exec(subplan)?.[1]?.match(/\d+/g);
  if (parameters) return new RegExp(`\\$(?:${parameters.join('|')})(?!\\d)`);
  const name = /^(InitPlan \w+)/.exec(subplan)?.[1];
  return name ? new RegExp(`\\(${name}\\)`) : null;
}

/** Takes a plan's figures off its payers, from each at most what it has; what is left nobody has. */
function charge(plan: Accountable, payers: readonly Accountable[], paid: Paid): Amounts {
  let left = inclusive(plan);
  for (const payer of payers) {
    const free = subtract(inclusive(payer), paid.get(payer)!);
    const here = left.map((value, i) => Math.min(value, free[i]!));
    pay(payer, here, paid);
    left = subtract(left, here);
  }
  return left;
}

const pay = (node: Accountable, amounts: Amounts, paid: Paid): void => {
  paid.set(node, add(paid.get(node)!, amounts));
};

function walk(node: Accountable): Accountable[] {
  const nodes: Accountable[] = [];
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes.push(next);
    for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i]!);
  }
  return nodes;
}
