import { type Cell, measureOf, numberOf, type Table } from './parse.ts';
import { DataProblem } from './problem.ts';

export interface Sample {
  /** Null: a gap. */
  readonly value: number | null;
  readonly cell: Cell;
}

/**
 * `series`: numbers and gaps. `label`: names or times of the rows. A column of mostly numbers with a text among them
 * is a series with a fault, which `samples` reports.
 */
export type Kind = 'series' | 'label';

const labels =
  /^(time|timestamp|date|datetime|day|night|ts|index|row|id|run|build|commit|revision|version|key|pair|slot|n)$/i;

/** What every column is. The first may be a label of numbers: by its name, or as it only counts its rows. */
export function kindsOf(table: Table): Kind[] {
  return table.names.map((name, i) => {
    const cells = table.rows.map((row) => numberOf(row[i]!));
    // a number with another unit than the rest is a fault of a series, and no name
    const texts = cells.filter(
      (value, row) => value === undefined && measureOf(table.rows[row]![i]!) === null,
    ).length;
    const numbers = cells.filter(
      (value, row) =>
        typeof value === 'number' || (value === undefined && measureOf(table.rows[row]![i]!) !== null),
    ).length;
    if (texts > numbers || (i === 0 && texts > 0 && table.names.length > 1)) return 'label';
    if (numbers === 0) return 'label';
    if (i === 0 && table.names.length > 1 && ((table.hasHeader && labels.test(name)) || counts(cells)))
      return 'label';
    return 'series';
  });
}

/** Whole numbers that rise by one constant step: a counter or a clock, never a measurement. */
function counts(values: readonly (number | null | undefined)[]): boolean {
  const step = (values[1] ?? 0) - (values[0] ?? 0);
  return (
    values.length >= 3 &&
    step > 0 &&
    values.every(
      (value, i) =>
        typeof value === 'number' &&
        Number.isInteger(value) &&
        (i === 0 || value - (values[i - 1] ?? 0) === step),
    )
  );
}

/** @throws DataProblem at the first cell that is neither a number nor a gap. */
export function samples(table: Table, column: number): Sample[] {
  return table.rows.map((row) => {
    const cell = row[column]!;
    const value = numberOf(cell);
    if (value !== undefined) return { value, cell };
    throw new DataProblem(
      cell,
      `"${shown(cell.text)}" in ${table.names[column]} is not a number`,
      /^[+-]?\d+,\d+$/.test(cell.text)
        ? 'Use a decimal point, and no mark between thousands.'
        : measureOf(cell)
          ? 'Give every number of the column in one unit, or without units.'
          : 'Correct the cell, leave it empty, or delete the row.',
    );
  });
}

/** As `samples`, where a gap cannot be: every row must have its number. */
export function numbers(table: Table, column: number): { value: number; cell: Cell }[] {
  return samples(table, column).map(({ value, cell }) => {
    if (value !== null) return { value, cell };
    throw new DataProblem(
      cell,
      `${table.names[column]} has no number in this row`,
      'Fill the gap, or delete the row.',
    );
  });
}

const shown = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
