import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../infra/topology/session.ts';
import { readSqlText } from '../../scenarios/sql-text.ts';
import { guessTenants, type InitTable, type TenantGuess } from './guess-tenants.ts';
import type { LoggedStatement } from './log/logged-workload.ts';
import { type ParameterOrigin, parameterColumns } from './parameter-columns.ts';
import { projectText } from './project-text.ts';
import { type Called, readWorkload } from './read-workload.ts';
import { seenValuesText } from './seen-values.ts';
import { fileName, SourceFiles } from './source-files.ts';

export interface InitStatement {
  readonly name: string;
  readonly calls: number;
  /** Of all calls that were read, from 0 to 1. */
  readonly share: number;
  readonly runnable: boolean;
  /** Why it cannot be run back; empty where it can. */
  readonly why: string;
}

/** A project as it would be written: no row of the database is in it, and of a log the values of its statements. */
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
  /** What a log has of it; else pg_stat_statements is asked. */
  readonly log?: readonly LoggedStatement[];
}

/**
 * Reads a living database, in a read-only session, and puts a project together.
 * @param session null: there is only a log, and what tables there are is not known
 */
export async function initProject(session: Session | null, options: InitOptions): Promise<InitProject> {
  const tables = session ? await readTables(session) : [];
  const roots = session ? await readRoots(session) : new Map();
  const called =
    options.log ??
    (await readWorkload(session!, options.maxStatements)).map((each) => ({
      ...each,
      query: withCasts(each.query),
    }));
  const total = called.reduce((sum, { calls }) => sum + calls, 0);
  const files = new Map<string, string>();
  const sources = new SourceFiles();
  const statements: InitStatement[] = [];
  for (const each of called) {
    const found = isLogged(each)
      ? await loggedStatementOf(session, each, tables, options.tenantColumn)
      : await statementOf(session!, each, tables, roots, sources);
    const share = total === 0 ? 0 : each.calls / total;
    const name = `${found.group}/${digestOf(each.query)}`;
    statements.push({ name, calls: each.calls, share, runnable: found.why === '', why: found.why });
    if (found.why !== '') continue;
    files.set(`statements/${name}.sql`, statementText(name, each, share, found));
    if (found.seen) files.set(`sources/${found.seen.source}.sql`, found.seen.text);
  }
  for (const [path, text] of sources.files(tables, options.tenantColumn)) files.set(path, text);
  const tenants = options.tenantColumn
    ? { column: options.tenantColumn, why: 'you named it' }
    : guessTenants(tables);
  files.set('olympus.yaml', projectText(options, tables, tenants));
  const left = statements.filter(({ runnable }) => !runnable);
  if (left.length > 0) files.set('left-out.md', leftOutText(left, called));
  if (options.log) files.set('.gitignore', ignoreText);
  const seen = [...files.keys()].flatMap((path) => /^sources\/(seen_\w+)\.sql$/.exec(path)?.[1] ?? []);
  return { statements, sources: [...sources.names(), ...seen], tables, tenants, files };
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
  /** The values that a log has of it. */
  readonly seen?: { readonly source: string; readonly text: string };
}

const isLogged = (called: Called | LoggedStatement): called is LoggedStatement => 'values' in called;

/** Its values are known; what the server says of it, where it can be asked, is whether it can be run at all. */
async function loggedStatementOf(
  session: Session | null,
  { query, values }: LoggedStatement,
  tables: readonly InitTable[],
  tenantColumn: string | undefined,
): Promise<Found> {
  const about = aboutOf(query);
  if (readSqlText(query).statements !== 1) return { ...about, params: '', why: 'it is not one statement' };
  const found = session && (await parameterColumns(session, query, columnsOf(tables)));
  if (found?.kind === 'refused') return { ...about, params: '', why: found.why };
  const count = values[0]?.length ?? 0;
  if (count === 0) return { ...about, params: '', why: '' };
  const tenant =
    found?.origins.findIndex((origin) => origin.kind === 'column' && origin.column === tenantColumn) ?? -1;
  const source = `seen_${digestOf(query)}`;
  return {
    ...about,
    params: Array.from({ length: count }, (_, i) => `p${i + 1} = ${source}.p${i + 1}`).join(', '),
    why: '',
    seen: { source, text: seenValuesText(source, values, tenant < 0 ? null : tenant + 1) },
  };
}

function aboutOf(query: string): Pick<Found, 'group' | 'kind'> {
  const kind =
    /^\s*(\/\*[\s\S]*?\*\/\s*)?(select|with|table|values)\b/i.test(query) &&
    !/\bfor\s+(no\s+key\s+)?(update|share)\b/i.test(query) &&
    !/^\s*with\b[\s\S]*\b(insert\s+into|update\s+\S+\s+set|delete\s+from)\b/i.test(query)
      ? 'read'
      : 'write';
  const [, named = 'other'] = firstTable.exec(query) ?? [];
  return { kind, group: fileName(named) };
}

async function statementOf(
  session: Session,
  { query }: Called,
  tables: readonly InitTable[],
  roots: Roots,
  sources: SourceFiles,
): Promise<Found> {
  const { kind, group } = aboutOf(query);
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
    params.push(`p${i + 1} = ${sources.of(origin)}`);
  }
  return { group, params: params.join(', '), kind, why: '' };
}

const columnsOf =
  (tables: readonly InitTable[]) =>
  (schema: string, name: string): readonly string[] | undefined =>
    tables.find((each) => each.schema === schema && each.name === name)?.columns;

/** What a log has of people's data stays on this machine. */
const ignoreText = '# real values of the log\nsources/seen_*.sql\n';

/** The server shows interval '1 day' as interval $2, which is no SQL. */
const withCasts = (query: string): string =>
  query.replace(/\b(interval|date|time|timestamptz|timestamp|point|inet|uuid)\s+(\$\d+)/gi, '$2::$1');

const name = String.raw`(?:"(?:[^"]|"")+"|[\w$]+)`;
const firstTable = new RegExp(
  String.raw`\b(?:from|into|update)\s+(?:only\s+)?(?:${name}\s*\.\s*)?(${name})`,
  'i',
);
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
    `-- what: ${calls} calls${ms === null ? '' : `, ${(ms / Math.max(calls, 1)).toPrecision(3)} ms each`} when it was read`,
    ...(params ? [`-- params: ${params}`] : []),
    `-- weight: ${Math.max(0.001, Number((100 * share).toPrecision(3)))}`,
    ...(kind === 'write' ? ['-- kind: write'] : []),
    `${query.trim().replace(/;\s*$/, '')}\n`,
  ].join('\n');
}

function leftOutText(left: readonly InitStatement[], called: readonly Called[]): string {
  const rows = left.map(({ name, calls, why }) => {
    const query = called.find((each) => name.endsWith(digestOf(each.query)))!.query;
    return `## ${name}: ${calls} calls\n${why}\n\`\`\`sql\n${query.trim()}\n\`\`\`\n`;
  });
  return `# Statements that cannot be run back as they are\nGive each a header with its parameters, and put it into statements/.\n\n${rows.join('\n')}`;
}
