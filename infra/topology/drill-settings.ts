import type { EndpointName } from '../endpoints/endpoints.ts';

/** What a drill sets by ALTER SYSTEM: its value, as pg_settings shows it, is one that nobody sets by hand there. */
export interface DrillSettingOf {
  readonly part: EndpointName;
  readonly name: string;
  readonly value: string;
}

/** replica2 is there for long reads, and has it on. */
export const feedbackOff: DrillSettingOf = { part: 'replica2', name: 'hot_standby_feedback', value: 'off' };
/** MB; about the least that there may be: two WAL segments. */
export const smallWal: DrillSettingOf = { part: 'primary', name: 'max_wal_size', value: '35' };
/** s; about the least that there may be. */
export const shortTimeout: DrillSettingOf = { part: 'primary', name: 'checkpoint_timeout', value: '31' };

/** A drill that was killed may have left them: the repair takes them back. */
export const drillSettings: readonly DrillSettingOf[] = [feedbackOff, smallWal, shortTimeout];
