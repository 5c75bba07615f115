import { identifier, type Session } from '../../infra/topology/session.ts';
import { readSqlText } from '../../scenarios/sql-text.ts';

/** Where the values of a parameter are to be had. */
export type ParameterOrigin =
  | { readonly kind: 'column'; readonly schema: string; readonly table: string; readonly column: string }
  | { readonly kind: 'limit' | 'offset' | 'interval' | 'unit' }
  | { readonly kind: 'unknown' };

export type Parameters =
  | { readonly kind: 'known'; readonly origins: readonly ParameterOrigin[] }
  | { readonly kind: 'refused'; readonly why: string };

interface PlanNode {
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Plans?: readonly PlanNode[];
  readonly Operation?: string;
  readonly Output?: readonly string[];
  readonly [key: string]: unknown;
}

const name = 'olympus_init';

/**
 * The column that each parameter of a statement is compared with. The planner is asked: it prepares the statement, and
 * its generic plan has every condition with the parameter beside the column, whatever the SQL looks like. The statement
 * itself is never executed.
 */
export async function parameterColumns(
  session: Session,
  sql: string,
  columnsOf: ColumnsOf,
): Promise<Parameters> {
  const numbers = readSqlText(sql).parameters;
  const count = numbers.at(-1) ?? 0;
  await session.query('BEGIN');
  try {
    // With pruning the partitions that no NULL can be in, all of them, would be left out of the plan.
    await session.query(
      'SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_partition_pruning = off',
    );
    await session.query(`PREPARE ${name} AS ${sql}`);
    const values = count === 0 ? '' : `(${new Array(count).fill('NULL').join(', ')})`;
    const { rows } = await session.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) EXECUTE ${name}${values}`,
    );
    const nodes = flatten(rows[0]!['QUERY PLAN'][0].Plan);
    return {
      kind: 'known',
      origins: Array.from({ length: count }, (_, i) => originOf(i + 1, nodes, sql, columnsOf)),
    };
  } catch (error) {
    return { kind: 'refused', why: (error as Error).message };
  } finally {
    await session.query('ROLLBACK').catch(() => {});
    await session.query(`DEALLOCATE ${name}`).catch(() => {}); // a prepared statement outlives its transaction
  }
}

/** The columns of a table in their order; undefined where it is not known. */
export type ColumnsOf = (schema: string, table: string) => readonly string[] | undefined;

/**
 * The column into which a parameter is written: an insert's row has every column of its table in order, an update names it
 * before the sign of equality.
 */
function writtenColumn(
  parameter: number,
  nodes: readonly PlanNode[],
  sql: string,
  columnsOf: ColumnsOf,
): ParameterOrigin | undefined {
  const target = nodes.find(
    ({ Operation, 'Relation Name': name }) => Operation !== undefined && name !== undefined,
  );
  if (!target) return undefined;
  const [schema, table] = [target.Schema!, target['Relation Name']!];
  const columns = columnsOf(schema, table) ?? [];
  const own = new RegExp(String.raw`\$${parameter}(?!\d)`);
  const at =
    target.Operation === 'Insert'
      ? (target.Plans?.[0]?.Output ?? []).findIndex((text) => own.test(text))
      : -1;
  const inserted = columns[at];
  const assigned = new RegExp(String.raw`(${part})\s*=\s*\$${parameter}(?!\d)`).exec(sql)?.[1];
  const column =
    inserted ?? (assigned && columns.includes(unquoted(assigned)) ? unquoted(assigned) : undefined);
  return column === undefined ? undefined : { kind: 'column', schema, table, column };
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];

const part = String.raw`(?:\w+|"(?:[^"]|"")+")`;
/** Comparisons, and the arithmetic of an update's new value. */
const operator = String.raw`(?:=|<>|<=|>=|<|>|~~\*?|!~~\*?|@>|<@|~\*?|\+|-|\*|/|\|\|)`;

function originOf(
  parameter: number,
  nodes: readonly PlanNode[],
  sql: string,
  columnsOf: ColumnsOf,
): ParameterOrigin {
  const own = String.raw`\(?\$${parameter}\)?(?:::[\w\s]+(?:\[\])?)?(?!\d)`;
  const column = String.raw`\(*(?:(${part})\.)?(${part})\)*(?:::[\w\s]+?)?\)*`;
  const shapes = [
    new RegExp(`${column}\\s*${operator}\\s*(?:ANY \\()?\\(*(?:ARRAY\\[(?:[^\\]]*?[\\s(])?)?${own}`),
    new RegExp(`${own}\\)*\\s*${operator}\\s*${column}`),
  ];
  for (const node of nodes)
    for (const text of Object.values(node).flat())
      if (typeof text === 'string')
        for (const shape of shapes) {
          const match = shape.exec(text);
          const relation = match && relationOf(match[1], node, nodes);
          if (relation) return { kind: 'column', ...relation, column: unquoted(match[2]!) };
        }
  const written = writtenColumn(parameter, nodes, sql, columnsOf);
  if (written) return written;
  if (new RegExp(String.raw`\$${parameter}::interval`, 'i').test(sql)) return { kind: 'interval' };
  if (new RegExp(String.raw`\blimit\s+\$${parameter}(?!\d)`, 'i').test(sql)) return { kind: 'limit' };
  if (new RegExp(String.raw`\boffset\s+\$${parameter}(?!\d)`, 'i').test(sql)) return { kind: 'offset' };
  if (new RegExp(String.raw`\b(?:date_trunc|date_part)\s*\(\s*\$${parameter}(?!\d)`, 'i').test(sql))
    return { kind: 'unit' };
  return { kind: 'unknown' };
}

function relationOf(alias: string | undefined, node: PlanNode, nodes: readonly PlanNode[]) {
  const own = [node, ...nodes].find(
    (each) =>
      each['Relation Name'] !== undefined &&
      (alias === undefined ? each === node : each.Alias === unquoted(alias)),
  );
  return own && { schema: own.Schema!, table: own['Relation Name']! };
}

const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;

export const qualified = ({ schema, table }: { schema: string; table: string }): string =>
  `${identifier(schema)}.${identifier(table)}`;
