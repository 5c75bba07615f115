import type { Session } from '../../infra/topology/session.ts';
import { type ColumnShape, readShapes } from './column-shapes.ts';
import { readDatabaseSchema, type SchemaTable } from './database-schema.ts';

/** What PostgreSQL's statistics say of one column, in the source and in the generated rows. */
export interface ColumnLikeness {
  readonly table: string;
  readonly column: string;
  readonly nulls: Pair;
  /** Different values: a number, or below 0 a share of the rows, as the source has it. */
  readonly distinct: Pair;
  /** Share of the most common value; null: none is common. */
  readonly common: Pair;
  readonly correlation: Pair;
  /** What of it is far off: estimates on this column will differ. */
  readonly differs: readonly Measure[];
}

type Measure = 'nulls' | 'distinct' | 'common' | 'correlation';
export interface Pair {
  readonly source: number | null;
  readonly generated: number | null;
}

export interface Shapes {
  readonly tables: readonly SchemaTable[];
  readonly shapes: ReadonlyMap<string, ReadonlyMap<string, ColumnShape>>;
}

export const shapesOf = async (session: Session): Promise<Shapes> => ({
  tables: await readDatabaseSchema(session),
  shapes: await readShapes(session),
});

/** Columns of both, those with the most that differs first. Columns without statistics on one side are not among them. */
export function likeness(source: Shapes, generated: Shapes, filled: readonly string[]): ColumnLikeness[] {
  const rowsOf = ({ tables }: Shapes, label: string) =>
    Math.max(1, tables.find((table) => table.label === label)?.rows ?? 0);
  const all = filled.flatMap((label) =>
    [...(source.shapes.get(label) ?? [])].flatMap(([column, before]) => {
      const now = generated.shapes.get(label)?.get(column);
      return now
        ? [compared(label, column, [before, rowsOf(source, label)], [now, rowsOf(generated, label)])]
        : [];
    }),
  );
  return all.toSorted((a, b) => b.differs.length - a.differs.length);
}

type Sized = readonly [ColumnShape, number];

function compared(
  table: string,
  column: string,
  [before, rowsBefore]: Sized,
  [now, rowsNow]: Sized,
): ColumnLikeness {
  const common = (shape: ColumnShape) => (shape.nulls === 1 ? null : (shape.frequencies[0] ?? null));
  // The source's way: a number of values stays, a share of the rows grows with them.
  const absolute = (shape: ColumnShape, rows: number) =>
    shape.distinct < 0 ? -shape.distinct * rows : shape.distinct;
  const distinct: Pair = {
    source: before.distinct,
    generated: before.distinct < 0 ? -absolute(now, rowsNow) / rowsNow : Math.round(absolute(now, rowsNow)),
  };
  const pairs = {
    nulls: { source: before.nulls, generated: now.nulls },
    distinct,
    common: { source: common(before), generated: common(now) },
    correlation: { source: before.correlation, generated: now.correlation },
  };
  const few = 10 / Math.min(rowsBefore, rowsNow);
  const isFar = (measure: Measure): boolean => {
    const { source, generated } = pairs[measure];
    switch (measure) {
      case 'nulls':
        return Math.abs(source! - generated!) > 0.05;
      case 'distinct':
        // of references it grows with the rows that are referred to
        return (
          source !== 0 &&
          generated !== 0 &&
          !alike(source!, generated!, 2) &&
          !alike((source! * rowsNow) / rowsBefore, generated!, 2)
        );
      case 'common':
        // below a few rows it is chance which value is common
        return (
          Math.abs((source ?? 0) - (generated ?? 0)) > Math.max(0.02, few) &&
          !alike(source ?? 0, generated ?? 0, 1.5)
        );
      case 'correlation':
        return source !== null && generated !== null && Math.abs(source - generated) > 0.3;
    }
  };
  const differs = (Object.keys(pairs) as Measure[]).filter(isFar);
  return { table, column, ...pairs, differs };
}

const alike = (a: number, b: number, factor: number): boolean =>
  a === b || (a !== 0 && b !== 0 && a / b < factor && b / a < factor && a / b > 0);
