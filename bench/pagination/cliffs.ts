import { collapse, type Grouped } from '../../analysis/explain/collapse.ts';
import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import type { Lineage } from '../../analysis/explain/lineage.ts';
import { describe } from '../../analysis/explain/plan.ts';
import type { Session } from '../../infra/topology/session.ts';
import type { Draw } from '../../scenarios/statement.ts';
import { estimate } from '../postgres/explain.ts';
import { type PagedList, placed, top } from './pages.ts';

export interface Cliff {
  /** The least depth at which the other plan is chosen. */
  readonly depth: number;
  readonly before: string;
  readonly after: string;
}

/**
 * Where the planner changes its mind about the list's offset: between two of the `depths` with different plans the
 * place is found by bisection, by planning only. Between two depths one change is found.
 */
export async function findCliffs(
  session: Session,
  { offset }: PagedList,
  draw: Draw,
  depths: readonly number[],
  lineage: Lineage,
): Promise<Cliff[]> {
  const at = async (skip: number): Promise<Shape> => {
    const { plan } = await estimate(session, offset.sql, placed(offset, draw, { ...top, skip }));
    const { shape } = fingerprints(plan.root, lineage);
    return { depth: skip, shape, words: inWords(collapse(plan.root, lineage)) };
  };
  const cliffs: Cliff[] = [];
  let last: Shape | null = null;
  for (const depth of depths.toSorted((a, b) => a - b)) {
    const next = await at(depth);
    if (last && last.shape !== next.shape) cliffs.push(await bisect(last, next, at));
    last = next;
  }
  return cliffs;
}

interface Shape {
  readonly depth: number;
  readonly shape: string;
  readonly words: string;
}

async function bisect(low: Shape, high: Shape, at: (skip: number) => Promise<Shape>): Promise<Cliff> {
  if (high.depth - low.depth <= 1) return { depth: high.depth, before: low.words, after: high.words };
  const middle = await at(Math.floor((low.depth + high.depth) / 2));
  return middle.shape === low.shape ? bisect(middle, high, at) : bisect(low, middle, at);
}

/** The nodes below the Limit, from above: "Sort, Bitmap Heap Scan on products, ...". */
function inWords(root: Grouped): string {
  const names = (group: Grouped): string[] => [
    ...(group.node.type === 'Limit' || group.node.relationship === 'InitPlan' ? [] : [describe(group.node)]),
    ...(group.node.relationship === 'InitPlan' ? [] : group.children.flatMap(names)),
  ];
  return names(root).join(', ');
}
