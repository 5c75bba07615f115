import type { Session } from '../../infra/topology/session.ts';

/**
 * A setting of one of our servers that a measure overrides by ALTER SYSTEM and restores. Its value is one that nobody
 * sets by hand: found in postgresql.auto.conf it is what a measure that was killed has left behind.
 */
export interface TemporarySetting {
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
 * Restores what a killed run left, then returns the setting as it is for everybody, and whether somebody else has set
 * it by ALTER SYSTEM: that would be lost, so it may not be overridden.
 */
export async function settingInForce(admin: Session, setting: TemporarySetting): Promise<InForce> {
  const found = await inForce(admin, setting.name);
  if (!found.altered || found.setting !== setting.value) return found;
  await restore(admin, setting);
  return inForce(admin, setting.name);
}

/** Disposing it resets the setting and waits until the server has read it. A commit it waits for is never ours. */
export async function override(admin: Session, setting: TemporarySetting): Promise<AsyncDisposable> {
  await admin.query(`ALTER SYSTEM SET ${setting.name} = '${setting.value.replaceAll("'", "''")}'`);
  await admin.query('SELECT pg_reload_conf()');
  return { [Symbol.asyncDispose]: () => restore(admin, setting) };
}

async function restore(admin: Session, { name, value }: TemporarySetting): Promise<void> {
  await admin.query(`ALTER SYSTEM RESET ${name}`);
  await admin.query('SELECT pg_reload_conf()');
  for (let look = 0; look < 100; look++) {
    if ((await inForce(admin, name)).setting !== value) return;
    await admin.query('SELECT pg_sleep(0.01)');
  }
}
