import { usage } from '../../config/fault.ts';
import { domainOf } from './column-source.ts';
import type { SchemaTable } from './database-schema.ts';
import { jointPositions, type Position, spreadPosition } from './draws.ts';
import type { ColumnLaw, TableLaws } from './laws.ts';

/** What is drawn at once: one column, or all that refer to one row. */
export interface DrawUnit {
  readonly columns: readonly string[];
  /** How many different values; Infinity where there is no end. */
  readonly size: number;
  readonly own: ColumnLaw;
}

/** Positions of the units whose values are to be unique, by the name of their first column. */
export type UniquePositions = ReadonlyMap<string, Position>;

/** Beyond it a permutation of all combinations is no whole number any more. */
const mostCombinations = 2 ** 48;

/**
 * Chooses for each key of a table which columns keep it unique: one that alone has enough values, else all of them
 * together, so that no combination comes twice.
 * @throws Fault (usage) where the laws cannot give so many different rows
 */
export function uniquePositions(
  table: SchemaTable,
  laws: TableLaws,
  units: readonly DrawUnit[],
  rows: number,
  key: (name: string) => number,
): UniquePositions {
  const found = new Map<string, Position>();
  const kept = new Map<string, readonly string[]>();
  for (const columns of table.keys.toSorted((a, b) => a.length - b.length)) {
    if (columns.length === 0 || columns.some((name) => !settable(laws, name))) continue;
    if ([...kept.values()].some((smaller) => smaller.every((name) => columns.includes(name)))) continue;
    const own = units.filter((unit) => unit.columns.some((name) => columns.includes(name)));
    // a unit keeps a key only where the key has all of it
    const whole = own.filter((unit) => unit.columns.every((name) => columns.includes(name)));
    const words = `${laws.at}: ${table.label} (${columns.join(', ')}) is unique`;
    if (whole.some(({ own: { law } }) => law.kind === 'sequence' || law.kind === 'uuid')) {
      kept.set(columns.join('\0'), columns);
      continue;
    }
    const alone = whole
      .filter(({ size }) => size >= rows)
      .toSorted((a, b) => Number(b.size === Infinity) - Number(a.size === Infinity));
    const one = alone.find(({ columns: [first] }) => !found.has(first!)) ?? alone[0];
    if (one) {
      const [first] = one.columns;
      if (!found.has(first!)) found.set(first!, spreadPosition(rows, key(first!), one.own.order));
      kept.set(columns.join('\0'), columns);
      continue;
    }
    const taken = whole.find(({ columns: [first] }) => found.has(first!));
    const free = whole.filter(({ columns: [first], size }) => !found.has(first!) && size > 0);
    const used: DrawUnit[] = [];
    let combinations = 1;
    for (const unit of free.toSorted((a, b) => b.size - a.size)) {
      if (combinations * unit.size > mostCombinations && combinations >= rows) break;
      used.push(unit);
      combinations *= unit.size;
    }
    if (combinations < rows || combinations > mostCombinations)
      throw usage(
        `${words}, and its laws give ${Math.floor(combinations).toLocaleString('en')} different values for ${rows.toLocaleString('en')} rows${taken ? ` (${taken.columns.join(', ')} already keeps another key unique)` : ''}.`,
        'Take a smaller --factor, "fixed: true" for the table, or laws with more values.',
      );
    const positions = jointPositions(
      used.map(({ size }) => size),
      key(columns.join(' ')),
    );
    for (const [i, unit] of used.entries()) found.set(unit.columns[0]!, positions[i]!);
    kept.set(columns.join('\0'), columns);
  }
  return found;
}

const settable = (laws: TableLaws, name: string): boolean => {
  const own = laws.columns.get(name);
  return own !== undefined && own.law.kind !== 'default' && own.law.kind !== 'null' && own.nulls < 1;
};

/** What of a column without references is drawn. */
export const plainUnit = (column: Parameters<typeof domainOf>[0], own: ColumnLaw): DrawUnit => ({
  columns: [column.name],
  own,
  size: domainOf(column, own),
});
