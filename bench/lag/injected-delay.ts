import type { Session } from '../../infra/topology/session.ts';

/**
 * The replay delay that a calibration injects, in milliseconds. Nobody sets 257 by hand: found in
 * postgresql.auto.conf it is what a calibration that was killed has left behind.
 */
export const injectedMs = 257;

/** Why a delay may not be injected on this replica, or undefined if it may. Removes what a killed run left behind. */
export async function refusesDelay(admin: Session): Promise<string | undefined> {
  const { rows } = await admin.query<{ setting: string; file: string | null; paused: string }>(
    `SELECT setting, sourcefile AS file, pg_get_wal_replay_pause_state() AS paused
     FROM pg_settings WHERE name = 'recovery_min_apply_delay'`,
  );
  const { setting, file, paused } = rows[0]!;
  if (paused !== 'not paused') return `its replay is ${paused}`;
  if (Number(setting) === injectedMs && file?.endsWith('/postgresql.auto.conf')) {
    await reset(admin);
    return undefined;
  }
  return setting === '0' ? undefined : `it is delayed on purpose (recovery_min_apply_delay = ${setting} ms)`;
}

/** Delays replay by `injectedMs` after each commit's time stamp; disposing it takes the delay away again. */
export async function injectDelay(admin: Session): Promise<AsyncDisposable> {
  await admin.query(`ALTER SYSTEM SET recovery_min_apply_delay = ${injectedMs}`);
  await admin.query('SELECT pg_reload_conf()');
  return { [Symbol.asyncDispose]: () => reset(admin) };
}

/** Waits until the server has read its settings again, so that what follows finds it as it was. */
async function reset(admin: Session): Promise<void> {
  await admin.query('ALTER SYSTEM RESET recovery_min_apply_delay');
  await admin.query('SELECT pg_reload_conf()');
  for (let look = 0; look < 100; look++) {
    const { rows } = await admin.query<{ delay: string }>(
      `SELECT setting AS delay FROM pg_settings WHERE name = 'recovery_min_apply_delay'`,
    );
    if (rows[0]!.delay !== String(injectedMs)) return;
    await admin.query('SELECT pg_sleep(0.01)');
  }
}
