import { type Fault, usage } from '../../config/fault.ts';
import type { MarkedDatabase } from './database-mark.ts';
import { identifier, type Session } from './session.ts';

/** A database with anything of somebody else's in it is never migrated or filled, by whichever command. */
export const notOurs = ({ name, holds }: MarkedDatabase): Fault =>
  usage(
    `The database "${name}" is not empty (it has ${holds}) and carries no mark of ours: ops.schema_migrations with our columns and comment. Nothing was changed.`,
    anotherOrItself,
  );

/** What can be done where a database is not the shop's. */
export const anotherOrItself =
  'Name an empty database of its own: CREATE DATABASE olympus. To measure this one as it is, read only: ./olympus init mine --from env:MY_DB (docs/own-database.md).';

/**
 * The shop's schema has roles that bypass row-level security, and locks the server's list of roles while it makes them.
 * @throws Fault (usage) where the login is no superuser
 */
export async function requireSuperuser(session: Session, database: string): Promise<void> {
  const { rows } = await session.query<{ login: string; superuser: boolean }>(
    'SELECT rolname AS login, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  const { login, superuser } = rows[0]!;
  if (!superuser)
    throw usage(
      `${login} is no superuser, and the shop's schema makes roles with BYPASSRLS, which only one may: it was not made in "${database}". Nothing was changed.`,
      `Connect as a superuser, or: ALTER ROLE ${identifier(login)} SUPERUSER; where a provider gives none, measure a schema of your own: ./olympus init mine --from env:MY_DB (docs/own-database.md).`,
    );
}
