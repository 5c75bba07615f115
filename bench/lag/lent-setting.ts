import type { Session } from '../../infra/topology/session.ts';

/**
 * A setting of a server of ours that a measure changes by ALTER SYSTEM and takes back. Its value is one that nobody
 * sets by hand: found in postgresql.auto.conf it is what a measure that was killed has left behind.
 */
export interface LentSetting {
  readonly name: string;
  /** As pg_settings shows it, in the setting's own unit. */
  readonly value: string;
}

interface InForce {
  readonly setting: string;
  readonly altered: boolean;
}

async function inForce(admin: Session, name: string): Promise<InForce> {
  const { rows } = await admin.query<{ setting: string; altered: boolean }>(
    `SELECT setting, coalesce(sourcefile LIKE '%/postgresql.auto.conf', false) AS altered
     FROM pg_settings WHERE name = $1`,
    [name],
  );
  return rows[0]!;
}

/**
 * Takes back what a killed run left, then tells the setting as it is for everybody, and whether somebody else has set
 * it by ALTER SYSTEM: that would be lost, so it may not be lent.
 */
export async function beforeLending(admin: Session, lent: LentSetting): Promise<InForce> {
  const found = await inForce(admin, lent.name);
  if (!found.altered || found.setting !== lent.value) return found;
  await takeBack(admin, lent);
  return inForce(admin, lent.name);
}

/** Disposing it resets the setting and waits until the server has read it. A commit it waits for is never ours. */
export async function lend(admin: Session, lent: LentSetting): Promise<AsyncDisposable> {
  await admin.query(`ALTER SYSTEM SET ${lent.name} = '${lent.value.replaceAll("'", "''")}'`);
  await admin.query('SELECT pg_reload_conf()');
  return { [Symbol.asyncDispose]: () => takeBack(admin, lent) };
}

async function takeBack(admin: Session, { name, value }: LentSetting): Promise<void> {
  await admin.query(`ALTER SYSTEM RESET ${name}`);
  await admin.query('SELECT pg_reload_conf()');
  for (let look = 0; look < 100; look++) {
    if ((await inForce(admin, name)).setting !== value) return;
    await admin.query('SELECT pg_sleep(0.01)');
  }
}
