import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import type { HeaderEntry } from '../config/sql-header.ts';
import { type Problem, readCatalogueHeader } from './catalogue-header.ts';
import { expectationForms, readExpectations } from './expects.ts';
import { shownPath } from './shown-path.ts';
import { readSources, refuse } from './sources.ts';
import { readSqlText } from './sql-text.ts';
import type { Parameter, Source, Statement } from './statement.ts';

/** What the header of a statement can say. */
export const statementKeys = {
  name: 'GROUP/NAME, as its file is called; required',
  what: 'what it asks, in a sentence; required',
  params: '`name = source.column` for $1, $2, …, by comma',
  expects: `conditions on its plan, by semicolon: ${expectationForms.join('; ')}`,
  weight: 'how often it runs beside the others, a number from 0 up; 1 when absent',
  role: 'as whom it runs: app (under the policies; when absent) or owner',
  kind: 'read (when absent) or write',
} as const;
const keys = Object.keys(statementKeys) as (keyof typeof statementKeys)[];

const roles = ['app', 'owner'] as const;
const kinds = ['read', 'write'] as const;
const shippedStatements = join(import.meta.dirname, 'statements');

/**
 * Reads the catalogue: every <group>/<name>.sql below the directories, sorted by name.
 * @throws Fault (usage) with all problems at once, each with its file, its line and the nearest right word.
 */
export async function readCatalogue(
  directories: readonly string[] = [shippedStatements],
  sources?: ReadonlyMap<string, Source>,
): Promise<Statement[]> {
  const known = sources ?? (await readSources());
  const problems: Problem[] = [];
  const statements = new Map<string, Statement>();
  for (const directory of directories) {
    for (const path of await sqlFiles(directory)) {
      const named = relative(directory, path)
        .split(sep)
        .join('/')
        .replace(/\.sql$/, '');
      const file = shownPath(path);
      const statement = readStatement(file, named, await readFile(path, 'utf8'), known, problems);
      const before = statements.get(statement.name);
      if (before)
        problems.push({ file, line: 1, message: `"${statement.name}" is already in ${before.file}.` });
      statements.set(statement.name, statement);
    }
  }
  refuse(problems, 'statement');
  return [...statements.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function sqlFiles(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory, { recursive: true });
    return names
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => join(directory, name));
  } catch (error) {
    throw usage(
      `Cannot read the statements in ${directory}: ${(error as Error).message}`,
      'Name a directory that holds GROUP/NAME.sql files.',
      error,
    );
  }
}

/** One file of the catalogue; `named` is its path below the catalogue without the suffix: its right name. */
export function readStatement(
  file: string,
  named: string,
  text: string,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): Statement {
  const header = readCatalogueHeader(file, text, keys, problems);
  const { entry } = header;
  const wrong = (line: number, message: string) => problems.push({ file, line, message });

  const name = header.required('name');
  if (name && name !== named)
    wrong(entry('name').line, `The statement is named "${name}", its path says "${named}".`);

  const params = readParameters(file, entry('params'), sources, problems);
  const sql = readSqlText(header.body);
  if (sql.statements !== 1)
    wrong(header.bodyLine, `A statement of the catalogue is one statement, this is ${sql.statements}.`);
  for (const number of sql.parameters.filter((n) => n < 1 || n > params.length))
    wrong(header.bodyLine, `$${number} has no parameter: "params" names ${params.length}.`);
  params.forEach((parameter, i) => {
    if (!sql.parameters.includes(i + 1))
      wrong(entry('params').line, `Parameter "${parameter.name}" is $${i + 1}, which the SQL does not use.`);
  });

  const expectations = readExpectations(entry('expects').value);
  for (const message of expectations.wrong) wrong(entry('expects').line, message);

  const weight = Number(header.has('weight') ? entry('weight').value || Number.NaN : 1);
  if (!Number.isFinite(weight) || weight < 0)
    wrong(entry('weight').line, `Weight "${entry('weight').value}" is no number from 0 up.`);

  return {
    name: named,
    what: header.required('what'),
    sql: sql.single,
    params,
    sources: new Map(
      params.flatMap(({ source }) => (sources.has(source) ? [[source, sources.get(source)!]] : [])),
    ),
    expects: expectations.expects,
    weight,
    role: oneOf(roles, 'app', entry('role'), 'role', wrong),
    kind: oneOf(kinds, 'read', entry('kind'), 'kind', wrong),
    file,
  };
}

/** `name = source.column`, separated by commas; in the order of $1..$n. */
function readParameters(
  file: string,
  { value, line }: HeaderEntry,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): Parameter[] {
  const params: Parameter[] = [];
  for (const part of value.split(',').map((text) => text.trim())) {
    if (part === '') continue;
    const match = /^(\w+)\s*=\s*(\w+)\.(\w+)$/.exec(part);
    const [, name = part, source = '', column = ''] = match ?? [];
    const known = sources.get(source);
    if (!match) {
      problems.push({ file, line, message: `"${part}" is no parameter (\`name = source.column\`).` });
    } else if (!known) {
      const message = `Parameter "${name}" names the source "${source}", which there is not. ${suggest(source, sources.keys())}`;
      problems.push({ file, line, message });
    } else if (!known.columns.includes(column)) {
      const message = `The source "${source}" has no column "${column}". ${suggest(column, known.columns)}`;
      problems.push({ file, line, message });
    }
    params.push({ name, source, column });
  }
  return params;
}

function oneOf<Word extends string>(
  words: readonly Word[],
  usual: Word,
  { value, line }: HeaderEntry,
  key: string,
  wrong: (line: number, message: string) => void,
): Word {
  const found = value === '' ? usual : words.find((word) => word === value);
  if (!found) wrong(line, `"${key}" is "${value}". ${suggest(value, words)}`);
  return found ?? usual;
}
