import type { PlanDiffResult, PlanResult } from '../../../result/result.ts';
import { count, duration, figure } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { html } from '../html.ts';
import { markCell } from '../mark.ts';
import { planDiff } from '../plan/plan-diff.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { shownPlans } from '../plan/shown-plans.ts';
import { statementPlans } from '../plan/statement-plans.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { planModes } from './plan-modes.ts';

const noBuffers = 'the plan tells no buffers';

export const plans: Section = {
  id: 'plans',
  title: 'Plans',
  content: (result) => {
    const all = result.plans;
    const links = planLinks(result);
    const moved = result.planDiffs ?? [];
    if (all.length === 0)
      return moved.length > 0
        ? data(`${count(moved.length)} plans have moved.`, movedPlans(moved))
        : absent(result, ['plans'], notAsked('plans'));
    const missed = all.filter(({ expectation }) => expectation.ok === false);
    const names = [...new Set(missed.map(({ statement }) => statement))];
    const conclusion =
      missed.length > 0
        ? `Look at ${names.join(', ')}: ${missed.length === 1 ? 'one plan is' : `${missed.length} plans are`} not as expected.`
        : 'Every plan whose statement expects something is as expected.';
    return data(
      conclusion,
      html`${buffersByTenant(all, links)}\n${planTable(shownPlans(all), all.length, links)}
${result.planModes && result.planModes.length > 0 && planModes(result.planModes, links)}
${moved.length > 0 && movedPlans(moved)}
${statementPlans(result)}`,
    );
  },
};

/** A picture with more rows is none. */
const maxDrawn = 150;
const mostBuffers = (all: readonly PlanResult[]): string[] => [
  ...new Set(all.toSorted((a, b) => b.buffers.hit! - a.buffers.hit!).map(({ statement }) => statement)),
];

/** Plans as the application reads them, where both roles were measured. */
function buffersByTenant(all: readonly PlanResult[], links: PlanLinks) {
  const variant = all.some((plan) => plan.variant === 'app') ? 'app' : all[0]!.variant;
  const chosen = all.filter((plan) => plan.variant === variant && plan.buffers.hit !== null);
  const names = [...new Set(chosen.map(({ statement }) => statement))];
  const rows = names.length <= maxDrawn ? names : mostBuffers(chosen).slice(0, maxDrawn);
  const tenants = [...new Set(chosen.map(({ tenantClass }) => tenantClass))];
  if (rows.length === 0) return null;
  return figureOf({
    id: 'plans-buffers',
    title: 'Buffers from the cache by statement and tenant',
    description: `Buffers that each statement found in the cache, run as “${variant}”, for each class of tenants. Dots far apart mean that the work grows with the tenant.${names.length > rows.length ? ` Of ${count(names.length)} statements the ${rows.length} that read the most are drawn.` : ''}`,
    links: links.byLabel(rows),
    chart: {
      kind: 'dots',
      rows,
      x: { title: 'shared buffers hit (8 KiB each, logarithmic)', log: true, tick: count },
      series: tenants.map((tenant) => ({
        name: tenant,
        dots: chosen
          .filter(
            (plan) => plan.tenantClass === tenant && plan.buffers.hit! > 0 && rows.includes(plan.statement),
          )
          .map((plan) => ({ row: rows.indexOf(plan.statement), x: plan.buffers.hit! })),
      })),
    },
    data: table(
      'plans-buffers-data',
      'Buffers by statement and tenant',
      [
        column('Statement', (plan: PlanResult) => links.plan(plan)),
        column('Tenant', (plan: PlanResult) => plan.tenantClass),
        figures<PlanResult>('Buffers hit', ({ buffers }) => number(buffers.hit, count, noBuffers)),
      ],
      chosen,
    ),
  });
}

const planTable = (shown: readonly PlanResult[], total: number, links: PlanLinks) =>
  table(
    'plans-table',
    total === shown.length
      ? 'Every statement, as its owner and under row-level security, for each class of tenants'
      : `Of ${count(total)} plans the ${count(shown.length)} that missed an expectation or read the most`,
    [
      column('Statement', (plan: PlanResult) => links.plan(plan)),
      column('As', ({ variant }: PlanResult) => variant),
      column('Tenant', ({ tenantClass }: PlanResult) => tenantClass),
      column('Expectation', ({ expectation }: PlanResult) => {
        const cell = markCell(expectation.ok, ['met', 'missed', 'none']);
        return expectation.ok === false
          ? { ...cell, show: html`<span title="${expectation.why}">${cell.show}</span>` }
          : cell; // the reason of the others is with their plan
      }),
      figures<PlanResult>('Buffers hit', ({ buffers }) => number(buffers.hit, count, noBuffers)),
      figures<PlanResult>('Buffers read', ({ buffers }) => number(buffers.read, count, noBuffers)),
      figures<PlanResult>('Time', ({ executionMs }) =>
        number(executionMs, duration, 'the plan was not executed'),
      ),
      figures<PlanResult>('Planning', ({ planningMs }) =>
        number(planningMs, duration, 'the plan has no planning time'),
      ),
      figures<PlanResult>('q‑error', ({ maxQError, maxQErrorNode }) => {
        const cell = number(maxQError, figure, 'no node was executed');
        return maxQErrorNode
          ? { ...cell, show: html`<span title="${maxQErrorNode}">${cell.show}</span>` }
          : cell;
      }),
      figures<PlanResult>('Rows', ({ rows }) => number(rows, count, 'the plan was not executed')),
      column('Shape', ({ shape }: PlanResult) => ({
        show: html`<code class="shape">${shape.slice(0, 8)}</code>`,
        sort: shape,
      })),
    ],
    shown,
  );

/** Plans that another variant, or an index, changed: side by side. */
const movedPlans = (all: readonly PlanDiffResult[]) => html`<h3>Plans that moved</h3>
${all.map(
  (
    diff,
  ) => html`<details class="statement"><summary>${diff.statement}${diff.tenantClass && `, ${diff.tenantClass}`} <span class="muted">${diff.verdict.replace('-', ' ')}</span></summary>
${planDiff(diff)}</details>\n`,
)}`;
