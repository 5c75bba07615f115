import { connect } from '../../../infra/topology/session.ts';
import type { DrillCase, DrillSetting, FaultDrill } from '../drill.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** SIGKILL: to one back end, at which PostgreSQL ends all others and recovers; and to the postmaster itself. */
export const kill: FaultDrill = {
  name: 'kill',
  what: 'kill -9 of one back end, and of the postmaster',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [backEnd, postmaster],
};

const backEnd: DrillCase = {
  name: 'back end',
  needs: ['primary'],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  async inject({ topology, database, event }: DrillSetting) {
    await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-drill-watch');
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND query LIKE 'INSERT INTO olympus_drill.ledger%' LIMIT 1`,
    );
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('no back end of the load was found to kill');
    event(`killed back end ${pid}`);
    process.kill(pid, 'SIGKILL');
  },
  heal: async () => {}, // the postmaster does it
  healed: writesAndStreams,
};

const postmaster: DrillCase = {
  name: 'postmaster',
  needs: ['primary'],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  inject: async ({ control }) => control!.stop('primary', 'kill'),
  heal: async ({ control }) => control!.start('primary'),
  healed: writesAndStreams,
};
