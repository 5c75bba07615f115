import type { Session } from './session.ts';

/** The comment of ops.schema_migrations, by which a database is known as ours, with its columns. */
export const ledgerComment = 'Olympus Bench: migrations applied to this database';

/** Name and type of each column, in order. A table of this name with other columns is another tool's. */
const ledgerColumns = [
  'version integer',
  'name text',
  'checksum text',
  'applied_at timestamp with time zone',
  'execution_ms integer',
];

/** ours: it carries our ledger. empty: nobody made anything in it. foreign: somebody did. */
export type Mark = 'ours' | 'empty' | 'foreign';

export interface MarkedDatabase {
  readonly name: string;
  readonly mark: Mark;
  /** Something in it that is not ours; null in an empty database and in one of ours. */
  readonly holds: string | null;
}

const findLedger = `
SELECT c.relkind = 'r'
       AND obj_description(c.oid, 'pg_class') IS NOT DISTINCT FROM $1
       AND (SELECT array_agg(format('%s %s', attname, format_type(atttypid, atttypmod)) ORDER BY attnum)
            FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) = $2::text[] AS ours
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'ops' AND c.relname = 'schema_migrations'`;

// What somebody made: every kind of object that a database holds, without those of the system and of extensions.
const findForeign = `
SELECT name FROM (
  SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid, 'pg_class'::regclass AS class
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT format('%I.%I()', n.nspname, p.proname), p.oid, 'pg_proc'::regclass
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL
  SELECT format('type %I.%I', n.nspname, t.typname), t.oid, 'pg_type'::regclass
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT format('schema %I', nspname), oid, 'pg_namespace'::regclass
    FROM pg_namespace WHERE nspname <> 'public' AND nspname !~ '^pg_(toast|temp)'
  UNION ALL
  SELECT format('large object %s', oid), oid, 'pg_largeobject'::regclass FROM pg_largeobject_metadata
  UNION ALL SELECT format('operator %s', oprname), oid, 'pg_operator'::regclass FROM pg_operator
  UNION ALL SELECT format('cast %s', oid), oid, 'pg_cast'::regclass FROM pg_cast
  UNION ALL SELECT format('collation %I', collname), oid, 'pg_collation'::regclass FROM pg_collation
  UNION ALL SELECT format('text search configuration %I', cfgname), oid, 'pg_ts_config'::regclass FROM pg_ts_config
  UNION ALL SELECT format('text search dictionary %I', dictname), oid, 'pg_ts_dict'::regclass FROM pg_ts_dict
  UNION ALL SELECT format('foreign-data wrapper %I', fdwname), oid, 'pg_foreign_data_wrapper'::regclass FROM pg_foreign_data_wrapper
  UNION ALL SELECT format('foreign server %I', srvname), oid, 'pg_foreign_server'::regclass FROM pg_foreign_server
  UNION ALL SELECT format('publication %I', pubname), oid, 'pg_publication'::regclass FROM pg_publication
  UNION ALL SELECT format('event trigger %I', evtname), oid, 'pg_event_trigger'::regclass FROM pg_event_trigger
) object
WHERE (oid >= 16384 OR class = 'pg_largeobject'::regclass)
  AND NOT EXISTS (SELECT FROM pg_depend d
                  WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype IN ('e', 'i'))
ORDER BY oid LIMIT 1`;

/** Whether the database carries our ledger: the table of our name, with our columns and our comment. */
export async function isOurs(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ ours: boolean }>(findLedger, [ledgerComment, ledgerColumns]);
  return rows[0]?.ours === true;
}

export async function markOf(session: Session): Promise<MarkedDatabase> {
  const { rows: here } = await session.query<{ name: string }>('SELECT current_database() AS name');
  const { name } = here[0]!;
  if (await isOurs(session)) return { name, mark: 'ours', holds: null };
  const { rows } = await session.query<{ name: string }>(findForeign);
  return rows[0] ? { name, mark: 'foreign', holds: rows[0].name } : { name, mark: 'empty', holds: null };
}
