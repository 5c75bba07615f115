import type { PlanLine } from '../../result/measures/plans.ts';
import { describe, nodesOf, type Plan, type PlanNode, ran } from './plan.ts';
import { leavesText, runsOf } from './render.ts';

/** Conditions longer than these letters are cut: they are whole in EXPLAIN's JSON. */
const maxCondition = 1000;

/** The tree of a plan as lines, parents before children; siblings that did the same for nothing are one line. */
export function planLines({ root }: Plan): PlanLine[] {
  const all = nodesOf(root).filter(ran); // what did not run took nothing, whether or not EXPLAIN says 0
  const total = (of: (node: PlanNode) => number | null) => sumOf(all.map(of));
  const totals = { ms: total(({ selfMs }) => selfMs), buffers: total(({ selfBuffers }) => selfBuffers) };
  return linesBelow([[root]], 0, totals);
}

interface Totals {
  readonly ms: number | null;
  readonly buffers: number | null;
}

const linesBelow = (runs: readonly (readonly PlanNode[])[], depth: number, totals: Totals): PlanLine[] =>
  runs.flatMap(([node, ...alike]) => [
    lineOf(node!, depth, totals),
    ...linesBelow(runsBelow(node!), depth + 1, totals),
    ...(alike.length > 0 ? [moreLine(alike, depth, totals)] : []),
  ]);

const runsBelow = ({ children }: PlanNode): PlanNode[][] => [
  ...runsOf(children.filter(ran)),
  ...runsOf(children.filter((child) => !ran(child))),
];

function lineOf(node: PlanNode, depth: number, totals: Totals): PlanLine {
  const executed = ran(node) && node.actualRows !== null;
  return {
    ...{ depth, name: describe(node), executed },
    ...{
      estimatedRows: node.estimatedRows,
      actualRows: executed ? node.actualRows : null,
      loops: node.loops,
    },
    ...(node.removedRows ? { removedRows: node.removedRows } : {}),
    ...{ selfMs: node.selfMs, selfBuffers: node.selfBuffers, qError: node.qError },
    ...sharesOf(node.selfMs, node.selfBuffers, totals),
    notes: notesOf(node),
    conditions: Object.entries(node.conditions).map(([name, text]) => ({
      name,
      text: text.length > maxCondition ? `${text.slice(0, maxCondition - 3)}...` : text,
    })),
  };
}

/** The nodes below are in its figures, and so in the sums of the tree. */
function moreLine(alike: readonly PlanNode[], depth: number, totals: Totals): PlanLine {
  const all = alike.flatMap(nodesOf).filter(ran);
  const [ms, buffers] = [sumOf(all.map(({ selfMs }) => selfMs)), sumOf(all.map((node) => node.selfBuffers))];
  const executed = alike.some((node) => ran(node) && node.actualRows !== null);
  return {
    ...{ depth, name: `${alike.length} more like it: ${leavesText(alike)}`, nodes: alike.length, executed },
    ...{ estimatedRows: null, actualRows: executed ? 0 : null, loops: null, qError: null },
    ...{ selfMs: ms, selfBuffers: buffers, ...sharesOf(ms, buffers, totals) },
    ...{ notes: [], conditions: [] },
  };
}

const sharesOf = (ms: number | null, buffers: number | null, totals: Totals) => ({
  timeShare: share(ms, totals.ms),
  bufferShare: share(buffers, totals.buffers),
});

/** Of nothing there is no share. */
const share = (part: number | null, whole: number | null): number | null =>
  part === null || whole === null || whole === 0 ? null : part / whole;

/** Null where one is not known: a sum without it would be too small. */
const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);

function notesOf(node: PlanNode): string[] {
  const { planned, launched } = node.workers ?? {};
  return [
    ran(node) ? '' : 'never executed',
    node.workers ? `${launched ?? '?'} of ${planned ?? '?'} workers` : '',
    ...node.spills.map(
      ({ what, kilobytes }) => `spilled to disk: ${what}${kilobytes === null ? '' : `, ${kilobytes} kB`}`,
    ),
    ran(node) && node.stoppedEarly && node.qError === null ? 'stopped early' : '',
    node.selfLocal ? `${node.selfLocal} buffers of temporary tables` : '',
    node.selfTemporary ? `${node.selfTemporary} buffers of temporary files` : '',
    node.heapFetches ? `${node.heapFetches} heap fetches` : '',
  ].filter((text) => text !== '');
}
