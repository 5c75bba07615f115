import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { readSqlText } from '../../scenarios/sql-text.ts';
import type { Index } from './indexes.ts';

/** One statement that changes an index. */
export interface IndexDdl {
  readonly sql: string;
  readonly kind: 'create' | 'drop' | 'alter';
  readonly concurrently: boolean;
}

const comments = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/;

/** @throws Fault (usage) for what is empty, several statements, or no change of an index */
export function readDdl(text: string): IndexDdl {
  const { statements, single } = readSqlText(text);
  if (statements === 0) throw usage(`"${text}" holds no SQL.`, `For example: ${example}`);
  if (statements > 1)
    throw usage(
      `"${text}" is ${statements} statements.`,
      'Give each as an argument of its own, so that each is timed by itself.',
    );
  const found = /^(create|drop|alter)\s+(?:unique\s+)?index\b(\s+concurrently\b)?/i.exec(
    single.replace(comments, ''),
  );
  if (!found)
    throw usage(
      `"${text}" changes no index: it is neither CREATE INDEX, DROP INDEX nor ALTER INDEX.`,
      `For example: ${example}. Other changes are compared by ./olympus ab --b "sql:..."`,
    );
  return {
    sql: single,
    kind: found[1]!.toLowerCase() as IndexDdl['kind'],
    concurrently: found[2] !== undefined,
  };
}

const example = './olympus index "CREATE INDEX ON core.orders (organization_id, total_cents)"';

/**
 * The statement that drops the index of this name.
 * @throws Fault (usage) when there is none, naming the nearest, or when it is a constraint's
 */
export function dropOf(name: string, indexes: readonly Index[]): IndexDdl {
  const found = indexes.filter((index) => index.name === name || index.short === name);
  if (found.length === 0)
    throw usage(
      `There is no index "${name}".`,
      suggest(
        name,
        indexes.map(({ short }) => short),
      ),
    );
  if (found.length > 1)
    throw usage(
      `There are ${found.length} indexes "${name}".`,
      `Name one: ${found.map((index) => index.name).join(', ')}.`,
    );
  const [index] = found;
  if (index!.constraint !== null)
    throw usage(
      `${index!.name} belongs to the constraint ${index!.constraint} and cannot be dropped without it.`,
      `Compare without the constraint: ./olympus ab --b "sql:ALTER TABLE ${index!.table} DROP CONSTRAINT ${index!.constraint}"`,
    );
  return { sql: `DROP INDEX ${index!.name}`, kind: 'drop', concurrently: false };
}
