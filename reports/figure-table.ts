import { type Figure, figureWords } from '../result/figure.ts';
import { quantity, ratio } from './format.ts';

/** Figures with the same labels as a table: what a row is of, then a column for each figure. */
export interface FigureTable {
  readonly labels: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly of: readonly string[];
    readonly figures: readonly (Figure | undefined)[];
  }[];
}

/** Every figure in a table with those of the same labels. A column in which nothing has a value is left out. */
export function figureTables(figures: readonly Figure[]): FigureTable[] {
  const shapes = Map.groupBy(figures, (figure) => labelsOf(figure).join(' '));
  return [...shapes.values()].map((own) => {
    const labels = labelsOf(own[0]!);
    const columns = [...new Set(own.filter(({ value }) => value !== null).map(figureWords))];
    const rows = Map.groupBy(own, ({ labels: of }) => JSON.stringify(labels.map((label) => of[label])));
    return {
      labels: labels.map((label) => label.replaceAll('_', ' ')),
      columns,
      rows: [...rows.values()].map((cells) => ({
        of: labels.map((label) => cells[0]!.labels[label]!),
        figures: columns.map((column) => cells.find((figure) => figureWords(figure) === column)),
      })),
    };
  });
}

const labelsOf = ({ labels }: Figure) => Object.keys(labels).filter((label) => label !== 'quantile');

/** "11.4 ms", "1.07×", "98.2 %"; "–" where there is none. */
export function figureText(figure: Figure | undefined): string {
  if (figure === undefined || figure.value === null) return '–';
  const { value, unit } = figure;
  if (unit === 'ratio') return ratio(value);
  if (unit === 's') return quantity(value * 1000, 'ms');
  if (unit === 'B/s') return `${quantity(value, 'B')}/s`;
  return unit === 'share' ? quantity(100 * value, '%') : quantity(value, spoken.has(unit) ? unit : '');
}

/** The others are said by the figure's name: "errors 3". */
const spoken: ReadonlySet<string> = new Set(['ms', 'B', '/s', '%']);
