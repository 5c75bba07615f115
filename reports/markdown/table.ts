import { text } from './text.ts';

/** Rows of one table in the summary; the report has them all. */
export const maxRows = 40;

/** A heading and its table, cells escaped; nothing where there are no rows. */
export function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, maxRows);
  return [
    `## ${title}`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...shown.map((row) => line(row.map(text))),
    ...(rows.length > shown.length ? ['', `_${rows.length - shown.length} more rows in index.html._`] : []),
  ].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
