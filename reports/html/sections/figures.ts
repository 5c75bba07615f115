import type { MeasureDescription } from '../../../result/measures.ts';
import { figureTables, figureText } from '../../figure-table.ts';
import { html } from '../html.ts';
import { absent, data, notAsked, type Section } from '../section.ts';
import { column, figures, table } from '../table.ts';

/** The figures of a part that has no section of its own, a table for each kind of row. */
export const figuresSection = ({ part, title, what }: MeasureDescription): Section => ({
  id: part,
  title,
  content: (result) => {
    const tables = figureTables(result.figures.filter(({ measure }) => measure === part));
    if (tables.length === 0) return absent(result, [part], notAsked(part));
    return data(
      `What it is for: ${what}.`,
      html`${tables.map(({ labels, columns, rows }, at) =>
        table(
          `${part}-figures-${at + 1}`,
          `${title}${labels.length > 0 && `: ${labels.join(', ')}`}`,
          [
            ...labels.map((label, i) => column<(typeof rows)[number]>(label, ({ of }) => of[i]!)),
            ...columns.map((name, i) =>
              figures<(typeof rows)[number]>(name, ({ figures: own }) => {
                const { value = null, why } = own[i] ?? {};
                return value === null
                  ? { show: '–', why: why ?? 'not measured' }
                  : { show: figureText(own[i]), sort: value };
              }),
            ),
          ],
          rows,
        ),
      )}`,
    );
  },
});
