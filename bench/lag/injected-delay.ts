import type { Session } from '../../infra/topology/session.ts';
import { override, settingInForce, type TemporarySetting } from './temporary-setting.ts';

/** The replay delay that a calibration injects, in milliseconds. */
export const injectedMs = 257;
const delay: TemporarySetting = { name: 'recovery_min_apply_delay', value: String(injectedMs) };

/** Why a delay may not be injected on this replica, or undefined if it may. Removes what a killed run left behind. */
export async function refusesDelay(admin: Session): Promise<string | undefined> {
  const { rows } = await admin.query<{ paused: string }>('SELECT pg_get_wal_replay_pause_state() AS paused');
  const { paused } = rows[0]!;
  if (paused !== 'not paused') return `its replay is ${paused}`;
  const { setting } = await settingInForce(admin, delay);
  return setting === '0' ? undefined : `it is delayed on purpose (${delay.name} = ${setting} ms)`;
}

/** Delays replay by `injectedMs` after each commit's time stamp; disposing it takes the delay away again. */
export const injectDelay = (admin: Session): Promise<AsyncDisposable> => override(admin, delay);
