import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, type Session } from '../../infra/topology/session.ts';
import { readSqlText } from '../../scenarios/sql-text.ts';
import { guessTenants, type InitTable, type TenantGuess } from './guess-tenants.ts';
import { type ParameterOrigin, parameterColumns, qualified } from './parameter-columns.ts';
import { type Called, readWorkload } from './read-workload.ts';

export interface InitStatement {
  readonly name: string;
  readonly calls: number;
  /** Of all calls that were read, from 0 to 1. */
  readonly share: number;
  readonly runnable: boolean;
  /** Why it cannot be run back; empty where it can. */
  readonly why: string;
}

/** A project as it would be written: no row of the database is in it. */
export interface InitProject {
  readonly statements: readonly InitStatement[];
  readonly sources: readonly string[];
  readonly tables: readonly InitTable[];
  readonly tenants: TenantGuess | null;
  /** Path below the project's folder, and text. */
  readonly files: ReadonlyMap<string, string>;
}

export interface InitOptions {
  /** The environment variable that will hold the URL. */
  readonly variable: string;
  readonly tls: string;
  /** The column that tells tenants apart; undefined: it is only guessed, and stands in a comment. */
  readonly tenantColumn: string | undefined;
  readonly maxStatements: number;
}

type Column = Extract<ParameterOrigin, { kind: 'column' }>;

/** Reads a living database, in a read-only session, and puts a project together. */
export async function initProject(session: Session, options: InitOptions): Promise<InitProject> {
  const tables = await readTables(session);
  const roots = await readRoots(session);
  const called = (await readWorkload(session, options.maxStatements)).map((each) => ({
    ...each,
    query: withCasts(each.query),
  }));
  const total = called.reduce((sum, { calls }) => sum + calls, 0);
  const files = new Map<string, string>();
  const sources = new Map<string, { table: Column; columns: Set<string> }>();
  const statements: InitStatement[] = [];
  for (const each of called) {
    const found = await statementOf(session, each, tables, roots, sources);
    const share = total === 0 ? 0 : each.calls / total;
    const name = `${found.group}/${digestOf(each.query)}`;
    statements.push({ name, calls: each.calls, share, runnable: found.why === '', why: found.why });
    if (found.why === '') files.set(`statements/${name}.sql`, statementText(name, each, share, found));
  }
  for (const [name, { table, columns }] of sources)
    files.set(
      `sources/${name}.sql`,
      sourceText(name, table, [...columns].sort(), tables, options.tenantColumn),
    );
  if ([...files.values()].some((text) => / = page\.(rows|start|span)/.test(text)))
    files.set('sources/page.sql', pageSource);
  const tenants = options.tenantColumn
    ? { column: options.tenantColumn, why: 'you named it' }
    : guessTenants(tables);
  files.set('olympus.yaml', projectText(options, tables, tenants));
  const left = statements.filter(({ runnable }) => !runnable);
  if (left.length > 0) files.set('left-out.md', leftOutText(left, called));
  return { statements, sources: [...sources.keys()], tables, tenants, files };
}

async function readTables(session: Session): Promise<InitTable[]> {
  const { rows } = await session.query<Omit<InitTable, 'rows' | 'bytes'> & { rows: string; bytes: string }>(
    await readFile(join(import.meta.dirname, 'tables.sql'), 'utf8'),
  );
  return rows.map((row) => ({ ...row, rows: Number(row.rows), bytes: Number(row.bytes) }));
}

/** Of each partition, by "schema.name", the table that it is a part of. */
type Roots = ReadonlyMap<string, { readonly schema: string; readonly table: string }>;

async function readRoots(session: Session): Promise<Roots> {
  const { rows } = await session.query<{ schema: string; name: string; root_schema: string; root: string }>(
    await readFile(join(import.meta.dirname, 'partitions.sql'), 'utf8'),
  );
  return new Map(
    rows.map((row) => [`${row.schema}.${row.name}`, { schema: row.root_schema, table: row.root }]),
  );
}

