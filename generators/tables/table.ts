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

/** What rows are copied into. */
export interface CopyTarget {
  /** For people. */
  readonly name: string;
  /** Its schema and its name. */
  readonly path: readonly string[];
  /** Its columns in the order in which the fields are written. Others keep their defaults. */
  readonly fields: readonly string[];
  /** No role of the application may write it, so it is loaded as the superuser even where the other tables are live. */
  readonly guarded: boolean;
}

/** A table that is filled. */
export interface Table extends CopyTarget {
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** How many columns that are. */
  readonly width: number;
  /** Columns that a trigger overwrites when it is on, each with the column that has what the generator wrote there. */
  readonly overwritten: Readonly<Record<string, string>>;
  /** An SQL condition of the rows that the generator wrote, where triggers that are on write others; null: all. */
  readonly own: string | null;
}

export const table = (
  name: string,
  columns: Table['columns'],
  { overwritten = {}, guarded = false, own = null }: Partial<Table> = {},
): Table => {
  const fields = Object.keys(columns);
  return { name, path: name.split('.'), fields, columns, width: fields.length, overwritten, guarded, own };
};

/** The rows of one table in one unit of work. */
export interface Part {
  readonly table: CopyTarget;
  chunks(): Iterable<Buffer>;
}

/** Writes `count` subjects, each as no, one or several rows, and yields full chunks. */
export function* chunksOf(
  count: number,
  write: (writer: RowWriter, index: number) => void,
  widest = 0,
): Iterable<Buffer> {
  const writer = new RowWriter(widest);
  for (let index = 0; index < count; index++) {
    write(writer, index);
    if (writer.ready.length) yield* writer.ready.splice(0);
  }
  yield* writer.ready;
  yield writer.finish();
}
