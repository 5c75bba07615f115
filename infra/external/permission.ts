import { usage } from '../../config/fault.ts';
import { markOf } from '../topology/database-mark.ts';
import type { Session } from '../topology/session.ts';
import { anotherOrItself, notOurs as foreign, requireSuperuser } from '../topology/shop-schema.ts';

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
        ? anotherOrItself
        : `To have it migrated and filled: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  if (mark === 'foreign') throw foreign({ name, mark, holds });
  if (mark === 'empty' && notOurs !== name)
    throw usage(
      `The database "${name}" carries no mark of ours (ops.schema_migrations)${notOurs === undefined ? '' : `, and "${notOurs}" is another name`}. Nothing was changed.`,
      `If it may become ours, name it: --allow-writes --i-know-it-is-not-ours ${name}`,
    );
  if (mark === 'empty') await requireSuperuser(session, name);
  return true;
}
