import { missing, usage } from '../config/fault.ts';
import { identifier, type Session } from '../infra/topology/session.ts';

/** How we know a database again as one of ours, which may be dropped: its comment. */
const mark = 'Made by Olympus Bench for a measurement; it may be dropped.';
const marks = [mark, 'A copy made by Olympus Bench for a comparison; it may be dropped.'];

/**
 * Makes way for a database of this name: what a killed run of ours left under it is dropped.
 * @throws Fault (usage) when the name is taken by a database that does not carry our mark.
 */
export async function dropLeftover(control: Session, name: string): Promise<void> {
  const { rows } = await control.query<{ note: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1`,
    [name],
  );
  if (rows.length === 0) return;
  if (!marks.includes(rows[0]!.note ?? ''))
    throw usage(
      `There is a database ${name} that we did not make; one of ours is needed under that name.`,
      'Rename it, or name the database that is measured differently.',
    );
  await dropDatabase(control, name);
}

/** With the sessions that are left on it. */
export const dropDatabase = (control: Session, name: string): Promise<unknown> =>
  control.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);

/**
 * CREATE DATABASE with our mark on it.
 * @param options what follows the name
 * @throws Fault (component) when the login may not make databases.
 */
export async function createDatabase(control: Session, name: string, options: string): Promise<void> {
  try {
    await control.query(`CREATE DATABASE ${identifier(name)} ${options}`);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw missing(
      `A database ${name} is needed beside the measured one, and this login may not make it: ${(error as Error).message}`,
      'Let it: ALTER ROLE its_name CREATEDB. Or leave this part out with --only.',
      error,
    );
  }
  try {
    await control.query(`COMMENT ON DATABASE ${identifier(name)} IS '${mark}'`);
  } catch (error) {
    await dropDatabase(control, name);
    throw error;
  }
}

/** An empty one, whatever the server's default encoding is. */
export const createEmptyDatabase = (control: Session, name: string): Promise<void> =>
  createDatabase(control, name, `TEMPLATE template0 ENCODING 'UTF8'`);
