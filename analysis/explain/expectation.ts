import type { Expectation } from '../../result/expectation.ts';
import { type Lineage, rootIndex, rootTable } from './lineage.ts';
import { describe, nodesOf, type Plan, type PlanNode, ran } from './plan.ts';

/** Returned rows of other tenants; null when rows could not be told apart, and why. */
export interface ForeignRows {
  readonly rows: number | null;
  readonly why: string;
}

export interface Outcome {
  readonly ok: boolean | null;
  readonly why: string;
}

/** Of a plan that nobody said anything of. */
export const nothingExpected = 'Nothing is expected of this plan.';

/** Pages up to which reading a whole table is what the planner should do. */
const smallTable = 10;

/** Checks all expectations. One that fails decides; else one that could not be checked. `why` names each that is not met. */
export function checkExpectations(
  expected: readonly Expectation[],
  plan: Plan,
  lineage: Lineage,
  foreign: ForeignRows,
): Outcome {
  if (expected.length === 0) return { ok: null, why: nothingExpected };
  const outcomes = expected.map((each) => check(each, plan, lineage, foreign));
  for (const ok of [false, null]) {
    const such = outcomes.filter((outcome) => outcome.ok === ok);
    if (such.length > 0) return { ok, why: such.map(({ why }) => why).join(' ') };
  }
  return { ok: true, why: outcomes.map(({ why }) => why).join(' ') };
}

function check(expected: Expectation, plan: Plan, lineage: Lineage, foreign: ForeignRows): Outcome {
  switch (expected.kind) {
    case 'index-scan':
      return readsByIndex(expected.table, plan.root, lineage, isIndexScan, 'index scan');
    case 'index-only-scan':
      return readsByIndex(expected.table, plan.root, lineage, isIndexOnlyScan, 'index only scan');
    case 'index':
      return usesIndex(expected.index, plan.root, lineage);
    case 'no-sort':
      return sortsNothing(plan.root);
    case 'at-most-ms':
      return within(plan.executionMs, expected.limit, 'ms');
    case 'at-most-buffers':
      return within(
        plan.root.buffers && plan.root.buffers.hit + plan.root.buffers.read,
        expected.limit,
        'buffers',
      );
    case 'one-tenant':
      return { ok: foreign.rows === null ? null : foreign.rows === 0, why: foreign.why };
  }
}

const isIndexOnlyScan = (node: PlanNode) => node.type === 'Index Only Scan';
const isIndexScan = (node: PlanNode) =>
  isIndexOnlyScan(node) || node.type === 'Index Scan' || node.type === 'Bitmap Heap Scan';

function readsByIndex(
  table: string,
  root: PlanNode,
  lineage: Lineage,
  right: (node: PlanNode) => boolean,
  name: string,
): Outcome {
  const scans = nodesOf(root).filter(
    ({ type, relation }) => relation && type.endsWith('Scan') && rootTable(lineage, relation) === table,
  );
  if (scans.length === 0) return { ok: false, why: `${table} is not read at all.` };
  const wrong = scans.filter((scan) => !right(scan) && !readsLittle(scan));
  if (wrong.length > 0) {
    const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : '';
    return { ok: false, why: `Instead of an ${name} on ${table}: ${describe(wrong[0]!)}${more}.` };
  }
  const found = scans.find(right);
  if (found) return { ok: true, why: `${describe(found)}.` };
  return { ok: true, why: `${table} has at most ${smallTable} pages here: read whole, as is right.` };
}

/** An empty partition, one that was not run, or a table of few pages. */
const readsLittle = (scan: PlanNode): boolean =>
  scan.type.endsWith('Seq Scan') &&
  (!ran(scan) || (scan.selfBuffers !== null && scan.selfBuffers <= smallTable * (scan.loops ?? 1)));

function usesIndex(index: string, root: PlanNode, lineage: Lineage): Outcome {
  const used = new Set(
    nodesOf(root).flatMap((node) => (node.index ? [node.index, rootIndex(lineage, node.index)] : [])),
  );
  if (used.has(index)) return { ok: true, why: `${index} is used.` };
  return { ok: false, why: `${index} is not used; used is: ${[...used].sort().join(', ') || 'no index'}.` };
}

function sortsNothing(root: PlanNode): Outcome {
  const sort = nodesOf(root).find((node) => ran(node) && node.type.endsWith('Sort'));
  return sort ? { ok: false, why: `It sorts: ${describe(sort)}.` } : { ok: true, why: 'Nothing is sorted.' };
}

function within(value: number | null, limit: number, unit: string): Outcome {
  if (value === null) return { ok: null, why: `The plan does not say its ${unit}.` };
  const shown = Number(value.toPrecision(3));
  return value <= limit
    ? { ok: true, why: `${shown} of ${limit} ${unit}.` }
    : { ok: false, why: `${shown} ${unit} instead of at most ${limit}.` };
}
