import { usage } from '../../config/fault.ts';
import type { Session } from '../topology/session.ts';

/** What the user allowed to be done to a database that is theirs. */
export interface Permission {
  readonly allowWrites: boolean;
  /** The name of a database that carries no mark of ours and may become ours all the same. */
  readonly notOurs: string | undefined;
}

/** ours: it carries our ledger. empty: nobody made anything in it. foreign: somebody did. */
export type Mark = 'ours' | 'empty' | 'foreign';

const look = `
SELECT current_database() AS name,
       to_regclass('ops.schema_migrations') IS NOT NULL AS ours,
       EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
                 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')) AS filled`;

export async function markOf(session: Session): Promise<{ readonly name: string; readonly mark: Mark }> {
  const { rows } = await session.query<{ name: string; ours: boolean; filled: boolean }>(look);
  const { name, ours, filled } = rows[0]!;
  return { name, mark: ours ? 'ours' : filled ? 'foreign' : 'empty' };
}

/**
 * Lets a database that is the user's be migrated and seeded only if it is marked as ours, or if the user said so
 * twice: that writing is allowed, and by its name that this database is meant. One with anything of somebody else's
 * in it is never touched.
 * @returns false where it is ours, and only to be read
 * @throws Fault (usage)
 */
export async function mayWrite(session: Session, { allowWrites, notOurs }: Permission): Promise<boolean> {
  const { name, mark } = await markOf(session);
  if (mark === 'ours') return allowWrites;
  if (!allowWrites)
    throw usage(
      `The database "${name}" is yours, and it ${mark === 'empty' ? 'is empty' : 'holds something that is not ours'}: there is nothing to measure in it, and without your word nothing is written to it.`,
      mark === 'foreign'
        ? another
        : `To have it migrated and filled: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  if (mark === 'foreign')
    throw usage(
      `The database "${name}" is not empty and carries no mark of ours (ops.schema_migrations). Nothing was changed.`,
      another,
    );
  if (mark === 'empty' && notOurs !== name)
    throw usage(
      `The database "${name}" carries no mark of ours (ops.schema_migrations)${notOurs === undefined ? '' : `, and "${notOurs}" is another name`}. Nothing was changed.`,
      `If it may become ours, name it: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  return true;
}

const another = 'Name an empty database of its own: CREATE DATABASE olympus.';
