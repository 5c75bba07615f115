import { buffersOf, type Fields, isFields, listOf, numberOf, sumOf, textOf } from './field.ts';
import { logEntries } from './log-entries.ts';
import type { Plan, PlanNode } from './plan.ts';
import { qErrorOf } from './q-error.ts';
import { type Accountable, selfShares } from './self.ts';
import { spillsOf, temporaryKilobytes } from './spills.ts';
import { parseTextPlan } from './text-format.ts';

/** What reading gave: a plan, with what is odd about it in `warnings`; or why it is none. */
export type Reading =
  | { readonly kind: 'plan'; readonly plan: Plan; readonly warnings: readonly string[] }
  | { readonly kind: 'not-a-plan'; readonly why: string };

/**
 * Reads EXPLAIN of PostgreSQL 12 to 18 in JSON (the text, or the value already parsed) or in text format; as psql
 * prints it, as a driver returns it, or as auto_explain logs it. Unknown nodes and fields pass through; missing ones are null.
 */
export function readPlan(input: unknown): Reading {
  const warnings: string[] = [];
  const entries = typeof input === 'string' ? logEntries(input) : [];
  const value = entries.length > 0 ? entries.map(parsed) : parsed(input);
  if (value == null)
    return {
      kind: 'not-a-plan',
      why: input === '' ? 'It is empty.' : 'It is neither JSON nor the text of a plan.',
    };
  const documents = documentsOf(value);
  const [first] = documents;
  if (!first)
    return {
      kind: 'not-a-plan',
      why:
        entries.length > 0
          ? 'Its log holds no plan that can be read.'
          : 'It is JSON, but nothing in it has a "Plan".',
    };
  const root = first.Plan as Fields;
  if (textOf(root, 'Node Type') === null)
    return { kind: 'not-a-plan', why: 'Its "Plan" has no "Node Type".' };
  if (documents.length > 1)
    warnings.push(
      `There are ${documents.length} plans${entries.length > 0 ? ' in the log' : ' (a rule rewrote the statement)'}; this is the first.`,
    );
  const plan = planOf(first, root);
  if (plan.root.loops === null) warnings.push('It was made without ANALYZE: there are estimates only.');
  else if (plan.root.buffers === null) warnings.push('It was made without BUFFERS: pages are not known.');
  return { kind: 'plan', plan, warnings };
}

/** JSON with a plan in it, else the text format: brackets alone ("[1234]", a process in a log) are JSON too. */
function parsed(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  const value = parse(input);
  return documentsOf(value).length > 0 ? value : (parseTextPlan(input) ?? value);
}

