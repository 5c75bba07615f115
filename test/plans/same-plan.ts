import { fingerprints } from '../../analysis/explain/fingerprint.ts';
import { nodesOf, type Plan, type PlanNode, pagesOf } from '../../analysis/explain/plan.ts';

/** Whether figures of two executions are one: loops of workers are shared out anew each time, so totals count. */
const sameTotal = (a: number | null, b: number | null, within: number): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= within;

/**
 * What is different in two readings of one plan, from two formats and so from two executions: nothing may be but times,
 * and the pages that parallel workers happen to read. Null when they are the same.
 */
export function difference(a: Plan, b: Plan, repeats: boolean): string | null {
  const [left, right] = [nodesOf(a.root), nodesOf(b.root)];
  if (left.length !== right.length) return `${left.length} and ${right.length} nodes`;
  // where the text has no line of pages, nothing was touched or nothing was counted
  const paged = ({ root, blocks }: Plan) => blocks !== null && (pagesOf(blocks) > 0 || root.buffers === null);
  if (!paged(a) && !paged(b) && (a.blocks === null) !== (b.blocks === null))
    return differenceOf(withoutPages(a), withoutPages(b), repeats);
  return differenceOf(a, b, repeats);
}

function differenceOf(a: Plan, b: Plan, repeats: boolean): string | null {
  const [left, right] = [nodesOf(a.root), nodesOf(b.root)];
  const parallel = left.some(({ type }) => /^Gather/.test(type));
  for (const [i, node] of left.entries()) {
    const what = nodeDifference(node, right[i]!, parallel, repeats);
    if (what) return `node ${i} (${node.type}): ${what}`;
  }
  const prints = [fingerprints(a.root), fingerprints(b.root)];
  if (prints[0]!.detail !== prints[1]!.detail) return 'another fingerprint';
  for (const figure of ['planningMs', 'executionMs', 'jitMs', 'serialization', 'blocks'] as const)
    if ((a[figure] === null) !== (b[figure] === null)) return `${figure}: ${a[figure]} and ${b[figure]}`;
  if (JSON.stringify(a.settings) !== JSON.stringify(b.settings)) return 'settings';
  const triggers = ({ triggers }: Plan) =>
    triggers.map(({ name, calls, ms }) => [name, calls, ms === null].join()).join();
  return triggers(a) === triggers(b) ? null : `triggers: ${triggers(a)} and ${triggers(b)}`;
}

const withoutPages = (plan: Plan): Plan => {
  const strip = (node: PlanNode): PlanNode => ({
    ...node,
    buffers: null,
    selfBuffers: null,
    selfLocal: null,
    selfTemporary: null,
    children: node.children.map(strip),
  });
  return { ...plan, blocks: null, root: strip(plan.root) };
};

/** A write that was undone leaves the table larger, and so its estimates. */
const ofSize = new Set(['estimatedRows', 'estimatedCost']);
const named = [
  'type',
  'relationship',
  'subplan',
  'relation',
  'alias',
  'index',
  'cte',
  'joinType',
  'strategy',
  'variety',
  'operation',
  'backward',
  'parallel',
  'estimatedRows',
  'estimatedCost',
] as const;

function nodeDifference(a: PlanNode, b: PlanNode, parallel: boolean, repeats: boolean): string | null {
  for (const name of named)
    if (a[name] !== b[name] && (repeats || !ofSize.has(name))) return `${name}: ${a[name]} and ${b[name]}`;
  const conditions = [a, b].map((node) => JSON.stringify(Object.entries(node.conditions).sort()));
  if (conditions[0] !== conditions[1]) return `conditions: ${conditions.join(' and ')}`;
  for (const name of [
    'selfMs',
    'selfBuffers',
    'selfLocal',
    'selfTemporary',
    'actualRows',
    'workers',
  ] as const)
    if ((a[name] === null) !== (b[name] === null)) return `${name}: ${a[name]} and ${b[name]}`;
  // rows that undone writes left behind are in an index still
  if (!repeats && a.type === 'Bitmap Index Scan') return null;
  if (!parallel && (a.loops !== b.loops || a.actualRows !== b.actualRows))
    return `rows: ${a.actualRows} x ${a.loops} and ${b.actualRows} x ${b.loops}`;
  if (!parallel && (a.removedRows ?? 0) !== (b.removedRows ?? 0))
    return `removed: ${a.removedRows} and ${b.removedRows}`;
  if (parallel || !repeats) return null;
  if (!sameTotal(a.selfBuffers, b.selfBuffers, 0)) return `pages: ${a.selfBuffers} and ${b.selfBuffers}`;
  if (!sameTotal(a.selfLocal, b.selfLocal, 0)) return `local pages: ${a.selfLocal} and ${b.selfLocal}`;
  if (!sameTotal(a.selfTemporary, b.selfTemporary, 0))
    return `temporary pages: ${a.selfTemporary} and ${b.selfTemporary}`;
  const spills = [a, b].map((node) =>
    node.spills.map(({ what, kilobytes }) => `${what} ${kilobytes}`).join(),
  );
  return spills[0] === spills[1] ? null : `spills: ${spills.join(' and ')}`;
}
