import { missing, usage } from '../../config/fault.ts';
import { identifier, type Session } from '../../infra/topology/session.ts';
import type { Table } from '../tables/table.ts';
import { queries } from './queries.ts';

const catalogue = queries('catalogue.sql', 'columns', 'sizes');
const migrateFirst =
  'Bring the schema up to date with `./olympus migrate`, or use the generator of that version.';

/**
 * Every table and column that is filled exists and has the type that the generator writes; every other column has a
 * default or may be null.
 * @throws Fault (component) that names what is missing
 */
export async function checkColumns(session: Session, tables: readonly Table[]): Promise<void> {
  const { rows } = await session.query<{ table: string; name: string | null; type: string; needed: boolean }>(
    catalogue.columns,
    [tables.map(({ name }) => name)],
  );
  for (const table of tables) {
    const columns = new Map(
      rows.filter((row) => row.table === table.name && row.name).map((row) => [row.name!, row]),
    );
    if (!columns.size) throw missing(`The table ${table.name} does not exist.`, migrateFirst);
    for (const [name, type] of Object.entries(table.columns)) {
      const column = columns.get(name);
      if (!column) throw missing(`The column ${table.name}.${name} does not exist.`, migrateFirst);
      if (column.type !== type)
        throw missing(
          `The column ${table.name}.${name} is of type ${column.type}, not ${type}.`,
          migrateFirst,
        );
    }
    for (const [name, { needed }] of columns)
      if (needed && !(name in table.columns))
        throw missing(
          `The column ${table.name}.${name} needs a value, and the generator does not know it.`,
          migrateFirst,
        );
  }
}

/** @throws Fault (usage) when a table that is to be filled has rows. */
export async function checkEmpty(session: Session, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await session.query<{ filled: boolean }>(
      `SELECT EXISTS (SELECT FROM ${quoted(table.name)}) AS filled`,
    );
    if (rows[0]!.filled)
      throw usage(
        `${table.name} has rows that are not from this generator: nothing was loaded.`,
        'Seed an empty database: `./olympus down --wipe`, then `./olympus up`; or name another database.',
      );
  }
}

/** Bytes of each table with its indexes, TOAST and partitions. */
export async function tableSizes(session: Session, tables: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await session.query<{ table: string; bytes: number }>(catalogue.sizes, [tables]);
  return new Map(rows.map(({ table, bytes }) => [table, bytes]));
}

export const quoted = (table: string): string => table.split('.').map(identifier).join('.');
