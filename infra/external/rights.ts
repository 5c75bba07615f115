import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identifier, type Session } from '../topology/session.ts';

/** What rights.sql says of a login. */
export interface RightsFacts {
  readonly login: string;
  readonly database: string;
  readonly superuser: boolean;
  readonly bypassesRls: boolean;
  readonly createsDatabases: boolean;
  readonly ownsDatabase: boolean;
  readonly databaseOwner: string;
  readonly readsAllStats: boolean;
  readonly readsServerFiles: boolean;
  readonly hasStatStatements: boolean;
  readonly rowSecurity: boolean;
  readonly statementTimeoutMs: number;
  readonly tables: number;
  readonly readableTables: number;
  readonly closedSchemas: readonly string[];
  readonly closedTables: readonly string[];
  readonly hiddenTables: readonly string[];
  readonly absentRoles: readonly string[];
  readonly closedRoles: readonly string[];
}

/**
 * refuses: without it nothing right can be measured, so that no command starts. limits: less is measured, and said.
 * writes: only what is done with --allow-writes needs it. asked: one command needs it, and says so itself.
 */
export type RightLevel = 'refuses' | 'limits' | 'writes' | 'asked';

/** One right, for which commands it is, and how it is given. The one list: runs, `doctor` and docs/topology.md read it. */
export interface Right {
  readonly name: string;
  readonly commands: string;
  readonly level: RightLevel;
  /** As docs/topology.md shows it; LOGIN, DATABASE, ... stand for names. */
  readonly grant: string;
  /** What its absence means here, and the command with the names of this database; undefined: the login has it. */
  missing(facts: RightsFacts): { readonly why: string; readonly how: string } | undefined;
}

const some = (names: readonly string[]): string =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');

const tables = (count: number) => `${count} ${count === 1 ? 'table' : 'tables'}`;

