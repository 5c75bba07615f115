import { describe, nodesOf, type Plan, type PlanNode, ran } from './plan.ts';

/** The plan in words, one node a line, for the terminal and the report. */
export function renderPlan(plan: Plan): string {
  const lines: string[] = [];
  renderNode(plan.root, '', '', lines);
  const figures = [
    plan.planningMs === null ? '' : `planning ${number(plan.planningMs)} ms`,
    plan.executionMs === null ? '' : `execution ${number(plan.executionMs)} ms`,
    plan.jitMs === null ? '' : `of it JIT ${number(plan.jitMs)} ms`,
    serializationText(plan.serialization),
    ...plan.triggers.map(({ name, ms, calls }) => `trigger ${name} ${number(ms)} ms in ${calls} calls`),
  ].filter((text) => text !== '');
  if (figures.length > 0) lines.push(figures.join(', '));
  return lines.join('\n');
}

function serializationText(serialization: Plan['serialization']): string {
  if (!serialization) return '';
  const { ms, buffers } = serialization;
  return `serialization ${number(ms)} ms${buffers ? `, ${buffers.hit + buffers.read} buffers` : ''}`;
}

function renderNode(node: PlanNode, first: string, rest: string, lines: string[]): void {
  lines.push(`${first}${describe(node)}  ${figuresOf(node)}`.trimEnd());
  for (const [name, text] of Object.entries(node.conditions)) {
    const bar = node.children.length > 0 ? '│' : ' ';
    lines.push(`${rest}${bar}    ${name}: ${shorten(text)}`);
  }
  const shown = runsOf(node.children.filter(ran));
  const idle = node.children.filter((child) => !ran(child)).length;
  shown.forEach(([child, ...alike], i) => {
    const last = i === shown.length - 1 && idle === 0;
    renderNode(
      child!,
      `${rest}${last && alike.length === 0 ? '└─ ' : '├─ '}`,
      `${rest}${last && alike.length === 0 ? '   ' : '│  '}`,
      lines,
    );
    if (alike.length > 0) lines.push(`${rest}${last ? '└─ ' : '├─ '}${inShort(alike)}`);
  });
  if (idle > 0) lines.push(`${rest}└─ ${idle} never executed: ${idleNames(node)}`);
}

/** Neighbours that did the same for nothing, such as the partitions of months without rows, stand together. */
export function runsOf(children: readonly PlanNode[]): PlanNode[][] {
  const runs: PlanNode[][] = [];
  for (const child of children) {
    const run = runs.at(-1);
    if (run && isEmpty(child) && isEmpty(run[0]!) && kindsOf(child) === kindsOf(run[0]!)) run.push(child);
    else runs.push([child]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [run] : run.map((child) => [child])));
}

const isEmpty = ({ actualRows, removedRows, relationship }: PlanNode): boolean =>
  actualRows === 0 && !removedRows && relationship === 'Member';
const kindsOf = (node: PlanNode): string =>
  nodesOf(node)
    .map(({ type, index }) => `${type}${index === null ? '' : ' by an index'}`)
    .join();

function inShort(alike: readonly PlanNode[]): string {
  const all = alike.flatMap(nodesOf);
  const sum = (values: readonly (number | null)[]) =>
    values.some((value) => value === null)
      ? null
      : values.reduce<number>((total, value) => total + value!, 0);
  const [ms, buffers] = [
    sum(all.map(({ selfMs }) => selfMs)),
    sum(all.map(({ selfBuffers }) => selfBuffers)),
  ];
  const figures = [ms === null ? '' : `; ${number(ms)} ms`, buffers === null ? '' : `; ${buffers} buffers`];
  return `${alike.length} more like it  (no rows${figures.join('')}): ${leavesText(alike)}`;
}

/** What the first and the last of several read. */
export const leavesText = (alike: readonly PlanNode[]): string =>
  shorten(`${leafOf(alike[0]!)} ... ${leafOf(alike.at(-1)!)}`);

const leafOf = (node: PlanNode): string => {
  const { relation, alias, index } = nodesOf(node).findLast(({ relation }) => relation !== null) ?? node;
  return relation ?? alias ?? index ?? node.type;
};

function idleNames(node: PlanNode): string {
  const names = node.children.filter((child) => !ran(child)).map(describe);
  return shorten(names.length > 2 ? `${names[0]} ... ${names.at(-1)}` : names.join(', '));
}

export function figuresOf(node: PlanNode): string {
  const estimated = `estimated ${number(node.estimatedRows)}`;
  if (node.actualRows === null) return `(${estimated} rows)`;
  const loops = node.loops !== null && node.loops !== 1 ? ` x ${node.loops} loops` : '';
  const parts = [
    `${rows(node.actualRows)} rows${loops}, ${estimated}`,
    node.removedRows ? `${number(node.removedRows)} removed` : '',
    node.selfMs === null ? '' : `${number(node.selfMs)} ms`,
    node.selfBuffers === null ? '' : `${node.selfBuffers} buffers`,
    node.selfLocal ? `${node.selfLocal} local` : '',
    node.selfTemporary ? `${node.selfTemporary} temporary` : '',
    node.workers ? `${node.workers.launched ?? '?'} of ${node.workers.planned ?? '?'} workers` : '',
    ...node.spills.map(
      ({ what, kilobytes }) => `SPILL ${what}${kilobytes === null ? '' : ` ${kilobytes} kB`}`,
    ),
    node.stoppedEarly && node.qError === null ? 'stopped early' : '',
    node.qError !== null && node.qError >= 10 ? `estimate off ${number(node.qError)}x` : '',
  ];
  return `(${parts.filter((part) => part !== '').join('; ')})`;
}

export const number = (value: number | null): string =>
  value === null ? '?' : Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));

/** PostgreSQL 18 gives the rows of a loop with two decimals: none of their figures is cut. */
const rows = (value: number): string => String(Number(value.toFixed(2)));

const shorten = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}...` : text);
