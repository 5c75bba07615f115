import type { PlanModes } from '../../../result/result.ts';
import { count, ratio } from '../../format.ts';
import { type Html, html } from '../html.ts';
import type { PlanLinks } from '../plan/plan-links.ts';
import { column, figures, number, table } from '../table.ts';

type OfTenant = PlanModes['tenants'][number];

/** What a plan that is made once for all parameters costs beside one that is made for these. */
export const planModes = (
  all: readonly PlanModes[],
  links: PlanLinks,
): Html => html`<h3>Plans for these parameters, and for any</h3>
<p>A prepared statement’s plan is made for its parameters (custom) or once for all (generic); from the sixth execution on the server chooses (auto). The score is the buffers of the generic plan over those of the custom one, for the tenant that it fits least: far above 1×, the statement should not share one plan between tenants (<code>plan_cache_mode</code>). Costs are not compared.</p>
${table(
  'plans-modes',
  'Buffers by plan mode: custom / generic / auto',
  [
    column('Statement', ({ statement }: PlanModes) => links.statement(statement)),
    column('As', ({ variant }: PlanModes) => variant),
    figures<PlanModes>('Skew sensitivity', ({ skew }) =>
      number(skew, ratio, 'it was not measured in both modes'),
    ),
    ...['whale', 'median', 'minnow'].map((of) =>
      column(of, ({ tenants }: PlanModes) =>
        tenantCell(tenants.find(({ tenantClass }) => tenantClass === of)),
      ),
    ),
  ],
  all.toSorted((a, b) => (b.skew ?? 0) - (a.skew ?? 0)),
)}`;

const tenantCell = (tenant: OfTenant | undefined) => {
  if (!tenant) return { show: '–', why: 'a source of its parameters has no row there' };
  const { custom, generic, auto } = tenant.pages;
  const pages = [custom, generic, auto].map((value) => (value === null ? '–' : count(value))).join(' / ');
  const chosen = tenant.chosen === null ? '' : ` (${tenant.chosen})`;
  return { show: html`${pages}${html`<span class="muted">${chosen}</span>`}`, sort: generic ?? 0 };
};
