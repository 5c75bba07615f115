import type { PlanLine } from '../../../result/result.ts';
import { count, duration, figure } from '../../format.ts';
import { type Html, html } from '../html.ts';

/**
 * The tree of a plan: one line a node with its own time and buffers (a bar is the share of the whole), rows against the
 * estimate, and its conditions below it. Made of <details>: it folds without JavaScript. The words above the columns stand
 * in the style sheet: a report has hundreds of trees.
 */
export const planTree = (
  lines: readonly PlanLine[],
): Html => html`<div class="tree-scroll" role="group" aria-label="Tree of the plan" tabindex="0"><div class="tree">
<p class="line heads" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></p>
${nodes(lines, 0)}</div></div>`;

/** The lines of one level, each with what is below it. */
function nodes(lines: readonly PlanLine[], depth: number): Html[] {
  const starts = lines.flatMap((line, at) => (line.depth === depth ? [at] : []));
  return starts.map((at, i) => node(lines[at]!, lines.slice(at + 1, starts[i + 1]), depth));
}

function node(line: PlanLine, below: readonly PlanLine[], depth: number): Html {
  const inside = html`${conditionsOf(line)}${nodes(below, depth + 1)}`;
  if (below.length === 0 && line.conditions.length === 0)
    return html`<div class="node">${summaryOf(line, 'div')}</div>\n`;
  return html`<details class="node" open>${summaryOf(line, 'summary')}${inside}</details>\n`;
}

const summaryOf = (line: PlanLine, tag: 'summary' | 'div'): Html => {
  const cells = html`<span><code>${line.name}</code>${line.notes.length > 0 && html` <em>${line.notes.join(', ')}</em>`}</span>${share(line.timeShare, line.selfMs, duration)}${share(line.bufferShare, line.selfBuffers, count)}<span>${rowsText(line)}</span>${qErrorCell(line)}`;
  const idle = !line.executed && ' idle';
  return tag === 'summary'
    ? html`<summary class="line${idle}">${cells}</summary>`
    : html`<div class="line${idle}">${cells}</div>`;
};

/** A figure above a bar of its share, in steps of five per cent: a strict policy allows no style of its own. */
function share(of: number | null, value: number | null, format: (value: number) => string): Html {
  if (value === null) return html`<span>–</span>`;
  const steps = of === null ? 0 : Math.round(of * 20);
  return html`<span${steps > 0 && html` class="s${steps}"`}>${format(value)}${steps > 0 && html` <small>${Math.round(of! * 100)} %</small>`}</span>`;
}

function rowsText({ actualRows, estimatedRows, loops, removedRows, executed }: PlanLine): Html {
  const estimate = estimatedRows === null ? '?' : count(Math.round(estimatedRows));
  if (!executed || actualRows === null) return html`<small>estimated ${estimate}</small>`;
  const times = loops !== null && loops !== 1 ? ` × ${count(loops)} loops` : '';
  return html`${count(Number(actualRows.toFixed(2)))}${times}${estimatedRows !== null && html` <small>est. ${estimate}</small>`}${removedRows !== undefined && html` <small>${count(removedRows)} removed</small>`}`;
}

/** From here on an estimate is called wrong, as in the text of a plan. */
const badFrom = 10;

const qErrorCell = ({ qError }: PlanLine): Html =>
  qError === null
    ? html`<span></span>`
    : qError >= badFrom
      ? html`<span class="mark bad"><span aria-hidden="true">✗</span> ${figure(qError)}×</span>`
      : html`<span>${figure(qError)}×</span>`;

const conditionsOf = ({ conditions }: PlanLine): Html[] =>
  conditions.map(({ name, text }) => html`<p class="condition"><b>${name}</b> ${text}</p>`);
