import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { StoppableServer } from '../local/stoppable.ts';
import { runChild } from '../process/run-child.ts';
import { type Connection, connect, identifier } from '../topology/session.ts';
import { clientEnvironment } from './client-environment.ts';
import type { Knowledge, Role } from './knowledge.ts';
import { type FilePlan, makeFiles } from './relation-files.ts';
import { restorable } from './restorable.ts';

export interface RestoredKnowledge {
  /** What the copy does not have, in sentences. */
  readonly lacking: readonly string[];
  /**
   * Runs work that reads tables from end to end, as CREATE INDEX does, while their files are short: they hold nothing, however
   * long they are. Only in a session that has not looked at them yet.
   */
  whileEmpty<T>(work: () => Promise<T>): Promise<T>;
}

const url = ({ primary }: StoppableServer, database: string) => primary.url('admin', database);
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * The source's knowledge as a database of a server of ours: schema, statistics, then sizes, for which the server is stopped.
 * @throws Fault (component) where the server is too old to take statistics
 */
export async function restoreKnowledge(
  server: StoppableServer,
  knowledge: Knowledge,
  database: string,
): Promise<RestoredKnowledge> {
  if (server.major < 18)
    throw missing(
      `A copy of the planner's knowledge needs PostgreSQL 18 or newer for itself, and the local build is ${server.major}.`,
      'Leave OLYMPUS_PG_BIN out, or name binaries of 18 or newer with it.',
    );
  const notes: string[] = [];
  {
    await using control = await connect(url(server, 'postgres'), 'olympus-knowledge');
    await makeRoles(control, knowledge.roles);
    notes.push(...(await makeDatabase(control, knowledge, database)));
  }
  const list = await restorableList(server, knowledge);
  const refused = await restore(server, knowledge, database, ['--schema-only', '-L', list]);
  await restore(server, knowledge, database, ['--statistics-only']);
  const plans = await sourceFiles(url(server, database), knowledge);
  await server.whileStopped(() => makeFiles(server, plans));
  const tables = plans.filter(({ kind }) => kind !== 'i');
  return {
    lacking: [...notes, ...refusedNote(refused)],
    async whileEmpty(work) {
      await makeFiles(
        server,
        tables.map((plan) => ({ ...plan, pages: 0 })),
      );
      try {
        return await work();
      } finally {
        await makeFiles(server, tables);
      }
    },
  };
}

async function makeRoles(control: Connection, roles: readonly Role[]): Promise<void> {
  const { rows } = await control.query<{ name: string; own: boolean }>(
    'SELECT rolname AS name, rolname = current_user AS own FROM pg_roles',
  );
  const there = new Map(rows.map(({ name, own }) => [name, own]));
  for (const { name, superuser, bypass, inherits } of roles) {
    if (there.get(name)) continue; // the superuser of the copy itself
    if (!there.has(name)) await control.query(`CREATE ROLE ${identifier(name)}`);
    const words = [superuser ? 'SUPERUSER' : 'NOSUPERUSER', bypass ? 'BYPASSRLS' : 'NOBYPASSRLS'];
    await control.query(
      `ALTER ROLE ${identifier(name)} ${words.join(' ')} ${inherits ? 'INHERIT' : 'NOINHERIT'}`,
    );
  }
  for (const { name, groups } of roles)
    for (const group of groups)
      await control.query(`GRANT ${identifier(group)} TO ${identifier(name)}`).catch(() => {}); // a predefined role of another version
}

/** With the source's locale where this machine has it, since the order of texts is in their statistics. */
async function makeDatabase(
  control: Connection,
  { locale, settings }: Knowledge,
  database: string,
): Promise<string[]> {
  const { encoding, provider, collate, ctype, locale: named } = locale;
  const create = `CREATE DATABASE ${identifier(database)} TEMPLATE template0`;
  const providers: Readonly<Record<string, string>> = { b: 'builtin', i: 'icu', c: 'libc' };
  const like = `ENCODING ${quoted(encoding)} LOCALE_PROVIDER ${providers[provider] ?? 'libc'} LC_COLLATE ${quoted(collate)} LC_CTYPE ${quoted(ctype)}`;
  const own =
    named === null
      ? ''
      : provider === 'i'
        ? ` ICU_LOCALE ${quoted(named)}`
        : ` BUILTIN_LOCALE ${quoted(named)}`;
  const notes: string[] = [];
  try {
    await control.query(`${create} ${like}${own}`);
  } catch (error) {
    await control.query(create);
    notes.push(
      `The copy cannot have the locale of the source (${named ?? collate}): ${(error as Error).message}. Estimates of conditions that compare texts by < and > can differ.`,
    );
  }
  for (const [name, value] of Object.entries(settings))
    await control
      .query(`ALTER DATABASE ${identifier(database)} SET ${identifier(name)} TO ${settingValue(name, value)}`)
      .catch((error: Error) =>
        notes.push(`The copy cannot have the source's ${name} = ${value}: ${error.message}.`),
      );
  return notes;
}

/** A list of names keeps its commas; quoted as a whole it would be one name. */
const settingValue = (name: string, value: string): string =>
  name === 'search_path' ? value || "''" : quoted(value);

async function restorableList(
  { site: { folder, signal } }: StoppableServer,
  { archive, programs }: Knowledge,
): Promise<string> {
  const lines: string[] = [];
  await runChild(programs.pgRestore, ['--list', archive], {
    signal,
    onLine: (line) => void lines.push(line),
  });
  const list = join(folder, 'knowledge.list');
  await writeFile(list, restorable(lines).join('\n'), { mode: 0o600 });
  return list;
}

/** Returns what was refused: the server's first words for each. */
async function restore(
  server: StoppableServer,
  { archive, programs }: Knowledge,
  database: string,
  options: readonly string[],
): Promise<string[]> {
  const refused: string[] = [];
  await runChild(programs.pgRestore, ['--no-password', ...options, '--dbname', database, archive], {
    env: clientEnvironment(url(server, database)),
    signal: server.site.signal,
    onLine: (line) => {
      const said = /could not execute query: ERROR: +(.*)/.exec(line)?.[1];
      if (said && !/^(schema|extension) "[^"]+" already exists/.test(said)) refused.push(said);
    },
  });
  return refused;
}

function refusedNote(refused: readonly string[]): string[] {
  if (refused.length === 0) return [];
  const shown =
    refused.slice(0, 3).join('; ') + (refused.length > 3 ? `; and ${refused.length - 3} more` : '');
  return [
    `The copy lacks ${refused.length} of the source's objects, and statements that need them have no estimate: ${shown}.`,
  ];
}

/** The files of the copy's relations that the source has too, at the source's sizes. */
async function sourceFiles(copy: string, { relations }: Knowledge): Promise<FilePlan[]> {
  await using session = await connect(copy, 'olympus-knowledge');
  const sql = await readFile(join(import.meta.dirname, 'files.sql'), 'utf8');
  const { rows } = await session.query<
    Pick<FilePlan, 'kind' | 'method' | 'path' | 'keyBytes'> & { schema: string; name: string }
  >(sql);
  const own = new Map(rows.map((row) => [JSON.stringify([row.schema, row.name]), row]));
  return relations.flatMap((relation) => {
    const file = own.get(JSON.stringify([relation.schema, relation.name]));
    if (!file) return [];
    const { path, keyBytes, method, kind } = file;
    return [{ path, keyBytes, method, kind, pages: relation.pages, firstPage: relation.firstPage }];
  });
}
