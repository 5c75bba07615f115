import type { PlanDiffResult } from '../../../result/result.ts';
import { type Html, html } from '../html.ts';

type Row = PlanDiffResult['rows'][number];

const marks = { same: '', changed: '~', new: '+', gone: '−' } as const;
const kinds = { same: 'the same', changed: 'changed', new: 'new', gone: 'gone' } as const;

/** Two plans side by side, node beside node; below each node that changed, what changed, in words. */
export const planDiff = ({
  before,
  after,
  summary,
  verdict,
  rows,
}: PlanDiffResult): Html => html`<div class="plan-diff">
<p><strong>${verdict.replace('-', ' ')}</strong>: ${summary}</p>
<div class="scroll" role="group" aria-label="${before} beside ${after}" tabindex="0">
<table class="diff">
<thead><tr><th scope="col"><span class="unseen">Kind</span></th><th scope="col">${before}</th><th scope="col">${after}</th></tr></thead>
<tbody>
${rows.map(rowOf)}</tbody>
</table>
</div>
</div>\n`;

const rowOf = ({
  kind,
  depth,
  before,
  after,
  words,
}: Row): Html => html`<tr class="${kind}"><th scope="row"><span aria-hidden="true">${marks[kind]}</span><span class="unseen">${kinds[kind]}</span></th>${[
  before,
  after,
].map(
  (text) =>
    html`<td>${text === null ? html`<span class="muted">–</span>` : indented(depth, html`<code>${text}</code>`)}</td>`,
)}</tr>
${kind === 'changed' && words.length > 0 && html`<tr class="words"><td></td><td colspan="2">${words.join('; ')}</td></tr>\n`}`;

/** By elements, not by spaces: a line that wraps stays under its own beginning. */
const indented = (depth: number, line: Html): Html =>
  depth === 0 ? line : html`<div class="level">${indented(depth - 1, line)}</div>`;
