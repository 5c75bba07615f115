import { connect } from '../../infra/topology/session.ts';
import type { DrillSetting, Healed } from './drill.ts';
import { until } from './until.ts';

/** Whether the primary is one, its ledger takes a write, and every replica streams from it; `healed` of most cases. */
export async function writesAndStreams({ topology, database, signal }: DrillSetting): Promise<Healed> {
  const replicas = (['replica1', 'replica2'] as const).filter((name) => topology.find(name));
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-drill');
  const { rows } = await admin.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  if (rows[0]!.standby) return { ok: false, how: 'the primary is a standby' };
  await admin.query('CREATE TEMPORARY TABLE olympus_drill_write (written boolean)');
  let streaming: string[] = [];
  await until(
    async () => {
      const { rows: names } = await admin.query<{ name: string }>(
        "SELECT application_name AS name FROM pg_stat_replication WHERE state = 'streaming'",
      );
      streaming = names.map(({ name }) => name);
      return replicas.every((name) => streaming.includes(name));
    },
    30_000,
    signal,
  );
  const away = replicas.filter((name) => !streaming.includes(name));
  return away.length === 0
    ? {
        ok: true,
        how: `the primary takes writes${replicas.length > 0 ? `, and ${replicas.join(' and ')} stream${replicas.length === 1 ? 's' : ''} from it` : ''}`,
      }
    : { ok: false, how: `${away.join(' and ')} did not stream from the primary within 30 s` };
}
