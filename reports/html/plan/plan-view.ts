import { planAnchor } from '../../../result/plan-anchor.ts';
import type { NestedPlan, PlanResult } from '../../../result/result.ts';
import { count, duration, figure } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../mark.ts';
import { sentence } from '../section.ts';
import { planTree } from './plan-tree.ts';

/** One plan of a statement: what it was asked with, its figures, its tree, what its functions ran, and its JSON. */
export const planView = (plan: PlanResult): Html => html`<article class="plan" id="${planAnchor(plan)}">
<h4>As ${plan.variant}, ${plan.tenantClass} ${mark(plan.expectation.ok, ['as expected', 'missed', 'nothing expected'])} <a class="here" href="#${planAnchor(plan)}" aria-label="# link to this plan">#</a></h4>
<p class="muted">${figuresText(plan)} ${sentence(plan.expectation.why || 'Nothing is expected')} Indexes: ${plan.indexes.join(', ') || 'none'}.</p>
${plan.parameters && plan.parameters.length > 0 && parameters(plan.parameters)}
${treeOf(plan)}
${plan.nested?.map(nested)}
${plan.nestedWhy !== undefined && html`<p class="muted">What its functions ran is not known. ${plan.nestedWhy}</p>`}
${plan.file !== undefined && html`<p class="raw"><a href="${encodeURI(plan.file)}" data-raw>EXPLAIN’s JSON</a></p>`}
</article>\n`;

function treeOf({ lines, tree }: PlanResult): Html {
  if (lines && lines.length > 0) return planTree(lines);
  return tree
    ? html`<pre tabindex="0">${tree}</pre>`
    : html`<p class="muted">The run kept no tree of this plan.</p>`;
}

function figuresText({ buffers, executionMs, planningMs, rows, maxQError, detail }: PlanResult): Html {
  const known = buffers.hit !== null && buffers.read !== null;
  const parts = [
    executionMs === null ? 'Not executed' : `${duration(executionMs)} to execute`,
    planningMs === null ? '' : `${duration(planningMs)} to plan`,
    known
      ? `${count(buffers.hit! + buffers.read!)} buffers, ${count(buffers.read!)} of them read`
      : 'buffers not known',
    rows === null ? '' : `${count(rows)} ${rows === 1 ? 'row' : 'rows'}`,
    maxQError === null ? '' : `worst q‑error ${figure(maxQError)}`,
  ].filter((text) => text !== '');
  return html`${parts.join(', ')} (detail <code>${detail.slice(0, 8)}</code>).`;
}

const parameters = (all: NonNullable<PlanResult['parameters']>) =>
  all.map(
    ({ name, value }, at) => html`<p class="condition"><b>$${at + 1} ${name}</b> ${value ?? 'NULL'}</p>`,
  );

/** EXPLAIN shows a function as one node, and a trigger as a line: this is what they ran. */
const nested = ({ sql, calls, executionMs, buffers, lines }: NestedPlan) => html`<details class="nested" open>
<summary>Inside its functions and triggers: ${count(calls)} ${calls === 1 ? 'call' : 'calls'}${executionMs !== null && `, ${duration(executionMs)}`}${buffers !== null && `, ${count(buffers)} buffers`}${calls > 1 && '; the slowest call is shown'}</summary>
<pre class="sql" tabindex="0" aria-label="SQL that the function ran">${sql.trim()}</pre>
${planTree(lines)}
</details>`;
