import { kindsOf, numbers } from '../csv/columns.ts';
import type { Cell, Table } from '../csv/parse.ts';

export interface Value {
  readonly value: number;
  readonly cell: Cell;
}

export type Pairing =
  | { readonly kind: 'unpaired'; readonly a: readonly Value[]; readonly b: readonly Value[] }
  | {
      readonly kind: 'paired';
      readonly pairs: readonly (readonly [a: Value, b: Value])[];
      /** The column whose values name the pairs; null: row by row. */
      readonly key: string | null;
      /** Rows of either table without a partner; they are left out. */
      readonly alone: number;
    }
  | { readonly kind: 'impossible'; readonly why: string };

/**
 * How the rows of two tables belong together: row by row, by a key column, or not at all. `auto` pairs by a label column
 * that both tables have under one name with the same values, each once.
 */
export function pairUp(
  a: { table: Table; metric: number },
  b: { table: Table; metric: number },
  how: 'auto' | 'rows' | 'unpaired' | { key: string },
): Pairing {
  const [valuesA, valuesB] = [numbers(a.table, a.metric), numbers(b.table, b.metric)];
  if (how === 'rows') {
    if (valuesA.length === valuesB.length)
      return { kind: 'paired', pairs: valuesA.map((x, i) => [x, valuesB[i]!]), key: null, alone: 0 };
    return {
      kind: 'impossible',
      why: `there are ${valuesA.length} rows on one side and ${valuesB.length} on the other`,
    };
  }
  const key = typeof how === 'object' ? how.key : how === 'auto' ? sharedKey(a.table, b.table) : null;
  if (key === null) return { kind: 'unpaired', a: valuesA, b: valuesB };
  const [byA, byB] = [byKey(a.table, key, valuesA), byKey(b.table, key, valuesB)];
  for (const side of [byA, byB]) if (typeof side === 'string') return { kind: 'impossible', why: side };
  const [left, right] = [byA as Map<string, Value>, byB as Map<string, Value>];
  const pairs = [...left].flatMap(([name, x]) => {
    const y = right.get(name);
    return y ? [[x, y] as const] : [];
  });
  return { kind: 'paired', pairs, key, alone: left.size + right.size - 2 * pairs.length };
}

export const indexOf = ({ names }: Table, name: string): number =>
  names.findIndex((known) => known.toLowerCase() === name.toLowerCase());

function sharedKey(a: Table, b: Table): string | null {
  if (!a.hasHeader || !b.hasHeader || a.rows.length !== b.rows.length) return null;
  const kinds = kindsOf(a);
  const shared = a.names.find((name, i) => {
    const other = indexOf(b, name);
    if (kinds[i] !== 'label' || other === -1) return false;
    const left = new Set(a.rows.map((row) => row[i]!.text));
    const right = new Set(b.rows.map((row) => row[other]!.text));
    return left.size === a.rows.length && right.size === left.size && left.isSubsetOf(right);
  });
  return shared ?? null;
}

function byKey(table: Table, key: string, values: readonly Value[]): Map<string, Value> | string {
  const column = indexOf(table, key);
  if (column === -1) return `one side has no column "${key}"`;
  const map = new Map<string, Value>();
  for (const [i, row] of table.rows.entries()) {
    const name = row[column]!.text;
    if (map.has(name)) return `"${name}" is twice in the column "${key}" (line ${row[column]!.line})`;
    map.set(name, values[i]!);
  }
  return map;
}