/** A plan names partitions; values are drawn from all of them. */
const inRoot =
  (roots: Roots) =>
  (origin: ParameterOrigin): ParameterOrigin =>
    origin.kind === 'column' ? { ...origin, ...roots.get(`${origin.schema}.${origin.table}`) } : origin;

interface Found {
  readonly group: string;
  readonly params: string;
  readonly kind: 'read' | 'write';
  readonly why: string;
}

async function statementOf(
  session: Session,
  { query }: Called,
  tables: readonly InitTable[],
  roots: Roots,
  sources: Map<string, { table: Column; columns: Set<string> }>,
): Promise<Found> {
  const kind =
    /^\s*(\/\*[\s\S]*?\*\/\s*)?(select|with|table|values)\b/i.test(query) &&
    !/\bfor\s+(no\s+key\s+)?(update|share)\b/i.test(query)
      ? 'read'
      : 'write';
  const group = fileName(
    /\b(?:from|into|update)\s+(?:only\s+)?(?:"?[\w$]+"?\.)?"?([\w$]+)"?/i.exec(query)?.[1] ?? 'other',
  );
  const leave = (why: string): Found => ({ group, params: '', kind, why });
  if (query.length >= 1024 && !balanced(query))
    return leave('the server kept only its beginning (track_activity_query_size)');
  if (readSqlText(query).statements !== 1) return leave('it is not one statement');
  const found = await parameterColumns(session, query, columnsOf(tables));
  const parameters = found.kind === 'known' ? { ...found, origins: found.origins.map(inRoot(roots)) } : found;
  if (parameters.kind === 'refused') return leave(parameters.why);
  const params: string[] = [];
  for (const [i, origin] of parameters.origins.entries()) {
    if (origin.kind === 'unknown') return leave(`nothing says where the values of $${i + 1} come from`);
    if (origin.kind !== 'column') params.push(`p${i + 1} = page.${pageColumn[origin.kind]}`);
    else {
      const name = fileName(origin.schema === 'public' ? origin.table : `${origin.schema}_${origin.table}`);
      if (!/^\w+$/.test(origin.column))
        return leave(`the column "${origin.column}" cannot be named in a header`);
      const source = sources.get(name) ?? { table: origin, columns: new Set<string>() };
      source.columns.add(origin.column);
      sources.set(name, source);
      params.push(`p${i + 1} = ${name}.${origin.column}`);
    }
  }
  return { group, params: params.join(', '), kind, why: '' };
}

const pageColumn = { limit: 'rows', offset: 'start', interval: 'span' } as const;

const columnsOf =
  (tables: readonly InitTable[]) =>
  (schema: string, name: string): readonly string[] | undefined =>
    tables.find((each) => each.schema === schema && each.name === name)?.columns;

/** The server shows interval '1 day' as interval $2, which is no SQL. */
const withCasts = (query: string): string =>
  query.replace(/\b(interval|date|time|timestamptz|timestamp|point|inet|uuid)\s+(\$\d+)/gi, '$2::$1');

