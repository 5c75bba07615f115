import { usage } from '../config/fault.ts';
import { type Session, transaction } from '../infra/topology/session.ts';
import type { Migration } from './directory.ts';

/** A row of ops.schema_migrations. */
export interface Applied {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly applied_at: Date;
  readonly execution_ms: number;
}

// The ledger is the mark by which a database is known as ours, so it exists before the first migration.
const createLedger = `
  CREATE SCHEMA ops;
  CREATE TABLE ops.schema_migrations (
    version      integer PRIMARY KEY,
    name         text NOT NULL,
    checksum     text NOT NULL,
    applied_at   timestamptz NOT NULL DEFAULT now(),
    execution_ms integer NOT NULL
  );
  COMMENT ON TABLE ops.schema_migrations IS 'Olympus Bench: migrations applied to this database';`;

const findLedger = `
  SELECT to_regclass('ops.schema_migrations') IS NOT NULL AS ours`;

// What somebody made here: relations and routines that belong to no extension, and schemas beside public.
const findForeign = `
  SELECT * FROM (
    SELECT format('%I.%I', n.nspname, c.relname) AS name, c.oid, 'pg_class'::regclass AS class
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    SELECT format('%I.%I()', n.nspname, p.proname), p.oid, 'pg_proc'::regclass
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    UNION ALL
    SELECT format('schema %I', nspname), oid, 'pg_namespace'::regclass FROM pg_namespace WHERE nspname <> 'public'
  ) object
  WHERE oid >= 16384
    AND name !~ '^(schema )?pg_(toast|temp|toast_temp)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = object.class AND d.objid = object.oid AND d.deptype IN ('e', 'i'))
  ORDER BY oid LIMIT 1`;

export async function hasLedger(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ ours: boolean }>(findLedger);
  return rows[0]!.ours;
}

/**
 * Marks an empty database as ours.
 * @throws Fault (usage) when it is neither ours nor empty: it is never touched.
 */
export async function claim(session: Session): Promise<void> {
  if (await hasLedger(session)) return;
  const { rows } = await session.query<{ name: string }>(findForeign);
  if (rows[0]) {
    const { rows: here } = await session.query<{ name: string }>('SELECT current_database() AS name');
    throw usage(
      `The database "${here[0]!.name}" is not empty (it has ${rows[0].name}) and is not ours: it has no ops.schema_migrations. Nothing was changed.`,
      'Name an empty database: CREATE DATABASE olympus.',
    );
  }
  await transaction(session, () => session.query(createLedger));
}

/** What is applied, in order; nothing where there is no ledger. */
export async function readLedger(session: Session): Promise<Applied[]> {
  if (!(await hasLedger(session))) return [];
  const { rows } = await session.query<Applied>(
    'SELECT version, name, checksum, applied_at, execution_ms FROM ops.schema_migrations ORDER BY version',
  );
  return rows;
}

export const record = (session: Session, { version, name, checksum }: Migration, ms: number) =>
  session.query(
    'INSERT INTO ops.schema_migrations (version, name, checksum, execution_ms) VALUES ($1, $2, $3, $4)',
    [version, name, checksum, Math.round(ms)],
  );

export const strike = (session: Session, { version }: Migration) =>
  session.query('DELETE FROM ops.schema_migrations WHERE version = $1', [version]);
