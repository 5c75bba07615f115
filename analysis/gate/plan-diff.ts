import { type Aligned, align, type Placed } from '../explain/align.ts';
import { clausesOf } from '../explain/clauses.ts';
import { collapse, type Grouped } from '../explain/collapse.ts';
import { fingerprints } from '../explain/fingerprint.ts';
import { indexDefinition, type Lineage, noLineage } from '../explain/lineage.ts';
import { pagesOf as allPages, describe, type Plan, type PlanNode, ran } from '../explain/plan.ts';
import { worstEstimate } from '../explain/q-error.ts';
import { figuresOf, number } from '../explain/render.ts';
import { judgeWork } from '../statistics/judge-work.ts';

/** By work first, then by estimates; "other-shape" alone is no regression. */
export type PlanVerdict = 'more-work' | 'worse-estimates' | 'other-shape' | 'less-work' | 'same';

/** One line of the two plans side by side; ready to be shown. */
export interface DiffRow {
  readonly kind: 'same' | 'changed' | 'new' | 'gone';
  /** Levels below the root, in the plan that has it. */
  readonly depth: number;
  readonly before: string | null;
  readonly after: string | null;
  /** What is different, in words. */
  readonly words: readonly string[];
}

export interface PlanDiff {
  readonly verdict: PlanVerdict;
  readonly summary: string;
  readonly rows: readonly DiffRow[];
}

/** Factors from which an estimate is called worse: smaller ones come and go between two runs of the same plan. */
const badEstimate = 10;
const estimateFactor = 2;

/**
 * What changed from one plan of a statement to another, node by node. Work is judged by pages (shared, of temporary tables and
 * of temporary files), which repeat from run to run, and by the rule of every other comparison (statistics/judge-work.ts); times are shown and judge nothing.
 */
export function diffPlans(
  before: Plan,
  after: Plan,
  lineages: { readonly before: Lineage; readonly after: Lineage } = { before: noLineage, after: noLineage },
): PlanDiff {
  const rows = align(collapse(before.root, lineages.before), collapse(after.root, lineages.after)).map(
    (aligned) => rowOf(aligned, lineages),
  );
  const shapes = [fingerprints(before.root, lineages.before), fingerprints(after.root, lineages.after)];
  const sameShape = shapes[0]!.shape === shapes[1]!.shape;
  return { verdict: judge(before, after, sameShape), summary: summarise(before, after, sameShape), rows };
}

const pagesOf = ({ blocks }: Plan) => blocks && allPages(blocks);
const worstOf = ({ root }: Plan) => worstEstimate(root)?.qError ?? 1;

function judge(before: Plan, after: Plan, sameShape: boolean): PlanVerdict {
  const [a, b] = [pagesOf(before), pagesOf(after)];
  const work = a === null || b === null ? 'same' : judgeWork(a, b);
  if (work !== 'same') return work === 'more' ? 'more-work' : 'less-work';
  if (worseEstimate(worstOf(before), worstOf(after))) return 'worse-estimates';
  return sameShape ? 'same' : 'other-shape';
}

const worseEstimate = (from: number, to: number) => to >= badEstimate && to >= from * estimateFactor;

function summarise(before: Plan, after: Plan, sameShape: boolean): string {
  const [pages, ms] = [
    [pagesOf(before), pagesOf(after)],
    [before.executionMs, after.executionMs],
  ] as const;
  const [was, is] = [worstOf(before), worstOf(after)];
  const parts = [
    sameShape ? 'the same shape' : 'another shape',
    pages.every((one) => one === null) ? 'pages not known' : `pages ${arrow(...pages)}`,
    ms.every((one) => one === null) ? '' : `execution ${arrow(...ms)} ms`,
    Math.max(was, is) < estimateFactor ? '' : `worst estimate off ${arrow(was, is)}x`,
  ];
  return `${parts.filter((part) => part !== '').join(', ')}.`;
}

const arrow = (a: number | null, b: number | null) => `${number(a)} → ${number(b)}`;

type Lineages = { readonly before: Lineage; readonly after: Lineage };

function rowOf(aligned: Aligned, lineages: Lineages): DiffRow {
  switch (aligned.kind) {
    case 'gone':
      return {
        kind: 'gone',
        depth: aligned.before.depth,
        before: line(aligned.before),
        after: null,
        words: ['is gone'],
      };
    case 'new':
      return {
        kind: 'new',
        depth: aligned.after.depth,
        before: null,
        after: line(aligned.after),
        words: ['is new'],
      };
    case 'both': {
      const words = changes(aligned.before, aligned.after, lineages);
      if (aligned.moved) words.unshift('stands elsewhere in the plan');
      return {
        kind: words.length > 0 ? 'changed' : 'same',
        depth: aligned.after.depth,
        before: line(aligned.before),
        after: line(aligned.after),
        words,
      };
    }
  }
}