/** Letters that a file and a header can have. */
const fileName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '') || 'other';
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
const balanced = (text: string): boolean =>
  (text.match(/\(/g)?.length ?? 0) === (text.match(/\)/g)?.length ?? 0) &&
  (text.match(/'/g)?.length ?? 0) % 2 === 0;

function statementText(
  name: string,
  { query, calls, ms }: Called,
  share: number,
  { params, kind }: Found,
): string {
  return [
    `-- name: ${name}`,
    `-- what: ${calls} calls, ${(ms / Math.max(calls, 1)).toPrecision(3)} ms each when it was read`,
    ...(params ? [`-- params: ${params}`] : []),
    `-- weight: ${Math.max(0.001, Number((100 * share).toPrecision(3)))}`,
    '-- role: owner',
    ...(kind === 'write' ? ['-- kind: write'] : []),
    `${query.trim().replace(/;\s*$/, '')}\n`,
  ].join('\n');
}

/** Rows that a sample is to hold, so that a draw of some dozens is varied. */
const sampled = 5000;

function sourceText(
  name: string,
  table: Column,
  columns: readonly string[],
  tables: readonly InitTable[],
  tenantColumn: string | undefined,
): string {
  const known = tables.find((each) => each.schema === table.schema && each.name === table.table);
  const share = Math.min(100, Math.max(0.01, (100 * sampled) / Math.max(known?.rows ?? 1, 1)));
  const own = tenantColumn !== undefined && (known?.columns.includes(tenantColumn) ?? false);
  const sample = own || share === 100 ? '' : ` TABLESAMPLE SYSTEM (${share.toPrecision(3)}) REPEATABLE ($3)`;
  const order = `md5(row(${columns.map(identifier).join(', ')})::text || $3::text)`;
  return [
    `-- name: ${name}`,
    `-- what: values of ${table.schema}.${table.table}, the same ones for the same seed`,
    `-- columns: ${columns.join(', ')}`,
    `SELECT ${columns.map(identifier).join(', ')}`,
    `FROM ${qualified(table)}${sample}`,
    ...(own ? [`WHERE ${identifier(tenantColumn!)}::text = $1`] : []),
    `ORDER BY ${order}`,
    'LIMIT $2\n',
  ].join('\n');
}

const pageSource = `-- name: page
-- what: the size of a page of a list, where it begins, and a span of time: choices, not read from the database
-- columns: rows, start, span
SELECT 20 AS rows, 20 * ((n + $3::int) % 10) AS start, '1 day' AS span FROM generate_series(1, $2::int) AS n
`;

function projectText(
  { variable, tls, tenantColumn }: InitOptions,
  tables: readonly InitTable[],
  guess: TenantGuess | null,
): string {
  const main =
    tenantColumn === undefined ? undefined : tables.find(({ columns }) => columns.includes(tenantColumn));
  const column = guess && identifier(guess.column);
  const largest = guess && tables.find(({ columns }) => columns.includes(guess.column));
  const query =
    largest &&
    `SELECT ${column} AS id, count(*) AS size FROM ${identifier(largest.schema)}.${identifier(largest.name)} WHERE ${column} IS NOT NULL GROUP BY 1`;
  return `# Written by ./olympus init from a living database; nothing of its rows is in here. All of it is yours to change.
name: mine

# The URL stays outside: export ${variable}=postgres://...
endpoints:
  primary: { provider: external, url: env:${variable}, tls: ${tls} }
#  replica1: { provider: external, url: env:${variable}_REPLICA, tls: ${tls} }

# Roles as which statements run, where they are not the login itself (row-level security applies to app):
# roles: { app: my_app, owner: my_owner }

${
  query
    ? main
      ? `# Who the tenants are: the largest, the middle and the smallest are measured.\ntenants: ${query}\n# What a transaction says to act for one (a setting, and the column with its value):\n# identity: { app.tenant_id: id }`
      : `# A guess, because ${guess!.why}: tenants are told apart by ${guess!.column}. Remove the # where that is right.\n# tenants: ${query}\n# identity: { app.tenant_id: id }`
    : '# Who the tenants are, one row each (without it statements are measured once):\n# tenants: SELECT tenant_id AS id, count(*) AS size FROM orders GROUP BY 1'
}

# What you promise; see docs/ci.md:
# promises: slo.yaml
`;
}

function leftOutText(left: readonly InitStatement[], called: readonly Called[]): string {
  const rows = left.map(({ name, calls, why }) => {
    const query = called.find((each) => name.endsWith(digestOf(each.query)))!.query;
    return `## ${name}: ${calls} calls\n${why}\n\`\`\`sql\n${query.trim()}\n\`\`\`\n`;
  });
  return `# Statements that cannot be run back as they are\nGive each a header with its parameters, and put it into statements/.\n\n${rows.join('\n')}`;
}
