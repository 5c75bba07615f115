import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadParser, parseSql, SqlSyntaxError } from '../../../analysis/migration/parse-sql.ts';
import { usage } from '../../../config/fault.ts';
import { place } from '../../../migrations/statements.ts';

/** A file of DDL to be predicted or drilled. */
export interface MigrationFile {
  readonly file: string;
  readonly text: string;
  /** It runs as one transaction: as `-- transaction:` in it says, else as its name (NNNN_name.up.sql: as `migrate` runs it). */
  readonly whole: boolean;
  /** What takes it back: NAME.down.sql beside NAME.up.sql. */
  readonly down: MigrationFile | null;
}

const named = /^\d{4}_[a-z0-9_]+\.(?:up|down)\.sql$/;

/**
 * A file, or every file of a folder in the order of names; what takes one back is no file of its own there.
 * @throws Fault (usage) for what cannot be read, is empty, or is no SQL that PostgreSQL's parser reads.
 */
export async function readMigrationFiles(path: string): Promise<MigrationFile[]> {
  await loadParser();
  const files = await filesOf(path);
  if (files.length === 0)
    throw usage(
      `${path} has no .sql file.`,
      'Name a file of SQL statements, or a folder of NNNN_name.up.sql files.',
    );
  return Promise.all(files.map((file) => readOne(file, true)));
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter(
      (name) => name.endsWith('.sql') && !name.endsWith('.down.sql'),
    );
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw usage(
      `${path} cannot be read: ${(error as Error).message}.`,
      'Name a file of SQL statements, or a folder of them.',
      error,
    );
  }
}

async function readOne(file: string, withDown: boolean): Promise<MigrationFile> {
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  check(file, text);
  const downFile = file.replace(/\.up\.sql$/, '.down.sql');
  const down =
    withDown && downFile !== file && (await exists(downFile)) ? await readOne(downFile, false) : null;
  const said = /^--[ \t]*transaction:[ \t]*(on|off)[ \t]*$/m.exec(text)?.[1];
  return { file, text, whole: said ? said === 'on' : named.test(file.split(/[\\/]/).at(-1)!), down };
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

function check(file: string, text: string): void {
  try {
    if (parseSql(text).length === 0)
      throw usage(`${file} has no statement.`, 'Write the SQL of the migration into it.');
  } catch (error) {
    if (!(error instanceof SqlSyntaxError)) throw error;
    const { line, column } = place(text, error.offset);
    const psql = /^\\\w/m.test(text) ? ' Commands of psql (\\...) are not SQL: take them out.' : '';
    throw usage(
      `${file}:${line}:${column}: ${error.message}.`,
      `Correct the file; it is read by the parser of PostgreSQL 18.${psql}`,
      error,
    );
  }
}
