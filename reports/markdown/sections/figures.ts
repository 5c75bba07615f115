import { type MeasureDescription, measures } from '../../../result/measures.ts';
import type { Result } from '../../../result/result.ts';
import { type FigureTable, figureTables, figureText } from '../../figure-table.ts';
import { table } from '../table.ts';

/** The figures of one part: a table for each kind of row. */
export function figures(part: string): (result: Result) => string {
  const { title } = measures.find((each: MeasureDescription) => each.part === part)!;
  return (result) =>
    figureTables(result.figures.filter(({ measure }) => measure === part))
      .map((each, at) => figureTable(`${title}${at === 0 ? '' : `: ${nameOf(each)}`}`, each))
      .filter((block) => block !== '')
      .join('\n\n');
}

/** Further tables of a part are named by what their rows are of. */
const nameOf = ({ labels, columns }: FigureTable) =>
  labels.length > 0 ? labels.join(', ') : (columns[0] ?? '');

const figureTable = (title: string, { labels, columns, rows }: FigureTable) =>
  columns.length === 0
    ? ''
    : table(
        title,
        [...labels, ...columns],
        rows.map(({ of, figures: own }) => [...of, ...own.map(figureText)]),
      );
