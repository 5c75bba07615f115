import type { PaginationResult } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { figureOf } from '../charts/figure.ts';
import { type Html, html } from '../html.ts';
import { type PlanLinks, planLinks } from '../plan/plan-links.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, number, table } from '../table.ts';
import { paginationChecks } from './pagination-checks.ts';

export const pagination: Section = {
  id: 'pagination',
  title: 'Pagination',
  content: (result) => {
    const all = result.pagination;
    const links = planLinks(result);
    if (all.length === 0) return absent(result, ['pagination'], notAsked('pagination'));
    return data(
      conclusion(all),
      html`${[...Map.groupBy(all, listOf)].map(([list, pages], at) => charts(list, pages, { at, links }))}
${result.paginationChecks && result.paginationChecks.length > 0 && paginationChecks(result.paginationChecks)}
<details><summary>All ${count(all.length)} measured pages</summary>
${pageTable('pagination-table', 'Every page that was measured', all, links)}
</details>`,
    );
  },
};

/** "orders/keyset-or" is a form of the list "orders". */
const listOf = ({ statement }: PaginationResult) => statement.replace(/\/(offset|keyset)[\w-]*$/, '');
const nameOf = ({ method, form }: PaginationResult) => (form ? `${method}, ${form}` : method);

/** The deepest place at which both an offset and a keyset page were read. */
function conclusion(all: readonly PaginationResult[]): string {
  const deepestFirst = all.toSorted((a, b) => b.depth - a.depth);
  const offset = deepestFirst.find(({ method, buffers }) => method === 'offset' && buffers !== null);
  const beside = (page: PaginationResult) =>
    page.method === 'keyset' &&
    page.buffers !== null &&
    page.depth === offset?.depth &&
    listOf(page) === listOf(offset) &&
    page.tenantClass === offset.tenantClass;
  const keysets = deepestFirst.filter(beside);
  if (!offset || keysets.length === 0) return 'There is no depth at which both methods were measured.';
  const each = keysets.map((page) => `${count(page.buffers!)} by ${nameOf(page)}`).join(', ');
  return `At depth ${count(offset.depth)} a page costs ${count(offset.buffers!)} buffers by offset and ${each}: a flat line can be offered to users at any depth, a rising one cannot.`;
}

/** Buffers and time of one list, for its largest tenant. */
function charts(
  list: string,
  pages: readonly PaginationResult[],
  { at, links }: { at: number; links: PlanLinks },
): Html {
  const tenant = pages.toSorted((a, b) => b.depth - a.depth)[0]!.tenantClass;
  const shown = pages.filter(({ tenantClass }) => tenantClass === tenant);
  const chart = (key: 'buffers' | 'ms', what: string, title: string, tick: (value: number) => string) =>
    figureOf({
      id: `pagination-${key}-${at}`,
      title: `${what} of a page by depth, ${list} (${tenant})`,
      description: `${what} of one page against the number of rows before it, for each method; the vertical axis is logarithmic.`,
      chart: {
        kind: 'lines',
        x: { title: 'rows before the page', min: 0, tick: count },
        y: { title, log: true, tick },
        series: [...Map.groupBy(shown, nameOf)].map(([name, points]) => ({
          name,
          points: points
            .toSorted((a, b) => a.depth - b.depth)
            .map((page) => ({ x: page.depth, y: page[key] })),
        })),
      },
      data: pageTable(`pagination-${key}-${at}-data`, `${what} by depth`, shown, links),
    });
  return html`${chart('buffers', 'Buffers', 'buffers', count)}\n${chart('ms', 'Time', 'time', duration)}`;
}

const pageTable = (id: string, caption: string, pages: readonly PaginationResult[], links: PlanLinks) =>
  table(
    id,
    caption,
    [
      column('Statement', ({ statement, tenantClass }: PaginationResult) =>
        links.statement(statement, tenantClass),
      ),
      column('Method', (page: PaginationResult) => nameOf(page)),
      column('Tenant', ({ tenantClass }: PaginationResult) => tenantClass),
      figures<PaginationResult>('Depth', ({ depth }) => number(depth, count)),
      figures<PaginationResult>('Buffers', ({ buffers }) => number(buffers, count)),
      figures<PaginationResult>('Time', ({ ms }) => number(ms, duration)),
    ],
    pages,
  );
