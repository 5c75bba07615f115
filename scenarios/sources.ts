import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault, missing, usage } from '../config/fault.ts';
import { identifier, type Session } from '../infra/topology/session.ts';
import { type Problem, readCatalogueHeader } from './catalogue-header.ts';
import { shownPath } from './shown-path.ts';
import { readSqlText } from './sql-text.ts';
import type { Draw, Source, Statement, Tenant } from './statement.ts';

/** What the header of a source can say. */
export const sourceKeys = {
  name: 'as its file is called; required',
  what: 'which values it gives, in a sentence; required',
  columns: 'the columns of its rows, by comma; required. $1 is the tenant, $2 how many rows, $3 the seed',
} as const;
const keys = Object.keys(sourceKeys) as (keyof typeof sourceKeys)[];

const shippedSources = join(import.meta.dirname, 'sources');

/** Reads every source, by its name. @throws Fault (usage) with all problems, each with its file and line. */
export async function readSources(directory = shippedSources): Promise<ReadonlyMap<string, Source>> {
  const problems: Problem[] = [];
  const sources = new Map<string, Source>();
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  for (const name of names) {
    const path = join(directory, name);
    const source = readSource(shownPath(path), await readFile(path, 'utf8'), problems);
    sources.set(source.name, source);
  }
  refuse(problems, 'source');
  return sources;
}

export function readSource(file: string, text: string, problems: Problem[]): Source {
  const header = readCatalogueHeader(file, text, keys, problems);
  const name = header.required('name');
  const what = header.required('what');
  const columns = header
    .required('columns')
    .split(',')
    .map((column) => column.trim())
    .filter((column) => column !== '');
  const sql = readSqlText(header.body);
  const at = (line: number, message: string) => problems.push({ file, line, message });
  if (name && name !== basename(file, '.sql'))
    at(header.entry('name').line, `The source is named "${name}" but its file ${basename(file)}.`);
  if (sql.statements !== 1) at(header.bodyLine, `A source is one statement, this is ${sql.statements}.`);
  const unknown = sql.parameters.filter((number) => number > 3);
  if (unknown.length > 0)
    at(header.bodyLine, `$${unknown[0]} has no value: $1 is the tenant's id, $2 how many rows, $3 the seed.`);
  return { name, what, columns, sql: sql.single, file };
}

/** Throws one Fault with all `problems`, if there are any. */
export function refuse(problems: readonly Problem[], what: string): void {
  if (problems.length === 0) return;
  const lines = problems
    .toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .map(({ file, line, message }) => `${file}:${line}: ${message}`);
  throw usage(
    `${problems.length === 1 ? `A ${what} is wrong` : `${problems.length} things are wrong in the ${what}s`}:\n${lines.join('\n')}`,
    `Correct the ${what}; scenarios/${what}s/ has examples that work.`,
  );
}

/**
 * Draws `count` sets of parameters for one tenant. Parameters that name the same source come from the same row of it.
 * A source with fewer rows than `count` is used again from its start; when one has none for this tenant, the answer is
 * empty: the statement cannot be asked.
 * @throws Fault (component) when a source's SQL fails or lacks a declared column.
 */
export async function drawParameters(
  session: Session,
  statement: Statement,
  tenant: Tenant,
  count: number,
  seed: number,
): Promise<Draw[]> {
  const rows = new Map<string, Record<string, string | null>[]>();
  for (const name of new Set(statement.params.map(({ source }) => source)))
    rows.set(name, await drawRows(session, statement.sources.get(name)!, tenant, count, seed));
  if ([...rows.values()].some((drawn) => drawn.length === 0)) return [];
  return Array.from({ length: count }, (_, i) =>
    statement.params.map(({ source, column }) => {
      const drawn = rows.get(source)!;
      return drawn[i % drawn.length]![column] ?? null;
    }),
  );
}

/** Values as the server writes them, so that no driver's types (a Date without microseconds) come between. */
async function drawRows(session: Session, source: Source, tenant: Tenant, count: number, seed: number) {
  const columns = source.columns.map((column) => `${identifier(column)}::text`).join(', ');
  const used = readSqlText(source.sql).parameters;
  const values = [tenant.id, count, seed].slice(0, used.at(-1) ?? 0);
  // A source without tenants does not name $1: the server must know its type all the same.
  const unused = values.flatMap((_, i) => (used.includes(i + 1) ? [] : [`$${i + 1}::text`]));
  const head = unused.length > 0 ? `WITH unused AS (SELECT ${unused.join(', ')}) ` : '';
  try {
    const { rows } = await session.query<Record<string, string | null>>(
      `${head}SELECT ${columns} FROM (${source.sql}\n) AS drawn`,
      values,
    );
    return rows;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw missing(
      `The source ${source.name} (${source.file}) cannot be drawn: ${(error as Error).message}`,
      'Run it in psql with the tenant id, a number and a seed; its columns must be those of its header.',
      error,
    );
  }
}
