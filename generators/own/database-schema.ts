import type { Session } from '../../infra/topology/session.ts';
import { queries } from '../load/queries.ts';

/** A column as the catalogue describes it. A domain is seen through: `base` is the type below it. */
export interface SchemaColumn {
  readonly name: string;
  /** As SQL writes it, with its size. */
  readonly type: string;
  readonly base: string;
  readonly baseSchema: string;
  /** pg_type.typtype of the base: b, e (enum), c, r, m. */
  readonly kind: string;
  /** The function that turns a value into COPY's binary form. */
  readonly send: string;
  /** Of an array. */
  readonly element: string | null;
  /** Characters, where they are limited. */
  readonly length: number | null;
  readonly scale: number | null;
  readonly precision: number | null;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly generated: boolean;
  readonly sequence: string | null;
  /** Of an enum, or of an array of one. */
  readonly labels: readonly string[] | null;
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** "schema.table" */
  readonly to: string;
  readonly toColumns: readonly string[];
}

export interface SchemaTable {
  readonly schema: string;
  readonly name: string;
  /** "schema.table", as generators.yaml has it. */
  readonly label: string;
  /** By the last VACUUM or ANALYZE. */
  readonly rows: number;
  readonly columns: readonly SchemaColumn[];
  /** Sets of columns that are unique together; the primary key comes first. */
  readonly keys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly checks: readonly {
    readonly name: string;
    readonly definition: string;
    readonly columns: readonly string[];
  }[];
  /** Of partitions: the column and the bound as SQL. */
  readonly bounds: readonly { readonly column: string; readonly bound: string }[];
}

/** Marks the schema of our records in a database that is the user's. */
export const recordsComment = 'Olympus Bench: the record of generated rows';

const statements = queries(
  new URL('schema.sql', import.meta.url),
  'columns',
  'keys',
  'foreign_keys',
  'checks',
  'bounds',
);

interface InTable {
  readonly schema: string;
  readonly table: string;
}

/** Every table of a database that is no partition, no part of an extension and no record of ours. */
export async function readDatabaseSchema(session: Session): Promise<SchemaTable[]> {
  const read = async <Row extends InTable>(sql: string, values: readonly unknown[] = []) =>
    Map.groupBy((await session.query<Row>(sql, values)).rows, labelOf);
  const columns = await read<InTable & SchemaColumn & { rows: number }>(statements.columns, [recordsComment]);
  const keys = await read<InTable & { columns: string[] }>(statements.keys);
  const foreign = await read<InTable & Omit<ForeignKey, 'to'> & { toSchema: string; toTable: string }>(
    statements.foreign_keys,
  );
  const checks = await read<InTable & SchemaTable['checks'][number]>(statements.checks);
  const bounds = await read<InTable & SchemaTable['bounds'][number]>(statements.bounds);
  return [...columns].map(([label, own]) => {
    const { schema, table: name, rows } = own[0]!;
    return {
      ...{ schema, name, label, rows, columns: own },
      keys: (keys.get(label) ?? []).map((key) => key.columns),
      foreignKeys: (foreign.get(label) ?? []).map(({ toSchema, toTable, ...key }) => ({
        ...key,
        to: `${toSchema}.${toTable}`,
      })),
      checks: checks.get(label) ?? [],
      bounds: bounds.get(label) ?? [],
    };
  });
}

const labelOf = ({ schema, table }: InTable): string => `${schema}.${table}`;
