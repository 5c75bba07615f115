import { usage } from '../config/fault.ts';
import { isOurs, ledgerComment, markOf } from '../infra/topology/database-mark.ts';
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
  COMMENT ON TABLE ops.schema_migrations IS '${ledgerComment}';`;

/**
 * Marks an empty database as ours.
 * @throws Fault (usage) when it is neither ours nor empty: it is never touched.
 */
export async function claim(session: Session): Promise<void> {
  const { name, mark, holds } = await markOf(session);
  if (mark === 'ours') return;
  if (mark === 'foreign')
    throw usage(
      `The database "${name}" is not empty (it has ${holds}) and is not ours: it has no ops.schema_migrations with our columns and comment. Nothing was changed.`,
      'Name an empty database: CREATE DATABASE olympus.',
    );
  await transaction(session, () => session.query(createLedger));
}

/** What is applied, in order; nothing where there is no ledger. */
export async function readLedger(session: Session): Promise<Applied[]> {
  if (!(await isOurs(session))) return [];
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
