import type { PlanDiffResult, PlanResult, Result } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../mark.ts';
import { sentence } from '../section.ts';
import { planDiff } from './plan-diff.ts';
import { planView } from './plan-view.ts';
import { shownPlans } from './shown-plans.ts';

/** Every statement folded: its SQL, its plans, and two of them side by side where they differ in shape. */
export function statementPlans({ plans, statements = [], planPairs = [] }: Result): Html {
  const shown = shownPlans(plans);
  const left = plans.length - shown.length;
  const texts = new Map(statements.map((each) => [each.name, each]));
  return html`<h3 id="plan-trees">Plan trees</h3>
<p class="muted">Each line is a node with its own time and buffers, what lies below it taken off; a bar is its share of the whole plan.${left > 0 && ` Of ${count(plans.length)} plans the ${count(shown.length)} are shown that missed an expectation or read the most; the others are in result.json, and ./olympus explain STATEMENT shows them.`}</p>
${[...Map.groupBy(shown, ({ statement }) => statement)].map(([name, ofStatement]) => {
  const missed = ofStatement.some(({ expectation }) => expectation.ok === false);
  const text = texts.get(name);
  return html`<details class="statement" id="statement/${name.replaceAll(/\s+/g, '-')}"><summary>${name} ${missed && mark(false, ['', 'missed', ''])} <span class="muted">${shapes(ofStatement)}</span></summary>
${text && html`<p>${sentence(text.what)}</p>\n<pre class="sql" tabindex="0" aria-label="SQL of ${name}">${text.sql.trim()}</pre>`}
${ofStatement.map(planView)}
${planPairs.filter(({ statement }) => statement === name).map(pair)}
</details>\n`;
})}`;
}

const pair = (diff: PlanDiffResult) =>
  html`<details><summary>${diff.before} and ${diff.after}, side by side${diff.tenantClass && ` (${diff.tenantClass})`}</summary>
${planDiff(diff)}</details>\n`;

function shapes(plansOfStatement: readonly PlanResult[]): string {
  const different = new Set(plansOfStatement.map(({ shape }) => shape)).size;
  return different === 1 ? 'one shape' : `${different} shapes`;
}
