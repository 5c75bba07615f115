import { identifier } from '../../infra/topology/session.ts';
import type { InitTable } from './guess-tenants.ts';
import { type ParameterOrigin, qualified } from './parameter-columns.ts';

type Column = Extract<ParameterOrigin, { kind: 'column' }>;
type Choice = Exclude<ParameterOrigin['kind'], 'column' | 'unknown'>;

interface Drawn {
  readonly source: string;
  readonly table: Column;
  /** What a header calls each column: a name of letters and digits. */
  readonly names: Map<string, string>;
}

/** Where the values of parameters come from: columns of tables, and choices that no table can answer. */
export class SourceFiles {
  readonly #tables = new Map<string, Drawn>();
  #choices = false;

  /** As a header names it: "source.column". */
  of(origin: Column | { readonly kind: Choice }): string {
    if (origin.kind !== 'column') {
      this.#choices = true;
      return `page.${choices[origin.kind]}`;
    }
    const { schema, table, column } = origin;
    const drawn = this.#tables.get(qualified(origin)) ?? {
      source: free(fileName(schema === 'public' ? table : `${schema}_${table}`), this.names()),
      table: origin,
      names: new Map(),
    };
    this.#tables.set(qualified(origin), drawn);
    if (!drawn.names.has(column))
      drawn.names.set(
        column,
        free(/^\w+$/.test(column) ? column : fileName(column), [...drawn.names.values()]),
      );
    return `${drawn.source}.${drawn.names.get(column)}`;
  }

  /** Of the sources that draw from tables. */
  names(): string[] {
    return [...this.#tables.values()].map(({ source }) => source);
  }

  /** Path below the project's folder, and text. */
  files(tables: readonly InitTable[], tenantColumn: string | undefined): [string, string][] {
    return [
      ...[...this.#tables.values()].map((drawn): [string, string] => [
        `sources/${drawn.source}.sql`,
        sourceText(drawn, tables, tenantColumn),
      ]),
      ...(this.#choices ? [['sources/page.sql', pageSource] as [string, string]] : []),
    ];
  }
}

const choices: Record<Choice, string> = { limit: 'rows', offset: 'start', interval: 'span', unit: 'unit' };

/** Letters that a file and a header can have. */
export const fileName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '') || 'other';

/** A name that is not taken: two names with other signs may become the same letters. */
function free(name: string, taken: readonly string[]): string {
  const all = new Set([...taken, 'page']);
  if (!all.has(name)) return name;
  for (let n = 2; ; n++) if (!all.has(`${name}_${n}`)) return `${name}_${n}`;
}

/** Rows that a sample is to hold, so that a draw of some dozens is varied. */
const sampled = 5000;

function sourceText(
  { source, table, names }: Drawn,
  tables: readonly InitTable[],
  tenantColumn: string | undefined,
): string {
  const columns = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const known = tables.find((each) => each.schema === table.schema && each.name === table.table);
  const share = Math.min(100, Math.max(0.01, (100 * sampled) / Math.max(known?.rows ?? 1, 1)));
  const own = tenantColumn !== undefined && (known?.columns.includes(tenantColumn) ?? false);
  const sample = own || share === 100 ? '' : ` TABLESAMPLE SYSTEM (${share.toPrecision(3)}) REPEATABLE ($3)`;
  const order = `md5(row(${columns.map(([column]) => identifier(column)).join(', ')})::text || $3::text)`;
  const selected = columns.map(([column, name]) =>
    column === name ? identifier(column) : `${identifier(column)} AS ${identifier(name)}`,
  );
  return [
    `-- name: ${source}`,
    `-- what: values of ${inOneLine(`${table.schema}.${table.table}`)}, the same ones for the same seed`,
    `-- columns: ${columns.map(([, name]) => name).join(', ')}`,
    `SELECT ${selected.join(', ')}`,
    `FROM ${qualified(table)}${sample}`,
    ...(own ? [`WHERE ${identifier(tenantColumn!)}::text = $1`] : []),
    `ORDER BY ${order}`,
    'LIMIT $2\n',
  ].join('\n');
}

/** A name may have any sign, a line end too. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const pageSource = `-- name: page
-- what: the size of a page of a list, where it begins, a span of time and its unit: choices, not read from the database
-- columns: rows, start, span, unit
SELECT 20 AS rows, 20 * ((n + $3::int) % 10) AS start, '1 day' AS span, 'day' AS unit FROM generate_series(1, $2::int) AS n
`;
