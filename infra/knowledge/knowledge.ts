import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { missing } from '../../config/fault.ts';
import type { Progress } from '../../config/progress.ts';
import { runChild } from '../process/run-child.ts';
import { connect, type Session } from '../topology/session.ts';
import { pageBytes } from './btree-pages.ts';
import { clientEnvironment, mustEncrypt } from './client-environment.ts';
import { type ClientPrograms, findClientPrograms } from './client-programs.ts';
import { copiedFirstPage, firstPages } from './first-pages.ts';

/** A relation with files of its own, as the planner sees it. */
export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'r' | 'm' | 'i';
  /** Access method: heap, btree, gin, ... */
  readonly method: string | null;
  readonly pages: number;
  /** By the source's last VACUUM or ANALYZE; -1: never. */
  readonly rows: number;
  /** The first bytes of an index, which the planner reads; null: the login may not read them. */
  readonly firstPage: Uint8Array | null;
}

export interface Role {
  readonly name: string;
  readonly superuser: boolean;
  readonly bypass: boolean;
  readonly inherits: boolean;
  readonly groups: readonly string[];
}

/** What the planner knows of a database: its schema, statistics, sizes and settings, and none of its rows. */
export interface Knowledge {
  readonly database: string;
  readonly version: string;
  readonly programs: ClientPrograms;
  /** pg_dump's archive of schema and statistics. */
  readonly archive: string;
  readonly relations: readonly Relation[];
  readonly roles: readonly Role[];
  readonly settings: Readonly<Record<string, string>>;
  readonly locale: Locale;
  /** What the copy will not know, in sentences. */
  readonly notes: readonly string[];
}

export interface Locale {
  readonly encoding: string;
  readonly provider: string;
  readonly collate: string;
  readonly ctype: string;
  readonly locale: string | null;
}

export interface Taking {
  readonly cache: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Reads it in sessions that are as read-only as the URL says; pg_dump holds ACCESS SHARE locks on the tables meanwhile.
 * @param folder where the archive goes; it is private and removed by the caller
 * @throws Fault (component) where pg_dump is missing or refused
 */
export async function takeKnowledge(url: string, folder: string, taking: Taking): Promise<Knowledge> {
  await using session = await connect(url, 'olympus-knowledge');
  const { rows: about } = await session.query<{
    database: string;
    version: string;
    major: number;
    block: number;
  }>(
    `SELECT current_database() AS database, split_part(current_setting('server_version'), ' ', 1) AS version,
            current_setting('server_version_num')::int / 10000 AS major, current_setting('block_size')::int AS block`,
  );
  const { database, version, major, block } = about[0]!;
  if (block !== pageBytes)
    throw missing(
      `The server's pages have ${block} bytes, and a copy of the planner's knowledge can be made of ${pageBytes} only.`,
      'Try the change on a copy with rows: leave --estimates out, with --allow-writes.',
    );
  const programs = await findClientPrograms(major, mustEncrypt(url), taking);
  taking.progress.note(
    `Reading schema, statistics and sizes of ${database} (PostgreSQL ${version}) by pg_dump ${programs.major}: no row is read.`,
  );
  const archive = join(folder, 'knowledge.dump');
  await dump(programs, url, archive, taking.signal);
  const { rows: extended } = await session.query<{ name: string }>(
    `SELECT stxnamespace::regnamespace || '.' || stxname AS name FROM pg_statistic_ext ORDER BY 1`,
  );
  const [relations, roles, settings, hidden] = [
    await relationsOf(session),
    (await session.query<Role>(await sqlOf('roles'))).rows,
    (await session.query<{ name: string; value: string }>(await sqlOf('settings'))).rows,
    (await session.query<{ name: string }>(await sqlOf('hidden-statistics'))).rows,
  ];
  return {
    ...{ database, version, programs, archive, relations, roles },
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
    locale: await localeOf(session, major),
    notes: [
      ...hiddenNote(hidden.map(({ name }) => name)),
      ...extendedNote(extended.map(({ name }) => name)),
      ...firstPageNote(relations),
    ],
  };
}

const sqlOf = (name: string) => readFile(join(import.meta.dirname, `${name}.sql`), 'utf8');

/** Neither rows nor what would reach out to other servers. */
const leftOut = ['--no-data', '--no-tablespaces', '--no-publications', '--no-subscriptions', '--no-comments'];

async function dump({ pgDump }: ClientPrograms, url: string, archive: string, signal: AbortSignal) {
  const { code, last } = await runChild(
    pgDump,
    ['--format=custom', '--statistics', ...leftOut, '--no-security-labels', '--no-password', '-f', archive],
    { env: clientEnvironment(url), signal },
  );
  if (code === 0) return;
  const said = last.filter((line) => /error|fatal|permission/i.test(line)).join(' ') || last.join(' ');
  throw missing(
    `pg_dump could not read the schema: ${said}`,
    /permission denied/.test(said)
      ? 'It locks each table for reading: GRANT pg_read_all_data TO its_login; or GRANT SELECT ON ALL TABLES IN SCHEMA name TO its_login;'
      : 'Run it by hand with the same connection: pg_dump --schema-only',
  );
}

async function relationsOf(session: Session): Promise<Relation[]> {
  const { rows } = await session.query<Omit<Relation, 'firstPage'> & { oid: string }>(
    await sqlOf('relations'),
  );
  const first = await firstPages(
    session,
    rows.filter(({ kind, pages }) => kind === 'i' && Number(pages) > 0).map(({ oid }) => oid),
  );
  return rows.map(({ oid, pages, ...rest }) => ({
    ...rest,
    pages: Number(pages),
    firstPage: first.get(oid) ?? null,
  }));
}

async function localeOf(session: Session, major: number): Promise<Locale> {
  const locale = major >= 17 ? 'datlocale' : 'daticulocale';
  const { rows } = await session.query<Locale>(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider::text AS provider, datcollate AS collate,
            datctype AS ctype, ${locale} AS locale
     FROM pg_database WHERE datname = current_database()`,
  );
  return rows[0]!;
}

function hiddenNote(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
  return [
    `The login may not see all statistics of ${names.length} ${names.length === 1 ? 'table' : 'tables'} (${shown}), by rights or by row-level security: estimates on them differ from the server's. Use a login that may: GRANT pg_read_all_data TO its_login, and ALTER ROLE its_login BYPASSRLS.`,
  ];
}

const extendedNote = (names: readonly string[]): string[] =>
  names.length === 0
    ? []
    : [
        `The copy does not have what ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''} know of columns together (CREATE STATISTICS): pg_dump 18 does not carry it. Estimates of conditions on those columns differ from the server's.`,
      ];

function firstPageNote(relations: readonly Relation[]): string[] {
  const unread = relations.filter(
    (one) =>
      one.kind === 'i' &&
      one.pages > 0 &&
      (one.method === 'btree' || copiedFirstPage.has(one.method ?? '')) &&
      one.firstPage === null,
  );
  if (unread.length === 0) return [];
  const others = unread.filter(({ method }) => method !== 'btree').length;
  return [
    `The login may not read the first pages of ${unread.length} indexes (GRANT pg_read_server_files TO its_login allows it): the heights of B-trees are taken from their sizes${others > 0 ? `, and of ${others} other indexes the planner's cost is a rule of thumb` : ''}. Rows are estimated the same; a cost may differ by a little.`,
  ];
}
