import { decodeText, normalised } from '../text/decode-text.ts';
import { contradictions, isExecuted, wholeMs } from './check.ts';
import { type Draft, draftOf } from './draft.ts';
import { buffersOf, type Fields, isFields, listOf, numberOf, sumOf, textOf } from './field.ts';
import { findInValue, findPlans } from './find/find-plans.ts';
import { jsonFault } from './find/json-fault.ts';
import { otherProduct } from './find/other-product.ts';
import { type Blocks, localOf, type Plan, type PlanNode, temporaryOf } from './plan.ts';
import { qErrorOf, stoppedEarly } from './q-error.ts';
import { selfShares } from './self.ts';
import type { Found } from './source/found.ts';
import { spillsOf, temporaryKilobytes } from './spills.ts';

/** What reading gave: a plan, with what is odd about it in `warnings`; or why it is none. */
export type Reading =
  | {
      readonly kind: 'plan';
      readonly plan: Plan;
      readonly line: number;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'not-a-plan'; readonly why: string };

/**
 * Reads every plan of a file: EXPLAIN of PostgreSQL 12 to 18 as JSON, text, YAML or XML, as psql or a grid shows it, a
 * driver or an API returns it, auto_explain logs it, or a mail quotes it. `input` is the file's bytes or text, or a value
 * already parsed. There is at least one reading; what cannot be read says where and why.
 */
export function readPlans(input: unknown): Reading[] {
  const text =
    input instanceof Uint8Array ? decodeText(input) : typeof input === 'string' ? normalised(input) : null;
  const found = text === null ? findInValue(input) : findPlans(text);
  if (found.length === 0 || (text !== null && found.every(({ kind }) => kind === 'broken'))) {
    const product = text === null ? null : otherProduct(text);
    if (product)
      return [{ kind: 'not-a-plan', why: `This is a plan of ${product}; plans of PostgreSQL are read.` }];
  }
  return found.length > 0 ? found.map(readFound) : [{ kind: 'not-a-plan', why: whyNone(text) }];
}

/** The first plan that can be read, with a warning when it is not the only one. */
export function readPlan(input: unknown): Reading {
  const readings = readPlans(input);
  const at = readings.findIndex(({ kind }) => kind === 'plan');
  const first = readings[Math.max(0, at)]!;
  if (first.kind !== 'plan' || readings.length === 1) return first;
  return { ...first, warnings: [severalText(readings, at), ...first.warnings] };
}

