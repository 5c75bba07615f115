import type { Draft } from './draft.ts';
import { type Fields, numberOf } from './field.ts';
import { inputsOf } from './grammar/node-types.ts';
import { lineOf } from './grammar/text-plan.ts';
import { describe, type PlanNode, pagesOf } from './plan.ts';

/** What a plan cannot be: lines are lost, or come from two plans. Each with the node, and its line where it has one. */
export function contradictions(root: Draft, document: Fields): string[] {
  const all = walk(root);
  const executed = isExecuted(document, root);
  return [
    ...all.flatMap((draft) => [
      ...(executed && draft.loops === null
        ? [`${named(draft)} has no figures, although the plan was executed: a line of it is lost or broken.`]
        : []),
      ...wrongFigures(draft),
      ...inputs(draft),
      ...untouched(draft),
      ...(executed ? moreThanAbove(draft) : []),
    ]),
    ...wholeTime(root, document),
  ];
}

/** Whether any part of the plan was executed, so that what has no figures is not "made without ANALYZE". */
export const isExecuted = (document: Fields, root: Draft): boolean =>
  numberOf(document, 'Execution Time') !== null || walk(root).some(({ loops }) => loops !== null);

/** What the execution took; a log says so of plans that were made without ANALYZE too. */
export const wholeMs = (document: Fields): number | null =>
  numberOf(document, 'Execution Time') ?? numberOf(document, 'Duration');

export function walk(root: Draft): Draft[] {
  const nodes: Draft[] = [];
  const waiting = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    nodes.push(next);
    for (const child of next.children.toReversed()) waiting.push(child);
  }
  return nodes;
}

function named({ node, fields }: Draft): string {
  const line = lineOf(fields);
  return `${describe(node as PlanNode)}${line === null ? '' : ` (line ${line})`}`;
}

const figures =
  /^(?:Actual (?:Rows|Loops|Total Time|Startup Time)|Plan Rows|Total Cost|(?:Shared|Local|Temp) \w+ Blocks)$/;

function wrongFigures(draft: Draft): string[] {
  const name = Object.entries(draft.fields).find(
    ([key, value]) =>
      figures.test(key) && !(typeof value === 'number' && value >= 0 && Number.isFinite(value)),
  )?.[0];
  return name
    ? [`${name} of ${named(draft)} is ${JSON.stringify(draft.fields[name])}, which is no count.`]
    : [];
}

/** With BUFFERS, a scan that found rows in a table has read at least one page of it. */
function untouched(draft: Draft): string[] {
  const { type, inclusiveBlocks, actualRows } = draft;
  if (!inclusiveBlocks || !actualRows || pagesOf(inclusiveBlocks) > 0) return [];
  if (!/^(?:Seq|Sample|Index|Index Only|Bitmap Heap|Tid|Tid Range) Scan$/.test(type)) return [];
  return [`${named(draft)} found rows, and has read no page: a line of it is lost.`];
}

function inputs(draft: Draft): string[] {
  const wanted = inputsOf(draft.type);
  const { length } = draft.children.filter(
    ({ relationship }) => !/^(?:Init|Sub)Plan$/.test(relationship ?? ''),
  );
  if (!wanted || (length >= wanted.least && length <= wanted.most)) return [];
  const [least, has] = [inWords(wanted.least), inWords(length)];
  return length < wanted.least
    ? [`${named(draft)} has ${has}, and cannot have fewer than ${least}: lines below it are lost.`]
    : [
        `${named(draft)} has ${has}, and cannot have more than ${inWords(wanted.most)}: the indentation of its lines is not EXPLAIN's.`,
      ];
}

const inWords = (count: number) => (count === 1 ? 'one input' : `${count === 0 ? 'no' : count} inputs`);

/** A node's figures hold those of what lies below; only InitPlans and CTEs may run in another node. */
function moreThanAbove(draft: Draft): string[] {
  const below = draft.children.filter(({ relationship }) => relationship !== 'InitPlan');
  const worst = below.toSorted((a, b) => pages(b) - pages(a))[0];
  if (worst && draft.inclusiveBlocks && pages(worst) > pages(draft))
    return [
      `${named(worst)} has ${pages(worst)} pages, and ${named(draft)} above it, in which they are counted, ${pages(draft)}: these may be lines of two plans.`,
    ];
  const slowest = below.toSorted((a, b) => (b.inclusiveMs ?? 0) - (a.inclusiveMs ?? 0))[0];
  if (!slowest || slowest.processes > 1 || draft.inclusiveMs === null || slowest.inclusiveMs === null)
    return [];
  // times are rounded to a thousandth of a millisecond in each loop
  const rounding = 0.001 * Math.max(draft.loops ?? 1, slowest.loops ?? 1) + 0.01;
  if (slowest.inclusiveMs <= draft.inclusiveMs * 1.02 + rounding) return [];
  return [
    `${named(slowest)} took ${shown(slowest.inclusiveMs)} ms, and ${named(draft)} above it, in which they are counted, ${shown(draft.inclusiveMs)} ms: these may be lines of two plans.`,
  ];
}

const pages = ({ inclusiveBlocks }: Draft): number => (inclusiveBlocks ? pagesOf(inclusiveBlocks) : 0);
const shown = (ms: number) => Number(ms.toFixed(3));

function wholeTime(root: Draft, document: Fields): string[] {
  const whole = wholeMs(document);
  if (whole === null || root.inclusiveMs === null || root.inclusiveMs <= whole * 1.01 + 0.005) return [];
  return [
    `The execution took ${shown(whole)} ms, and ${named(root)}, which is within it, ${shown(root.inclusiveMs)} ms: these may be lines of two plans.`,
  ];
}