export const rights: readonly Right[] = [
  {
    name: 'membership in the roles that the project names',
    commands: 'every command, where olympus.yaml has `roles`',
    level: 'refuses',
    grant: 'GRANT ROLE TO LOGIN;',
    missing: ({ login, closedRoles }) =>
      closedRoles.length > 0
        ? {
            why: `${login} may not act as ${some(closedRoles)}.`,
            how: closedRoles.map((role) => `GRANT ${identifier(role)} TO ${identifier(login)};`).join(' '),
          }
        : undefined,
  },
  {
    name: 'the roles that the project names',
    commands: 'every command, where olympus.yaml has `roles`',
    level: 'limits',
    grant: 'CREATE ROLE ROLE;',
    missing: ({ absentRoles }) =>
      absentRoles.length === 0
        ? undefined
        : {
            why: `There is no role ${some(absentRoles)} on this server: statements that are to run as it fail.`,
            how: `Name one that is there in "roles" of olympus.yaml; the shop's are made with its schema (./olympus seed).`,
          },
  },
  {
    name: '`row_security` on, where tables have policies that bind the login',
    commands: 'every command',
    level: 'refuses',
    grant: 'ALTER ROLE LOGIN RESET row_security;',
    missing: ({ login, rowSecurity, hiddenTables }) =>
      rowSecurity || hiddenTables.length === 0
        ? undefined
        : {
            why: `${login} has row_security = off, and policies bind it on ${some(hiddenTables)}: the server refuses each statement that reads them.`,
            how: `ALTER ROLE ${identifier(login)} RESET row_security; or give it the right to see all rows: ALTER ROLE ${identifier(login)} BYPASSRLS;`,
          },
  },
  {
    name: '`USAGE` on the schemas',
    commands: 'every command',
    level: 'limits',
    grant: 'GRANT USAGE ON SCHEMA NAME TO LOGIN;',
    missing: ({ login, closedSchemas }) =>
      closedSchemas.length === 0
        ? undefined
        : {
            why: `${login} may not look into the schemas ${some(closedSchemas)}: statements that read them fail.`,
            how: `GRANT USAGE ON SCHEMA ${closedSchemas.join(', ')} TO ${identifier(login)}; GRANT SELECT ON ALL TABLES IN SCHEMA ${closedSchemas.join(', ')} TO ${identifier(login)};`,
          },
  },
  {
    name: '`SELECT` on the tables',
    commands: 'every command; `init` and `--estimates` for statistics too',
    level: 'limits',
    grant: 'GRANT SELECT ON ALL TABLES IN SCHEMA NAME TO LOGIN; or GRANT pg_read_all_data TO LOGIN;',
    missing: ({ login, closedTables }) =>
      closedTables.length === 0
        ? undefined
        : {
            why: `${login} may not read ${tables(closedTables.length)} (${some(closedTables)}): statements that read them fail.`,
            how: `GRANT SELECT ON ${closedTables.slice(0, 20).join(', ')} TO ${identifier(login)};`,
          },
  },
  {
    name: 'all rows: `BYPASSRLS`, or no policies that bind the login',
    commands: 'every command that draws values, `init`, `--estimates`',
    level: 'limits',
    grant: 'ALTER ROLE LOGIN BYPASSRLS;',
    missing: ({ login, hiddenTables, rowSecurity }) =>
      hiddenTables.length === 0 || !rowSecurity
        ? undefined
        : {
            why: `Row-level security hides rows of ${some(hiddenTables)} from ${login}: values are drawn, and statistics shown, from what it sees only.`,
            how: `ALTER ROLE ${identifier(login)} BYPASSRLS; and name the application's role in "roles" of olympus.yaml, or its login as "app" of the topology file.`,
          },
  },
  {
    name: '`pg_stat_statements` in the database',
    commands: '`init --from URL`; the server-side figures of every load',
    level: 'limits',
    grant: "CREATE EXTENSION pg_stat_statements; with shared_preload_libraries = 'pg_stat_statements'",
    missing: ({ hasStatStatements, database }) =>
      hasStatStatements
        ? undefined
        : {
            why: `${database} has no pg_stat_statements: \`init\` finds no statements in it, and no load says what the server spent its time on.`,
            how: 'As its owner: CREATE EXTENSION pg_stat_statements; the library stands in shared_preload_libraries, which takes a restart (providers: a parameter group).',
          },
  },
  {
    name: '`pg_read_all_stats`',
    commands: '`init --from URL`; the server-side figures of every load',
    level: 'limits',
    grant: 'GRANT pg_read_all_stats TO LOGIN;',
    missing: ({ login, readsAllStats }) =>
      readsAllStats
        ? undefined
        : {
            why: `${login} sees its own statements and sessions only (others are "<insufficient privilege>").`,
            how: `GRANT pg_read_all_stats TO ${identifier(login)};`,
          },
  },
  {
    name: '`pg_read_server_files`',
    commands: '`--estimates`: exact heights of indexes; without it they follow from sizes',
    level: 'asked',
    grant: 'GRANT pg_read_server_files TO LOGIN;',
    missing: ({ login, readsServerFiles }) =>
      readsServerFiles
        ? undefined
        : {
            why: `${login} may not read the first pages of indexes: --estimates takes their heights from their sizes, and a cost may differ by a little.`,
            how: `GRANT pg_read_server_files TO ${identifier(login)}; (providers give it to nobody)`,
          },
  },
  {
    name: '`CREATEDB`',
    commands: '`index`, `ab`, `rls`, plans of writes: copies beside the database',
    level: 'writes',
    grant: 'ALTER ROLE LOGIN CREATEDB;',
    missing: ({ login, createsDatabases }) =>
      createsDatabases
        ? undefined
        : {
            why: `${login} may not make a database beside this one, so no change can be tried on a copy with rows.`,
            how: `ALTER ROLE ${identifier(login)} CREATEDB; or ask the planner alone: --estimates`,
          },
  },
  {
    name: 'ownership of the database',
    commands: '`index`, `ab`, plans of writes: the database is the template of its copies',
    level: 'writes',
    grant: 'GRANT OWNER TO LOGIN;',
    missing: ({ login, ownsDatabase, superuser, database, databaseOwner }) =>
      ownsDatabase || superuser
        ? undefined
        : {
            why: `${database} belongs to ${databaseOwner}, so ${login} may not copy it.`,
            how: `GRANT ${identifier(databaseOwner)} TO ${identifier(login)};`,
          },
  },
  {
    name: '`SUPERUSER`',
    commands: '`migrate` and `seed` (the shop in an empty database of yours); never a project of yours',
    level: 'asked',
    grant: 'ALTER ROLE LOGIN SUPERUSER;',
    missing: ({ login, superuser }) =>
      superuser
        ? undefined
        : {
            why: `${login} cannot make the shop's schema, whose roles bypass row-level security; a schema of your own needs no superuser.`,
            how: `ALTER ROLE ${identifier(login)} SUPERUSER;`,
          },
  },
];

/** @param roles as which the logins are to act */
export async function readRights(session: Session, roles: readonly string[]): Promise<RightsFacts> {
  const text = await readFile(join(import.meta.dirname, 'rights.sql'), 'utf8');
  return (await session.query<RightsFacts>(text, [roles])).rows[0]!;
}

export interface MissingRight {
  readonly name: string;
  readonly level: RightLevel;
  readonly why: string;
  readonly how: string;
}

export const missingRights = (facts: RightsFacts): MissingRight[] =>
  rights.flatMap(({ name, level, missing }) => {
    const found = missing(facts);
    return found ? [{ name, level, ...found }] : [];
  });

const words: Readonly<Record<RightLevel, string>> = {
  refuses: 'the command ends with 2',
  limits: 'less is measured, and said',
  writes: 'said with `--allow-writes`; the part is skipped',
  asked: 'the command that needs it says so',
};

/** The table of docs/topology.md. */
export const rightsTable = (): string =>
  [
    '| right | for | without it | given by |',
    '|---|---|---|---|',
    '| `CONNECT` on the database | every command | the command ends with 4 | `GRANT CONNECT ON DATABASE DATABASE TO LOGIN;` |',
    ...rights.map(
      ({ name, commands, level, grant }) => `| ${name} | ${commands} | ${words[level]} | \`${grant}\` |`,
    ),
  ].join('\n');
