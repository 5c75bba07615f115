import type { RlsFinding } from '../../../result/result.ts';
import { count, duration } from '../../format.ts';
import { type Html, html } from '../html.ts';
import { mark } from '../mark.ts';
import { column, table } from '../table.ts';

type Cost = NonNullable<RlsFinding['price']>['before'];

/** What the linter found, each with its fix, its price, and whether all see the same rows after the fix. */
export const policyFindings = (
  findings: readonly RlsFinding[],
): Html => html`<h3>Findings about the policies</h3>
${table(
  'rls-findings',
  'What is wrong, how to repair it, and what reading costs before and after, measured on a copy',
  [
    column('Finding', ({ rule, object, severity, waived }: RlsFinding) => ({
      show: html`${mark(waived === null && severity !== 'note' ? false : null, ['', severity, waived === null ? severity : 'waived'])} ${rule}<br>${object}`,
      sort: ['error', 'warning', 'note'].indexOf(severity) + (waived === null ? 0 : 3),
    })),
    column('What', ({ message, waived }: RlsFinding) => ({
      show: html`${message}${waived !== null && html` <span class="muted">Waived: ${waived}.</span>`}`,
    })),
    column('Fix', ({ fix }: RlsFinding) =>
      fix === null ? { show: '–', why: 'only its author can know' } : { show: html`<code>${fix}</code>` },
    ),
    column('Reading before', ({ price }: RlsFinding) => costCell(price?.before, price?.read)),
    column('Reading after', ({ price }: RlsFinding) => costCell(price?.after, price?.read)),
    column('Visible rows after', ({ visible }: RlsFinding) =>
      visible === undefined ? { show: '–', why: 'it was not repaired here' } : visible,
    ),
  ],
  findings,
)}`;

const costCell = (cost: Cost | undefined, read: string | undefined) => {
  if (!cost) return { show: '–', why: 'no read is slower for it, or it was not repaired here' };
  if (cost.ms === null) return { show: '–', why: cost.why ?? 'not measured' };
  return {
    show: html`<span title="${read}">${duration(cost.ms)}, ${count(cost.buffers ?? 0)} buffers</span>`,
    sort: cost.ms,
  };
};
