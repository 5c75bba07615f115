import type { PaginationCheck } from '../../../result/result.ts';
import { count } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark, markCell } from '../mark.ts';
import { column, figures, number, table } from '../table.ts';

/** Whether the pages are right, what readers miss while rows come and go, and where the plan changes. */
export const paginationChecks = (checks: readonly PaginationCheck[]): Html => html`<h3>Right pages</h3>
${table(
  'pagination-checks',
  'All methods give the same rows, and what readers see twice or never while the list changes under them',
  [
    column('List', ({ list }: PaginationCheck) => list),
    column('Tenant', ({ tenantClass }: PaginationCheck) => tenantClass),
    column('Pages', ({ pagesEqual }: PaginationCheck) =>
      markCell(pagesEqual, ['equal', 'differ', 'not told']),
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
      html`<p>${mark(null, ['', '', 'cliff'])} ${list} (${tenantClass}): from an offset of ${count(depth)} on, another plan is chosen: ${before} before, ${after} after.</p>`,
  )}`;