/** JSON, or JSON inside of other text or of psql's frame. */
function parse(text: string): unknown {
  const unframed = text.replace(/^\uFEFF/, '').replace(/\s*\+\s*$/gm, '');
  const found = [unframed, unframed.slice(unframed.search(/[[{]/), lastBracket(unframed) + 1)];
  for (const candidate of found) {
    try {
      return JSON.parse(candidate);
    } catch {
      // the next candidate may be JSON
    }
  }
  return undefined;
}

const lastBracket = (text: string) => Math.max(text.lastIndexOf(']'), text.lastIndexOf('}'));

/** The objects with a "Plan", whatever they are wrapped in: a list, a driver's row, a log record. */
function documentsOf(value: unknown, depth = 0): Fields[] {
  if (depth > 4) return [];
  if (Array.isArray(value)) return value.flatMap((each) => documentsOf(each, depth + 1));
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) return documentsOf(parse(value), depth + 1);
  if (!isFields(value)) return [];
  if (isFields(value.Plan)) return [value];
  return Object.values(value).flatMap((each) => documentsOf(each, depth + 1));
}

function planOf(document: Fields, root: Fields): Plan {
  const planning = document.Planning;
  const jit = isFields(document.JIT) && isFields(document.JIT.Timing) ? document.JIT.Timing : {};
  return {
    root: finish(draftOf(root, 1)),
    planningMs: numberOf(document, 'Planning Time'),
    executionMs: numberOf(document, 'Execution Time'),
    planningBuffers: isFields(planning) ? buffersOf(planning) : null,
    jitMs: numberOf(jit, 'Total'),
    triggers: listOf(document, 'Triggers').map((trigger) => ({
      name: textOf(trigger, 'Trigger Name') ?? textOf(trigger, 'Constraint Name') ?? '?',
      ms: numberOf(trigger, 'Time'),
      calls: numberOf(trigger, 'Calls') ?? 0,
    })),
    settings: isFields(document.Settings)
      ? Object.fromEntries(Object.entries(document.Settings).map(([name, value]) => [name, String(value)]))
      : {},
    query: textOf(document, 'Query Text'),
  };
}

/** A node before its share of time and pages is known. */
interface Draft extends Accountable {
  readonly node: Omit<PlanNode, 'selfMs' | 'selfBuffers' | 'children' | 'spills'>;
  readonly fields: Fields;
  readonly children: readonly Draft[];
}

function draftOf(fields: Fields, processes: number): Draft {
  const type = textOf(fields, 'Node Type') ?? 'Unknown';
  const loops = numberOf(fields, 'Actual Loops');
  const children = listOf(fields, 'Plans').map((child) => {
    const initPlan = textOf(child, 'Parent Relationship') === 'InitPlan';
    return draftOf(child, initPlan ? 1 : type.startsWith('Gather') ? takingPart(child, loops) : processes);
  });
  const perLoop = numberOf(fields, 'Actual Total Time');
  const rows = numberOf(fields, 'Actual Rows');
  const estimated = numberOf(fields, 'Plan Rows');
  const buffers = buffersOf(fields);
  const node = {
    type,
    relationship: textOf(fields, 'Parent Relationship'),
    subplan: textOf(fields, 'Subplan Name'),
    relation: textOf(fields, 'Relation Name'),
    alias: textOf(fields, 'Alias'),
    index: textOf(fields, 'Index Name'),
    cte: textOf(fields, 'CTE Name'),
    joinType: textOf(fields, 'Join Type'),
    strategy: textOf(fields, 'Strategy'),
    partialMode: textOf(fields, 'Partial Mode'),
    operation: textOf(fields, 'Operation'),
    backward: fields['Scan Direction'] === 'Backward',
    parallel: fields['Parallel Aware'] === true,
    conditions: conditionsOf(fields),
    estimatedRows: estimated,
    actualRows: rows,
    loops,
    totalRows: rows === null || loops === null ? null : rows * loops,
    removedRows: removedOf(fields, loops),
    heapFetches: numberOf(fields, 'Heap Fetches'),
    estimatedCost: numberOf(fields, 'Total Cost'),
    inclusiveMs: perLoop === null || loops === null ? null : (perLoop * loops) / processes,
    buffers,
    workers: workersOf(fields),
    qError: qErrorOf(type, estimated, rows, loops),
  };
  return {
    node,
    fields,
    children,
    relationship: node.relationship,
    subplan: node.subplan,
    cte: node.cte,
    loops,
    says: Object.values(node.conditions).join('\n'),
    inclusiveMs: node.inclusiveMs,
    inclusiveBuffers: buffers === null ? null : buffers.hit + buffers.read,
  };
}

/** How many processes ran the node below a Gather: its loops are summed over all of them. */
function takingPart(child: Fields, gatherLoops: number | null): number {
  const loops = numberOf(child, 'Actual Loops') ?? 1;
  return Math.max(1, Math.round(loops / Math.max(1, gatherLoops ?? 1)));
}

function finish(root: Draft): PlanNode {
  const shares = selfShares(root);
  const build = (draft: Draft): PlanNode => {
    const share = shares.get(draft)!;
    return {
      ...draft.node,
      selfMs: share.ms,
      selfBuffers: share.buffers,
      spills: spillsWithTemporary(draft),
      children: draft.children.map(build),
    };
  };
  return build(root);
}

/** A node that names no spill of its own but wrote temporary pages that nobody below it wrote. */
function spillsWithTemporary({ fields, children }: Draft) {
  const named = spillsOf(fields);
  const below = sumOf(children.map((child) => temporaryKilobytes(child.fields))) ?? 0;
  const own = Math.max(0, (temporaryKilobytes(fields) ?? 0) - below);
  if (own === 0) return named;
  const last = named.at(-1);
  if (!last) return [{ what: 'temporary blocks', kilobytes: own }];
  return last.kilobytes === null ? [...named.slice(0, -1), { ...last, kilobytes: own }] : named;
}

const notConditions =
  /Name$|^(Alias|Schema|Storage|Output|Node Type|Parent Relationship|Join Type|Strategy)$/;
const conditional = /(Cond|Filter|Key|Presorted Key|Order By|Function Call|Cache Key|Conflict|Sampling)/;

/** What a node says about conditions and keys; lists are joined by commas. */
function conditionsOf(fields: Fields): Record<string, string> {
  const conditions: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (notConditions.test(name) || !conditional.test(name)) continue;
    if (typeof value === 'string') conditions[name] = value;
    else if (Array.isArray(value) && value.every((each) => typeof each === 'string'))
      conditions[name] = value.join(', ');
  }
  return conditions;
}

/** EXPLAIN gives rows removed per loop. */
function removedOf(fields: Fields, loops: number | null): number | null {
  const perLoop = sumOf(
    ['Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck'].map((name) =>
      numberOf(fields, name),
    ),
  );
  return perLoop === null ? null : perLoop * (loops ?? 1);
}

function workersOf(fields: Fields): PlanNode['workers'] {
  const planned = numberOf(fields, 'Workers Planned');
  const launched = numberOf(fields, 'Workers Launched');
  return planned === null && launched === null ? null : { planned, launched };
}
