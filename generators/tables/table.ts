import { RowWriter } from '../copy/writer.ts';

const columnTypes = [
  'uuid',
  'text',
  'name',
  'int4',
  'int8',
  'bool',
  'timestamptz',
  'jsonb',
  'text[]',
] as const;
export type ColumnType = (typeof columnTypes)[number];

/** A table that is filled: its columns in the order in which the fields are written. Others keep their defaults. */
export interface Table {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** How many columns that are. */
  readonly width: number;
  /** Columns that a trigger overwrites when it is on, each with the column that has what the generator wrote there. */
  readonly overwritten: Readonly<Record<string, string>>;
  /** No role of the application may write it, so it is loaded as the superuser even where the other tables are live. */
  readonly guarded: boolean;
  /** An SQL condition of the rows that the generator wrote, where triggers that are on write others; null: all. */
  readonly own: string | null;
}

export const table = (
  name: string,
  columns: Table['columns'],
  { overwritten = {}, guarded = false, own = null }: Partial<Table> = {},
): Table => ({ name, columns, width: Object.keys(columns).length, overwritten, guarded, own });

/** The rows of one table in one unit of work. */
export interface Part {
  readonly table: Table;
  chunks(): Iterable<Buffer>;
}

/** Writes `count` subjects, each as no, one or several rows, and yields full chunks. */
export function* chunksOf(
  count: number,
  write: (writer: RowWriter, index: number) => void,
): Iterable<Buffer> {
  const writer = new RowWriter();
  for (let index = 0; index < count; index++) {
    write(writer, index);
    if (writer.ready.length) yield* writer.ready.splice(0);
  }
  yield* writer.ready;
  yield writer.finish();
}
