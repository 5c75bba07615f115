import type { FakerPool } from './faker-pools.ts';

/** How many different values: a number, or a share of the rows. */
export type Distinct = { readonly count: number } | { readonly share: number };

/** From and to, both included where the type has whole steps. */
export type Range = readonly [from: number, to: number];

export type Law =
  | { readonly kind: 'sequence'; readonly start: number; readonly step: number }
  | { readonly kind: 'uuid' }
  /** The key of a row of another table. `within`: a row whose key shares that column's value with this row. */
  | {
      readonly kind: 'ref';
      readonly table: string;
      readonly column: string | null;
      readonly within: string | null;
    }
  /** A column of the row that another column of this row refers to. */
  | { readonly kind: 'parent'; readonly by: string; readonly take: string }
  | { readonly kind: 'values'; readonly values: readonly Weighted[] }
  /** Equal shares of the rows between neighbours, and `values` with shares of their own. */
  | {
      readonly kind: 'histogram';
      readonly bounds: readonly string[];
      readonly values: readonly Weighted[];
    }
  | { readonly kind: 'number'; readonly range: Range; readonly step: number | null }
  | { readonly kind: 'time'; readonly range: readonly [string, string]; readonly step: number | null }
  | { readonly kind: 'faker'; readonly pool: FakerPool }
  | { readonly kind: 'text'; readonly range: Range }
  | { readonly kind: 'token'; readonly length: number }
  | { readonly kind: 'array'; readonly of: ColumnLaw; readonly range: Range }
  | { readonly kind: 'json'; readonly fields: readonly (readonly [string, ColumnLaw])[] }
  /** Another column's value, and something more. */
  | { readonly kind: 'after'; readonly column: string; readonly by: readonly [string, string] }
  | { readonly kind: 'same'; readonly column: string }
  | {
      readonly kind: 'map';
      readonly column: string;
      readonly values: readonly (readonly [string, string])[];
    }
  | { readonly kind: 'null' }
  /** Left to the server. */
  | { readonly kind: 'default' };

export interface Weighted {
  readonly text: string;
  readonly weight: number;
}

export interface ColumnLaw {
  /** File and line, for messages. */
  readonly at: string;
  readonly law: Law;
  /** Share of the rows without a value. */
  readonly nulls: number;
  readonly distinct: Distinct | null;
  /** From -1 to 1: how far the values follow the order of the rows. */
  readonly order: number;
  /** Exponent of Zipf's law: 0 draws all alike. */
  readonly zipf: number;
}

/** Columns that are drawn as rows of a list. */
export interface Together {
  readonly at: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly values: readonly (string | null)[]; readonly weight: number }[];
}

export interface TableLaws {
  readonly at: string;
  readonly label: string;
  /** Of the source; times the factor unless fixed. */
  readonly rows: number;
  readonly fixed: boolean;
  readonly columns: ReadonlyMap<string, ColumnLaw>;
  readonly together: readonly Together[];
}

export interface Generators {
  readonly file: string;
  readonly tables: readonly TableLaws[];
}
