import { usage } from '../../config/fault.ts';
import { markOf } from '../topology/database-mark.ts';
import { identifier, type Session } from '../topology/session.ts';

/** What the user allowed to be done to a database that is theirs. */
export interface Permission {
  readonly allowWrites: boolean;
  /** A load may search for the most that a server of theirs can do. */
  readonly allowLoad?: boolean;
  /** The name of a database that carries no mark of ours and may become ours all the same. */
  readonly notOurs: string | undefined;
}

/**
 * Lets a database that is the user's be migrated and seeded only if it is marked as ours, or if the user said so
 * twice: that writing is allowed, and by its name that this database is meant. One with anything of somebody else's
 * in it is never touched.
 * @returns false where it is ours, and only to be read
 * @throws Fault (usage)
 */
export async function mayWrite(session: Session, { allowWrites, notOurs }: Permission): Promise<boolean> {
  const { name, mark, holds } = await markOf(session);
  if (mark === 'ours') return allowWrites;
  if (!allowWrites)
    throw usage(
      `The database "${name}" is yours, and it ${mark === 'empty' ? 'is empty' : `holds something that is not ours (${holds})`}: there is nothing to measure in it, and nothing is written to it unless you allow it.`,
      mark === 'foreign'
        ? another
        : `To have it migrated and filled: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  if (mark === 'foreign')
    throw usage(
      `The database "${name}" is not empty (it has ${holds}) and carries no mark of ours: ops.schema_migrations with our columns and comment. Nothing was changed.`,
      another,
    );
  if (mark === 'empty' && notOurs !== name)
    throw usage(
      `The database "${name}" carries no mark of ours (ops.schema_migrations)${notOurs === undefined ? '' : `, and "${notOurs}" is another name`}. Nothing was changed.`,
      `If it may become ours, name it: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  if (mark === 'empty') await requireSuperuser(session, name);
  return true;
}

/** Our schema has roles that bypass row-level security, and locks the server's list of roles while it makes them. */
async function requireSuperuser(session: Session, database: string): Promise<void> {
  const { rows } = await session.query<{ login: string; superuser: boolean }>(
    'SELECT rolname AS login, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  const { login, superuser } = rows[0]!;
  if (!superuser)
    throw usage(
      `${login} is no superuser, and the shop's schema makes roles with BYPASSRLS, which only one may: it was not made in "${database}". Nothing was changed.`,
      `Name a superuser's connection as url of primary, or: ALTER ROLE ${identifier(login)} SUPERUSER; where a provider gives none, measure a schema of your own: ./olympus init mine --from env:MY_DB (docs/own-database.md).`,
    );
}

const another = 'Name an empty database of its own: CREATE DATABASE olympus.';
