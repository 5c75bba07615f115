import { setTimeout as sleep } from 'node:timers/promises';
import { missing } from '../../config/fault.ts';
import { seconds } from '../../config/units.ts';
import type { Session } from '../topology/session.ts';

const inUse = '55006'; // object_in_use

/** Drops a replica's slot on the primary, if it is there; a sender that has not noticed its replica's end is ended. */
export async function dropSlot(primary: Session, name: string): Promise<void> {
  const end = performance.now() + seconds(60);
  for (;;) {
    try {
      await primary.query(
        'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
        [name],
      );
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== inUse) throw error;
      if (performance.now() > end)
        throw missing(
          `The slot ${name} of the primary stays in use.`,
          'Is its replica still running? `./olympus down` stops it.',
        );
    }
    await primary.query(
      'SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1 AND active',
      [name],
    );
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