/** "There are 3 plans; this is the first (line 4)." */
export function severalText(readings: readonly Reading[], shown: number): string {
  const lost = readings.findIndex(({ kind }) => kind === 'not-a-plan');
  const broken = readings[lost];
  return [
    `There are ${readings.length} plans; this is ${shown === 0 ? 'the first' : `number ${shown + 1}`}.`,
    broken?.kind === 'not-a-plan' ? `Number ${lost + 1} cannot be read: ${broken.why}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function whyNone(text: string | null): string {
  if (text?.trim() === '') return 'It is empty.';
  if (text?.includes('\0')) return 'It is no text.';
  if (text === null || (/^\s*[[{]/.test(text) && jsonFault(text) === null))
    return 'It is JSON, but nothing in it has a "Plan".';
  if (/^\s*(?:[[({]\s*|RealDictRow\()+'/.test(text) && /'\s*[,:)\]}]/.test(text))
    return 'It is a value as Python prints it, which is no JSON: write it with json.dumps(value).';
  return 'It is neither JSON, YAML or XML of a plan nor the text of one.';
}

function readFound(found: Found): Reading {
  if (found.kind === 'broken') return { kind: 'not-a-plan', why: `Line ${found.line}: ${found.why}.` };
  const { document, notes, line } = found;
  const root = document.Plan;
  if (!isFields(root) || textOf(root, 'Node Type') === null)
    return { kind: 'not-a-plan', why: `Line ${line}: its "Plan" has no "Node Type".` };
  const size = sizeOf(root);
  if (size.depth > deepest || size.nodes * size.apart > mostSearched)
    return {
      kind: 'not-a-plan',
      why: `Line ${line}: its ${size.nodes} nodes, ${size.apart} of them InitPlans and CTEs, up to ${size.depth} below one another, are more than is read.`,
    };
  const draft = draftOf(root);
  const plan = planOf(document, draft);
  return {
    kind: 'plan',
    plan,
    line,
    warnings: [...notes, ...contradictions(draft, document), ...lacks(found, draft)],
  };
}

/** Nodes below one another: PostgreSQL itself gives up sooner. */
const deepest = 1000;
/** Each InitPlan and CTE is looked for in every node. */
const mostSearched = 2_000_000;

/** Before anything recursive is done with it. */
function sizeOf(root: Fields): { nodes: number; apart: number; depth: number } {
  const size = { nodes: 0, apart: 0, depth: 0 };
  const waiting = [{ node: root, depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    size.nodes++;
    size.depth = Math.max(size.depth, next.depth);
    if (next.node['Parent Relationship'] === 'InitPlan') size.apart++;
    for (const node of listOf(next.node, 'Plans')) waiting.push({ node, depth: next.depth + 1 });
  }
  return size;
}

function lacks({ document, format }: Extract<Found, { kind: 'plan' }>, root: Draft): string[] {
  if (!isExecuted(document, root)) return ['It was made without ANALYZE: there are estimates only.'];
  if (root.inclusiveBlocks !== null) return [];
  // the text has no line for a node that touched no page
  return [
    `It was made without BUFFERS${format === 'text' ? ' (or touched no page)' : ''}: pages are not known.`,
  ];
}

function planOf(document: Fields, root: Draft): Plan {
  const shares = selfShares(root);
  const stopped = stoppedEarly(root);
  const build = (draft: Draft): PlanNode => {
    const { ms, blocks } = shares.of.get(draft)!;
    return {
      ...draft.node,
      selfMs: ms,
      selfBuffers: blocks && blocks.hit + blocks.read,
      selfLocal: blocks && localOf(blocks),
      selfTemporary: blocks && temporaryOf(blocks),
      spills: spillsWithTemporary(draft),
      stoppedEarly: stopped.has(draft),
      qError: qErrorOf(draft, stopped.has(draft)),
      children: draft.children.map(build),
    };
  };
  return {
    root: build(root),
    ...timesOf(document),
    planningBuffers: isFields(document.Planning) ? buffersOf(document.Planning) : null,
    blocks: root.inclusiveBlocks && together(root.inclusiveBlocks, shares.afterRoot),
    serialization: isFields(document.Serialization)
      ? { ms: numberOf(document.Serialization, 'Time'), buffers: buffersOf(document.Serialization) }
      : null,
    triggers: listOf(document, 'Triggers').map((trigger) => ({
      // the trigger of a foreign key has a number for a name
      name: textOf(trigger, 'Constraint Name') ?? textOf(trigger, 'Trigger Name') ?? '?',
      ms: numberOf(trigger, 'Time'),
      calls: numberOf(trigger, 'Calls') ?? 0,
    })),
    settings: isFields(document.Settings)
      ? Object.fromEntries(Object.entries(document.Settings).map(([name, value]) => [name, String(value)]))
      : {},
    query: textOf(document, 'Query Text'),
  };
}

function timesOf(document: Fields): Pick<Plan, 'planningMs' | 'executionMs' | 'jitMs'> {
  const jit = isFields(document.JIT) && isFields(document.JIT.Timing) ? document.JIT.Timing : {};
  return {
    planningMs: numberOf(document, 'Planning Time'),
    executionMs: wholeMs(document),
    jitMs: isFields(jit.Total) ? numberOf(jit.Total, 'Total') : numberOf(jit, 'Total'),
  };
}

const together = (a: Blocks, b: Blocks): Blocks => ({
  hit: a.hit + b.hit,
  read: a.read + b.read,
  localHit: a.localHit + b.localHit,
  localRead: a.localRead + b.localRead,
  temporaryRead: a.temporaryRead + b.temporaryRead,
  temporaryWritten: a.temporaryWritten + b.temporaryWritten,
});

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
