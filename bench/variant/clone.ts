import { setTimeout as wait } from 'node:timers/promises';
import { usage } from '../../config/fault.ts';
import { checkRoomForCopy } from '../../generators/load/room.ts';
import type { Endpoint } from '../../infra/topology/endpoint.ts';
import { identifier, ownBackends, type Session } from '../../infra/topology/session.ts';
import { makeOwnDatabase, type OwnDatabase } from '../own-database.ts';

/** A copy of a database, page for page. Disposing it drops it. */
export type DatabaseClone = OwnDatabase;

/** Milliseconds. Sessions that ended a moment ago, and those that our pooler lets go of, are gone within this. */
const patience = 5000;

/**
 * Copies `base` on the same server, with its settings; the copy is named by `stem` and the run that makes it. A template
 * may have no session: those of this very process are ended, and the topology's own pooler lets go of those that no
 * client uses; nobody else's is touched.
 * @throws Fault (component) when the disk has no room for it; (usage) when somebody is connected to the base, naming who.
 */
export const cloneDatabase = (primary: Endpoint, base: string, stem: string): Promise<DatabaseClone> =>
  makeOwnDatabase(primary, stem, async (control, name, create) => {
    await checkRoomForCopy(control, base);
    const { rows } = await control.query<{ version: string }>(
      `SELECT current_setting('server_version_num') AS version`,
    );
    const strategy = Number(rows[0]!.version) >= 150_000 ? 'STRATEGY file_copy' : '';
    await whenAlone(primary, control, base, () => create(`TEMPLATE ${identifier(base)} ${strategy}`));
    await copySettings(control, base, name);
    await copyAccess(control, base, name);
  });

const onBase = `
  FROM pg_stat_activity
 WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'`;
/** By the numbers that the server gave our sessions, not by a name that others may use too. */
const endOwn = `SELECT pg_terminate_backend(pid) ${onBase} AND pid = ANY ($2) AND application_name LIKE 'olympus%'`;

/** SQLSTATE object_in_use: the base has sessions. */
const inUse = '55006';

async function whenAlone(primary: Endpoint, control: Session, base: string, create: () => Promise<void>) {
  const end = performance.now() + patience;
  for (;;) {
    await primary.closePooled?.(base);
    await control.query(endOwn, [base, ownBackends(primary.url('admin'))]);
    const others = await sessionsOn(control, base);
    try {
      if (others.length === 0) return await create();
    } catch (error) {
      if ((error as { code?: string }).code !== inUse) throw error;
    }
    if (performance.now() > end) throw inTheWay(base, others);
    await wait(100);
  }
}

async function sessionsOn(control: Session, base: string): Promise<string[]> {
  const { rows } = await control.query<{ who: string }>(
    `SELECT format('%s (%s, pid %s)', usename, coalesce(nullif(application_name, ''), 'no application name'), pid) AS who
     ${onBase} ORDER BY backend_start`,
    [base],
  );
  return rows.map(({ who }) => who);
}

const inTheWay = (base: string, others: readonly string[]) =>
  usage(
    `${base} cannot be copied while others are connected: ${others.join(', ') || 'they come and go'}. None of them was ended.`,
    'End these sessions, then run it again; what a pooler of yours keeps it lets go of with RECONNECT on its console.',
  );

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
