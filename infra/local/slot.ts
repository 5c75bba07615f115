import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import type { Session } from '../topology/session.ts';

/** Drops a replica's slot on the primary, if it is there; a sender that has not noticed its replica's end is ended. */
export async function dropSlot(primary: Session, name: string): Promise<void> {
  const end = performance.now() + seconds(10);
  for (;;) {
    const { rows } = await primary.query<{ active_pid: number | null }>(
      'SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1',
      [name],
    );
    if (!rows[0]) return;
    if (rows[0].active_pid === null) {
      await primary.query('SELECT pg_drop_replication_slot($1)', [name]);
      return;
    }
    if (performance.now() > end)
      throw missing(
        `The slot ${name} of the primary stays in use.`,
        'Is its replica still running? `./olympus down` stops it.',
      );
    await primary.query('SELECT pg_terminate_backend($1)', [rows[0].active_pid]);
    await sleep(20);
  }
}

/** Why a replica cannot follow, as the primary's slots tell it; undefined when its slot is whole. */
export async function slotTrouble(primary: Session, name: string): Promise<string | undefined> {
  const { rows } = await primary.query<{ lost: boolean; limit: string }>(
    `SELECT wal_status = 'lost' AS lost, current_setting('max_slot_wal_keep_size') AS limit
     FROM pg_replication_slots WHERE slot_name = $1`,
    [name],
  );
  if (rows[0] && !rows[0].lost) return undefined;
  const why = rows[0]
    ? `the primary has given up its slot, which kept more than ${rows[0].limit} of WAL (max_slot_wal_keep_size)`
    : 'the primary has no slot for it';
  return `it cannot follow: ${why}. Make it anew: ./olympus up --rebuild ${name}`;
}
