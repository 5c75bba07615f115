import { allBlocksOf, buffersOf, type Fields, listOf, numberOf, sumOf, textOf } from './field.ts';
import type { Blocks, PlanNode } from './plan.ts';
import type { Estimated } from './q-error.ts';
import type { Accountable } from './self.ts';

/** What is known of a node only when the whole plan is. */
type Later =
  | 'selfMs'
  | 'selfBuffers'
  | 'selfLocal'
  | 'selfTemporary'
  | 'children'
  | 'spills'
  | 'stoppedEarly'
  | 'qError';

/** A node before its share of time and pages is known. */
export interface Draft extends Accountable, Estimated {
  readonly node: Omit<PlanNode, Later>;
  readonly fields: Fields;
  /** How many processes ran it: its loops are summed over all of them. */
  readonly processes: number;
  readonly inclusiveBlocks: Blocks | null;
  readonly children: readonly Draft[];
}

/** The nodes of EXPLAIN's JSON (or of what the other formats say, in its words). */
export function draftOf(fields: Fields, processes = 1): Draft {
  const type = textOf(fields, 'Node Type') ?? 'Unknown';
  const loops = numberOf(fields, 'Actual Loops');
  const children = listOf(fields, 'Plans').map((child) => {
    const initPlan = textOf(child, 'Parent Relationship') === 'InitPlan';
    return draftOf(child, initPlan ? 1 : type.startsWith('Gather') ? takingPart(child, loops) : processes);
  });
  const perLoop = numberOf(fields, 'Actual Total Time');
  const rows = numberOf(fields, 'Actual Rows');
  const operation = textOf(fields, 'Operation');
  const node = {
    type,
    relationship: textOf(fields, 'Parent Relationship'),
    subplan: textOf(fields, 'Subplan Name'),
    relation: textOf(fields, 'Relation Name'),
    schema: textOf(fields, 'Schema'),
    alias: textOf(fields, 'Alias'),
    index: textOf(fields, 'Index Name'),
    cte: textOf(fields, 'CTE Name'),
    joinType: textOf(fields, 'Join Type'),
    strategy: textOf(fields, 'Strategy'),
    partialMode: textOf(fields, 'Partial Mode'),
    variety: textOf(fields, 'Command') ?? textOf(fields, 'Custom Plan Provider'),
    operation: operation === 'Select' ? null : operation, // a Foreign Scan that reads
    backward: fields['Scan Direction'] === 'Backward',
    parallel: isTrue(fields, 'Parallel Aware'),
    conditions: conditionsOf(fields),
    output: textsOf(fields.Output),
    estimatedRows: numberOf(fields, 'Plan Rows'),
    actualRows: rows,
    loops,
    // a sum of whole rows: from PostgreSQL 18 on the rows of a loop are rounded to two figures
    totalRows: rows === null || loops === null ? null : Math.round(rows * loops),
    removedRows: removedOf(fields, loops),
    heapFetches: numberOf(fields, 'Heap Fetches'),
    estimatedCost: numberOf(fields, 'Total Cost'),
    inclusiveMs: perLoop === null || loops === null ? null : (perLoop * loops) / processes,
    buffers: buffersOf(fields),
    workers: workersOf(fields),
  };
  return {
    node,
    fields,
    processes,
    children,
    ...{ type, loops, relationship: node.relationship, subplan: node.subplan, cte: node.cte },
    ...{ joinType: node.joinType, strategy: node.strategy, innerUnique: isTrue(fields, 'Inner Unique') },
    ...{ estimatedRows: node.estimatedRows, actualRows: rows },
    says: saysOf(fields, node.conditions),
    inclusiveMs: node.inclusiveMs,
    inclusiveBlocks: allBlocksOf(fields),
  };
}

const isTrue = (fields: Fields, name: string) => fields[name] === true || fields[name] === 'true';

/** A one-time filter is evaluated before anything below its node. */
function saysOf(
  fields: Fields,
  { 'One-Time Filter': first = '', ...conditions }: Readonly<Record<string, string>>,
) {
  return { first, conditions: Object.values(conditions).join('\n'), output: listText(fields.Output) ?? '' };
}

/** How many processes ran the node below a Gather. */
function takingPart(child: Fields, gatherLoops: number | null): number {
  const loops = numberOf(child, 'Actual Loops') ?? 1;
  return Math.max(1, Math.round(loops / Math.max(1, gatherLoops ?? 1)));
}

const notConditions =
  /Name$|^(Alias|Schema|Storage|Output|Node Type|Parent Relationship|Join Type|Strategy)$/;
const conditional = /(Cond|Filter|Key|Presorted Key|Order By|Function Call|Cache Key|Conflict|Sampling)/;

/** What a node says about conditions and keys; lists are joined by commas. */
function conditionsOf(fields: Fields): Record<string, string> {
  const conditions: Record<string, string> = {};
  for (const [name, value] of Object.entries(
    fields['Grouping Sets'] ? { ...fields, ...groupingSetsOf(fields) } : fields,
  )) {
    if (typeof value === 'number' || notConditions.test(name) || !conditional.test(name)) continue;
    const text = listText(value);
    if (text !== null) conditions[name] = text;
  }
  return conditions;
}

function listText(value: unknown): string | null {
  return typeof value === 'string' ? value : (textsOf(value)?.join(', ') ?? null);
}

const textsOf = (value: unknown): string[] | null =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null;

/** Each set has its keys; the text has them one a line. */
function groupingSetsOf(fields: Fields): Record<string, string> {
  const keys: Record<string, string[]> = {};
  const put = (name: string, value: unknown) => {
    const text = listText(value);
    if (text !== null) keys[name] = [...(keys[name] ?? []), text === '' ? '()' : text];
  };
  for (const set of listOf(fields, 'Grouping Sets')) {
    put('Sort Key', set['Sort Key']);
    for (const [many, one] of [
      ['Group Keys', 'Group Key'],
      ['Hash Keys', 'Hash Key'],
    ] as const)
      for (const each of Array.isArray(set[many]) ? set[many] : []) put(one, each);
  }
  return Object.fromEntries(Object.entries(keys).map(([name, texts]) => [name, texts.join('; ')]));
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
