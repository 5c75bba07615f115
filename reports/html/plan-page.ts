import type { PlanDiffResult, PlanLine, Result } from '../../result/result.ts';
import { count, duration, figure } from '../format.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { planDiff } from './plan/plan-diff.ts';
import { planTree } from './plan/plan-tree.ts';
import { plans } from './sections/plans.ts';

/** A plan of anybody's, as it was read from a file. */
export interface ReadPlan {
  readonly name: string;
  readonly sql: string | null;
  readonly lines: readonly PlanLine[];
  readonly executionMs: number | null;
  readonly planningMs: number | null;
  readonly buffers: number | null;
  readonly maxQError: number | null;
  readonly warnings: readonly string[];
  /** The text that it was read from; null where it is too long to be shown again. */
  readonly source: string | null;
}

/** Plans of files as one page that asks the network for nothing; two of them side by side first. */
export const renderPlanFilesPage = (read: readonly ReadPlan[], diff?: PlanDiffResult): string =>
  page({
    title: `${read.map(({ name }) => name).join(', ')} · Olympus Bench`,
    header: html`<h1>${diff ? 'Two plans, side by side' : read.length === 1 ? 'A plan' : `${count(read.length)} plans`}</h1>`,
    skipTo: ['plans', 'the plans'],
    main: html`<section id="plans" aria-label="Plans">
${diff && planDiff(diff)}
${read.map(view)}</section>\n`,
  });

const view = (
  { name, sql, lines, warnings, source, ...figures }: ReadPlan,
  at: number,
): Html => html`<article class="plan" id="plan/${at + 1}" aria-labelledby="plan/${at + 1}/name">
<h2 id="plan/${at + 1}/name">${name}</h2>
<p>${figuresText(figures)}</p>
${warnings.map((warning) => html`<p class="muted">${warning}</p>`)}
${sql !== null && html`<pre class="sql" tabindex="0" aria-label="SQL of ${name}">${sql.trim()}</pre>`}
${planTree(lines)}
${source === null ? html`<p class="muted">The file is too long to be shown here again.</p>` : html`<details><summary>The file, for other viewers</summary><pre tabindex="0" data-copy aria-label="Text of ${name}">${source}</pre></details>`}
</article>\n`;

function figuresText({
  executionMs,
  planningMs,
  buffers,
  maxQError,
}: Pick<ReadPlan, 'executionMs' | 'planningMs' | 'buffers' | 'maxQError'>): string {
  return [
    executionMs === null ? 'Execution time not known' : `${duration(executionMs)} to execute`,
    planningMs === null ? 'planning time not known' : `${duration(planningMs)} to plan`,
    buffers === null ? 'buffers not known' : `${count(buffers)} buffers`,
    maxQError === null ? 'no row count to judge the estimates by' : `worst q‑error ${figure(maxQError)}`,
  ].join(', ');
}

/** The plans of a run's statements as a page of their own. */
export function renderStatementPlansPage(result: Result): string {
  const content = plans.content(result);
  return page({
    title: 'Plans · Olympus Bench',
    header: html`<h1>Plans</h1>`,
    skipTo: ['plans', 'the plans'],
    main: html`<section id="plans" aria-label="Plans">
${content.kind === 'data' ? html`<p class="conclusion">${content.conclusion}</p>${content.body}` : content.why.map((why) => html`<p>No data. ${why}</p>`)}
</section>\n`,
  });
}
