import type { PaginationCheck } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { markCell } from '../mark.ts';
import { column, figures, number, table } from '../table.ts';

/** Whether the pages are right, what readers miss while rows come and go, and where the plan changes. */
export const paginationChecks = (checks: readonly PaginationCheck[]): Html => html`<h3>Right pages</h3>
<p>${inWords(checks)}</p>
${table(
  'pagination-checks',
  'All methods give the same rows, and what readers see twice or never while the list changes under them',
  [
    column('List', ({ list }: PaginationCheck) => list),
    column('Tenant', ({ tenantClass }: PaginationCheck) => tenantClass),
    column('Pages', ({ pagesEqual }: PaginationCheck) =>
      markCell(pagesEqual, ['equal', 'differ', 'not checked']),
    ),
    figures<PaginationCheck>('Rows', ({ rows }) => number(rows, count)),
    figures<PaginationCheck>('Rows compared', ({ joinedRows }) => number(joinedRows, count)),
    ...(['offset', 'keyset'] as const).flatMap((method) => [
      figures<PaginationCheck>(`Twice, ${method}`, ({ churn, why }) =>
        number(churn?.arrivals[method].doubled, count, why),
      ),
      figures<PaginationCheck>(`Never, ${method}`, ({ churn, why }) =>
        number(churn?.removals[method].skipped, count, why),
      ),
    ]),
  ],
  checks,
)}
${checks.map(cliffs)}`;

const cliffs = ({ list, tenantClass, cliffs: all }: PaginationCheck): Html =>
  html`${all.map(
    ({ depth, before, after }) =>
      html`<p><strong>Plan cliff</strong> in ${list} (${tenantClass}): from an offset of ${count(depth)} on another plan is chosen. Before: <code>${before}</code>. From there on: <code>${after}</code>.</p>`,
  )}`;

/** The half of the argument that is not about time: what is wrong on the pages that a reader turns. */
function inWords(checks: readonly PaginationCheck[]): string {
  const wrong = checks.filter(({ pagesEqual }) => !pagesEqual);
  const compared = checks.reduce((sum, { joinedRows }) => sum + joinedRows, 0);
  const equal =
    wrong.length === 0
      ? `Put one after another, the pages of every method are the list: ${count(compared)} rows were compared.`
      : `Pages and list differ: ${wrong.map(({ list, tenantClass }) => `${list} (${tenantClass})`).join(', ')}.`;
  const churned = checks.filter(({ churn }) => churn !== null);
  if (churned.length === 0) return equal;
  const sum = (method: 'offset' | 'keyset', of: 'arrivals' | 'removals', what: 'doubled' | 'skipped') =>
    churned.reduce((total, { churn }) => total + churn![of][method][what], 0);
  const says = (method: 'offset' | 'keyset') =>
    `by ${method} ${count(sum(method, 'arrivals', 'doubled'))} rows are shown twice and ${count(sum(method, 'removals', 'skipped'))} never`;
  return `${equal} While rows come and go between the pages, ${says('offset')}, ${says('keyset')}: an offset counts rows, and a row that came or went moves every later page; a keyset goes on from the last row that was seen.`;
}
