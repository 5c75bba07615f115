import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { ForeignKey, SchemaTable } from './database-schema.ts';
import type { TableLaws } from './laws.ts';

/** Columns of a table that together name one row of another. */
export interface Reference {
  readonly at: string;
  readonly columns: readonly string[];
  /** The columns of the other table whose values they take, in the same order. */
  readonly taking: readonly string[];
  readonly table: string;
  /** A column that is drawn by another reference and must agree with the row of this one; null: none. */
  readonly within: string | null;
  /** Its counterpart in the other table. */
  readonly partner: string | null;
}

export interface References {
  readonly groups: readonly Reference[];
  groupOf(column: string): Reference | undefined;
}

/**
 * Puts the columns with the law "ref" together by the foreign keys of the schema.
 * @throws Fault (usage) where a column's target cannot be found
 */
export function referencesOf(schema: SchemaTable, laws: TableLaws): References {
  const groups: Reference[] = [];
  const taken = new Set<string>();
  for (const [name, { law, at }] of laws.columns) {
    if (law.kind !== 'ref' || taken.has(name)) continue;
    const toTable = schema.foreignKeys.filter(
      ({ to, columns }) => to === law.table && columns.includes(name),
    );
    const key =
      toTable.find(
        ({ toColumns, columns }) => law.column === null || toColumns[columns.indexOf(name)] === law.column,
      ) ?? null;
    if (key === null && law.column === null)
      throw usage(
        `${at}: ${schema.label}.${name} has no foreign key to ${law.table}, so that it is not known which column it takes.`,
        schema.foreignKeys.some(({ columns }) => columns.includes(name))
          ? suggest(
              law.table,
              schema.foreignKeys.filter(({ columns }) => columns.includes(name)).map(({ to }) => to),
            )
          : `Say it: { ref: ${law.table}, column: id }`,
      );
    const group = key
      ? ofKey(key, name, laws, at)
      : { columns: [name], taking: [law.column!], within: null, partner: null };
    for (const column of group.columns) taken.add(column);
    groups.push({ ...group, at, table: law.table });
  }
  return { groups, groupOf: (column) => groups.find(({ columns }) => columns.includes(column)) };
}

/** The columns of a key that take their values from the same row; one that says "within" leaves out the shared column. */
function ofKey(key: ForeignKey, name: string, laws: TableLaws, at: string) {
  const own = laws.columns.get(name)!.law as { within: string | null };
  if (own.within !== null && !key.columns.includes(own.within))
    throw usage(
      `${at}: "within" names ${own.within}, which is no part of the foreign key ${key.name}.`,
      suggest(
        own.within,
        key.columns.filter((column) => column !== name),
      ),
    );
  const columns = key.columns.filter((column) => {
    const law = laws.columns.get(column)?.law;
    return law?.kind === 'ref' && law.table === key.to && column !== own.within;
  });
  const missing = key.columns.find((column) => !columns.includes(column) && column !== own.within);
  if (missing !== undefined)
    throw usage(
      `${at}: the foreign key ${key.name} has the column ${missing} too, which has another law: the pair would not be in ${key.to}.`,
      `Give ${missing} the law { ref: ${key.to} }; or, where another reference draws it, say within: ${missing}`,
    );
  return {
    columns,
    taking: columns.map((column) => key.toColumns[key.columns.indexOf(column)]!),
    within: own.within,
    partner: own.within === null ? null : key.toColumns[key.columns.indexOf(own.within)]!,
  };
}
