import { connect } from '../../../infra/topology/session.ts';
import type { DrillCase, DrillSetting, FaultDrill } from '../drill.ts';
import { until } from '../until.ts';
import { writesAndStreams } from '../writes-and-streams.ts';

/** SIGKILL: to one back end, at which PostgreSQL ends all others and recovers; and to the postmaster itself. */
export const kill: FaultDrill = {
  name: 'kill',
  what: 'ends every session of the load; kill -9 of one back end, and of the postmaster',
  wants: ['pooler', 'replica1', 'replica2'],
  inAll: true,
  cases: () => [sessions, backEnd, postmaster],
};

/** ms */
const findWithin = 5000;
/** By its login: through a pooler the last statement of a session is the pooler's own. One at work is the best. */
const backEndOfTheLoad = `
  SELECT pid FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND datname = current_database() AND usename = $1
  ORDER BY (state = 'active') DESC, query_start DESC LIMIT 1`;

export const backEnd: DrillCase = {
  name: 'back end',
  needs: ['primary'],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  async inject({ topology, database, event, signal }: DrillSetting) {
    const primary = topology.get('primary');
    await using admin = await connect(primary.url('admin', database), 'olympus-drill-watch');
    let pid: number | undefined;
    await until(
      async () => {
        const { rows } = await admin.query<{ pid: number }>(backEndOfTheLoad, [
          decodeURIComponent(new URL(primary.url('app', database)).username),
        ]);
        pid = rows[0]?.pid;
        return pid !== undefined;
      },
      findWithin,
      signal,
    );
    if (pid === undefined) throw new Error('no back end of the load was found to kill');
    event(`killed back end ${pid}`);
    process.kill(pid, 'SIGKILL');
  },
  heal: async () => {}, // the postmaster does it
  healed: writesAndStreams,
};

/** An administrator's way, which a server of the user's can bear too: nothing but these sessions ends. */
export const sessions: DrillCase = {
  name: 'sessions',
  needs: ['primary'],
  stopsServers: false,
  judged: 'writes',
  promise: 'no-loss',
  async inject({ topology, database, event }) {
    const primary = topology.get('primary');
    await using admin = await connect(primary.url('admin', database), 'olympus-drill-watch');
    const { rows } = await admin.query<{ ended: string }>(
      `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) AS ended FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND datname = current_database() AND usename = $1
         AND ($2 OR application_name LIKE 'olympus-drill%') AND pid <> pg_backend_pid()`,
      // a pooler's reset takes the name away; on a server of the user's the name is needed all the same
      [decodeURIComponent(new URL(primary.url('app', database)).username), primary.provider !== 'external'],
    );
    if (rows[0]!.ended === '0') throw new Error('no session of the load was found to end');
    event(`ended ${rows[0]!.ended} sessions`);
  },
  heal: async () => {},
  healed: writesAndStreams,
};

export const postmaster: DrillCase = {
  name: 'postmaster',
  needs: ['primary'],
  stopsServers: true,
  judged: 'writes',
  promise: 'no-loss',
  inject: async ({ control }) => control!.stop('primary', 'kill'),
  heal: async ({ control }) => control!.start('primary'),
  healed: writesAndStreams,
};
