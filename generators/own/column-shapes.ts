import type { Session } from '../../infra/topology/session.ts';
import { queries } from '../load/queries.ts';

/** What the planner's statistics say of a column without any of its values. */
export interface ColumnShape {
  /** Share of the rows. */
  readonly nulls: number;
  /** As pg_stats has it: a number, or below 0 a share of the rows; 0: not known. */
  readonly distinct: number;
  /** Bytes, on average. */
  readonly width: number;
  /** Of the values with the order of the rows; null: not known. */
  readonly correlation: number | null;
  /** Of the most common values, as shares of all rows. */
  readonly frequencies: readonly number[];
}

export const statistics = queries(new URL('statistics.sql', import.meta.url), 'shapes', 'values');

/** By "schema.table" and column; a column that was never analysed, or that the login may not see, is not there. */
export async function readShapes(session: Session): Promise<Map<string, Map<string, ColumnShape>>> {
  const { rows } = await session.query<
    Omit<ColumnShape, 'frequencies'> & {
      schema: string;
      table: string;
      column: string;
      frequencies: number[] | null;
    }
  >(statistics.shapes);
  const shapes = new Map<string, Map<string, ColumnShape>>();
  for (const { schema, table, column, frequencies, ...shape } of rows) {
    const label = `${schema}.${table}`;
    const of = shapes.get(label) ?? new Map<string, ColumnShape>();
    of.set(column, { ...shape, frequencies: frequencies ?? [] });
    shapes.set(label, of);
  }
  return shapes;
}
