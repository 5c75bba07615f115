import { setTimeout as wait } from 'node:timers/promises';
import { missing, usage } from '../../config/fault.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { type Connection, connect, identifier, type Session } from '../../infra/topology/session.ts';
import { createDatabase, dropDatabase, dropLeftover } from '../own-database.ts';

/** A copy of a database, page for page. Disposing it drops it. */
export interface DatabaseClone extends AsyncDisposable {
  readonly database: string;
}

/** CREATE DATABASE itself waits five seconds for sessions to end. */
const attempts = 3;

/**
 * Copies `base` to `name` on the same server, with its settings. Sessions of ours on the base are ended first (a
 * template may have none): those that call themselves olympus-..., and nameless ones of our login roles, which the
 * pooler keeps and opens again. A copy that an earlier run left behind under this name is replaced.
 * @throws Fault (usage) when somebody else is connected to the base, or the name is taken by another database.
 */
export async function cloneDatabase(primary: Endpoint, base: string, name: string): Promise<DatabaseClone> {
  await using control = await connect(primary.url('admin', 'postgres'), 'olympus-clone');
  await dropLeftover(control, name);
  const version = Number(
    (await control.query<{ v: string }>(`SELECT current_setting('server_version_num') AS v`)).rows[0]!.v,
  );
  const strategy = version >= 150_000 ? ' STRATEGY file_copy' : '';
  await whileSessionsEnd(control, base, () =>
    createDatabase(control, name, `TEMPLATE ${identifier(base)}${strategy}`),
  );
  try {
    await copySettings(control, base, name);
    await copyAccess(control, base, name);
  } catch (error) {
    await dropDatabase(control, name);
    throw error;
  }
  return {
    database: name,
    async [Symbol.asyncDispose]() {
      await using last = await connect(primary.url('admin', 'postgres'), 'olympus-clone');
      await dropDatabase(last, name);
    },
  };
}

/** SQLSTATE object_in_use: the base has sessions. */
const inUse = '55006';

async function whileSessionsEnd(control: Connection, base: string, create: () => Promise<unknown>) {
  for (let attempt = 1; ; attempt++) {
    await control.query(endOurs, [base]);
    await refuseStrangers(control, base);
    try {
      await create();
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== inUse) throw error;
      if (attempt === attempts)
        throw missing(
          `${base} cannot be copied: new sessions of ours keep coming.`,
          'Stop the load on it.',
          error,
        );
      await wait(100);
    }
  }
}

const ours = `(application_name LIKE 'olympus%' OR application_name ILIKE 'pgbouncer%' OR (usename LIKE 'olympus%' AND application_name = ''))`;
const onBase = `FROM pg_stat_activity
  WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
const endOurs = `SELECT pg_terminate_backend(pid) ${onBase} AND ${ours}`;

async function refuseStrangers(control: Session, base: string): Promise<void> {
  const { rows } = await control.query<{ who: string }>(
    `SELECT format('%s (%s, pid %s)', usename, application_name, pid) AS who ${onBase} AND NOT ${ours}`,
    [base],
  );
  if (rows.length > 0)
    throw usage(
      `${base} cannot be copied while others are connected: ${rows.map(({ who }) => who).join(', ')}.`,
      'End these sessions.',
    );
}

/** Settings that are lists of names and must not be quoted as one (pg_dump's variable_is_guc_list_quote). */
const lists = `'{local_preload_libraries,search_path,session_preload_libraries,shared_preload_libraries,temp_tablespaces}'`;

/** ALTER DATABASE .. SET of the base and its roles' settings in it: a template does not hand them on. */
async function copySettings(control: Session, base: string, name: string): Promise<void> {
  const { rows } = await control.query<{ sql: string }>(
    `SELECT format('ALTER %s SET %I TO %s',
                   CASE setrole WHEN 0 THEN format('DATABASE %I', $2::text)
                                ELSE format('ROLE %s IN DATABASE %I', setrole::regrole, $2::text) END,
                   key, CASE WHEN key = ANY (${lists}::text[]) THEN value ELSE quote_literal(value) END) AS sql
     FROM pg_db_role_setting, unnest(setconfig) AS setting,
          LATERAL (SELECT split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)) AS parts (key, value)
     WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = $1)`,
    [base, name],
  );
  for (const { sql } of rows) await control.query(sql);
}

/** Who may connect, make schemas and temporary tables: a template does not hand that on either, and its default is wider. */
async function copyAccess(control: Session, base: string, name: string): Promise<void> {
  const { rows } = await control.query<{ sql: string }>(
    `SELECT format('GRANT %s ON DATABASE %I TO %s%s', acl.privilege_type, $2::text,
                   CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END,
                   CASE WHEN acl.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS sql
     FROM pg_database AS d, LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) AS acl
     WHERE d.datname = $1`,
    [base, name],
  );
  await control.query(`REVOKE ALL ON DATABASE ${identifier(name)} FROM PUBLIC`);
  for (const { sql } of rows) await control.query(sql);
}