const line = ({ node, partitions }: Grouped): string =>
  `${describe(node)}${partitions > 1 ? ` (${partitions} partitions)` : ''}  ${figuresOf(node)}`;

function changes(before: Placed, after: Placed, lineages: Lineages): string[] {
  const [a, b] = [before.node, after.node];
  return [
    ...accessChanges(a, b, lineages),
    ...clauseChanges(a, b),
    before.partitions !== after.partitions
      ? `reads ${after.partitions} partitions, were ${before.partitions}`
      : null,
    ...runChanges(a, b),
    ...estimateChanges(a, b),
    ...pageChanges(a, b),
    ...spillChanges(a, b),
  ].filter((words) => words !== null);
}

function accessChanges(a: PlanNode, b: PlanNode, lineages: Lineages): string[] {
  const kind = (node: PlanNode) =>
    describe({
      ...node,
      relation: null,
      cte: null,
      alias: null,
      index: null,
      subplan: null,
      backward: false,
    });
  const words: string[] = [];
  const [from, to] = [kind(a), kind(b)];
  const using = b.index ? ` using ${b.index}` : '';
  if (from !== to) words.push(`${from} became ${to}${using}`);
  else if (a.index && b.index) {
    const [was, is] = [indexDefinition(lineages.before, a.index), indexDefinition(lineages.after, b.index)];
    if (was !== is) words.push(`uses ${b.index} instead of ${a.index}`);
  }
  if (from === to && a.backward !== b.backward) words.push(b.backward ? 'reads backward' : 'reads forward');
  return words;
}

function clauseChanges(a: PlanNode, b: PlanNode): string[] {
  const [was, is] = [clausesOf(a), clausesOf(b)];
  const words: string[] = [];
  for (const [clause, kind] of is) {
    const before = was.get(clause);
    if (before === undefined) words.push(`${kind} ${clause} is new`);
    else if (before !== kind) words.push(`${clause} is ${kind} now, was ${before}`);
  }
  for (const [clause, kind] of was) if (!is.has(clause)) words.push(`${kind} ${clause} is gone`);
  return words;
}

function runChanges(a: PlanNode, b: PlanNode): string[] {
  if (ran(a) !== ran(b)) return [ran(b) ? 'runs now, did not before' : 'does not run any more'];
  const [from, to] = [a.loops ?? 1, b.loops ?? 1];
  const words: string[] = [];
  if (from !== to && Math.max(from, to) >= 2 * Math.min(from, to))
    words.push(`runs ${to} times, was ${from}`);
  const [was, is] = [a.workers?.launched ?? 0, b.workers?.launched ?? 0];
  if (was !== is) words.push(`${is} workers, were ${was}`);
  return words;
}

function estimateChanges(a: PlanNode, b: PlanNode): string[] {
  const [from, to] = [a.qError ?? 1, b.qError ?? 1];
  if (worseEstimate(from, to)) return [`estimate off ${number(to)}x, was ${number(from)}x`];
  return worseEstimate(to, from) ? [`estimate better: off ${number(to)}x, was ${number(from)}x`] : [];
}

function pageChanges(a: PlanNode, b: PlanNode): string[] {
  const changed = (was: number | null, is: number | null, kind: string): string[] => {
    if (was === null || is === null) return [];
    const work = judgeWork(was, is);
    return work === 'same' ? [] : [`reads ${work === 'more' ? 'more' : 'fewer'} ${kind}: ${arrow(was, is)}`];
  };
  return [
    ...changed(a.selfBuffers, b.selfBuffers, 'pages'),
    ...changed(a.selfLocal, b.selfLocal, 'pages of temporary tables'),
    ...changed(a.selfTemporary, b.selfTemporary, 'pages of temporary files'),
  ];
}

function spillChanges(a: PlanNode, b: PlanNode): string[] {
  if (a.spills.length === 0 && b.spills.length > 0) return [`spills to disk: ${b.spills[0]!.what}`];
  return a.spills.length > 0 && b.spills.length === 0 ? ['spills no more'] : [];
}

const marks = { same: ' ', changed: '~', new: '+', gone: '-' } as const;

/** The difference for the terminal: the plan after it, with what is gone in its place and the words below. */
export function renderDiff(diff: PlanDiff): string {
  const lines = diff.rows.flatMap(({ kind, depth, before, after, words }) => {
    const indent = '  '.repeat(depth);
    const shown = `${marks[kind]} ${indent}${after ?? before}`;
    return kind === 'changed' ? [shown, ...words.map((each) => `~ ${indent}    ${each}`)] : [shown];
  });
  return [`${diff.verdict.replaceAll('-', ' ')}: ${diff.summary}`, ...lines].join('\n');
}
