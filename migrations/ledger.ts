import { isOurs, ledgerComment, type MarkedDatabase, markOf } from '../infra/topology/database-mark.ts';
import { type Session, transaction } from '../infra/topology/session.ts';
import { notOurs, requireSuperuser } from '../infra/topology/shop-schema.ts';
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
 * @param shop the shop's schema follows, which only a superuser can make
 * @throws Fault (usage) when it is neither ours nor empty: it is never touched.
 */
export async function claim(session: Session, { shop }: { readonly shop: boolean }): Promise<void> {
  const { name, mark } = await refuseForeign(session);
  const marked = mark === 'ours';
  // a mark alone is no schema: the first migration makes the roles
  if (shop && (!marked || (await readLedger(session)).length === 0)) await requireSuperuser(session, name);
  if (marked) return;
  await transaction(session, () => session.query(createLedger));
}

/**
 * The mark of a database that is ours or empty.
 * @throws Fault (usage) for one that is neither: what would be said of its migrations would be said of another tool's.
 */
export async function refuseForeign(session: Session): Promise<MarkedDatabase> {
  const found = await markOf(session);
  if (found.mark === 'foreign') throw notOurs(found);
  return found;
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
