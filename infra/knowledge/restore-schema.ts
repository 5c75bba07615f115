import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runChild } from '../process/run-child.ts';
import { identifier, type Session } from '../topology/session.ts';
import { clientEnvironment } from './client-environment.ts';
import type { Knowledge, Role } from './knowledge.ts';
import { restorable } from './restorable.ts';

/** The database that an archive goes into. */
export interface RestoreTarget {
  /** Of a superuser. */
  readonly url: string;
  /** For files of the work, which the caller removes. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The schema of a source without its rows, in a new database of a server of ours. Returns what it lacks, in sentences. */
export async function restoreSchema(
  control: Session,
  target: RestoreTarget,
  knowledge: Knowledge,
  database: string,
): Promise<string[]> {
  await makeRoles(control, knowledge.roles, { alter: false });
  const notes = await makeDatabase(control, knowledge, database);
  const list = await restorableList(target, knowledge);
  return [...notes, ...refusedNote(await restoreArchive(target, knowledge, ['--schema-only', '-L', list]))];
}

/**
 * The roles of a source that this server does not have.
 * @param alter whether those that it has get the attributes of the source's: only on a server that nobody else uses
 */
export async function makeRoles(
  control: Session,
  roles: readonly Role[],
  { alter }: { readonly alter: boolean },
): Promise<void> {
  const { rows } = await control.query<{ name: string; own: boolean }>(
    'SELECT rolname AS name, rolname = current_user AS own FROM pg_roles',
  );
  const there = new Map(rows.map(({ name, own }) => [name, own]));
  for (const { name, superuser, bypass, inherits } of roles) {
    if (there.get(name)) continue; // the superuser of the copy itself
    if (there.has(name) && !alter) continue;
    if (!there.has(name)) await control.query(`CREATE ROLE ${identifier(name)}`);
    const words = [superuser ? 'SUPERUSER' : 'NOSUPERUSER', bypass ? 'BYPASSRLS' : 'NOBYPASSRLS'];
    await control.query(
      `ALTER ROLE ${identifier(name)} ${words.join(' ')} ${inherits ? 'INHERIT' : 'NOINHERIT'}`,
    );
  }
  for (const { name, groups } of roles.filter((role) => alter || !there.has(role.name)))
    for (const group of groups)
      await control.query(`GRANT ${identifier(group)} TO ${identifier(name)}`).catch(() => {}); // a predefined role of another version
}

/** With the source's locale where this machine has it, since the order of texts is in their statistics. */
export async function makeDatabase(
  control: Session,
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

export async function restorableList(
  { folder, signal }: RestoreTarget,
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
export async function restoreArchive(
  { url, signal }: RestoreTarget,
  { archive, programs }: Knowledge,
  options: readonly string[],
): Promise<string[]> {
  const refused: string[] = [];
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  await runChild(programs.pgRestore, ['--no-password', ...options, '--dbname', database, archive], {
    env: clientEnvironment(url),
    signal,
    onLine: (line) => {
      const said = /could not execute query: ERROR: +(.*)/.exec(line)?.[1];
      if (said && !/^(schema|extension) "[^"]+" already exists/.test(said)) refused.push(said);
    },
  });
  return refused;
}

export function refusedNote(refused: readonly string[]): string[] {
  if (refused.length === 0) return [];
  const shown =
    refused.slice(0, 3).join('; ') + (refused.length > 3 ? `; and ${refused.length - 3} more` : '');
  return [
    `The copy lacks ${refused.length} of the source's objects, and statements that need them have no estimate: ${shown}.`,
  ];
}
