import { type Connection, connect } from '../../infra/topology/session.ts';
import type { Measure } from '../measure.ts';
import { pause } from '../pause.ts';
import { calibrate } from './calibration.ts';
import { createProbeTables } from './probe-tables.ts';
import { probeWindow } from './probe-window.ts';
import { ProbeWriter } from './probe-writer.ts';
import { rawSamples } from './raw-samples.ts';
import { openReplica, type Replica } from './replica.ts';
import { type ReplicaSamples, summarise } from './summary.ts';

const loadConnections = 2;

/** One process drives both ends, so one monotonic clock (process.hrtime underneath) stamps them: no skew. */
const now = () => performance.now();

/**
 * Replication lag by commit-stamped probes under a write load: rows of the harness's own are committed on the
 * primary, and each replica is watched until it has replayed that commit's LSN and until a query there sees the row.
 * The window is budget.lagProbe; the calibration comes before it (about 3 s) and a drain of at most 2 s after it.
 */
export const lag: Measure = {
  part: 'lag',
  what: 'replication lag in time and bytes, stale reads, read-your-writes, monotonic reads',
  needs: ['primary', 'replica1', 'replica2'],
  async run(setting) {
    const { topology, database, budget, progress, signal } = setting;
    await using owned = new AsyncDisposableStack();
    const open = async (): Promise<Connection> => {
      const url = topology.get('primary').url('admin', database);
      const connection = owned.use(await connect(url, 'olympus-lag'));
      await connection.query(`SET statement_timeout = '10s'`);
      return connection;
    };
    const openWriter = async () => ProbeWriter.open(await open(), now);
    const admin = await open();
    owned.use(await createProbeTables(admin, progress));
    const replicas: Replica[] = [];
    for (const name of ['replica1', 'replica2'] as const) {
      const replica = await openReplica(topology.get(name), database, now, owned);
      replicas.push(replica);
      owned.defer(() => replica.replayed.end());
      owned.defer(() => replica.visible.end());
      if (!(await follows(replica, admin, signal)))
        progress.warn(`${name} does not follow the primary: what it shows is stale from the start.`);
    }
    const calibrations = await Promise.all(
      replicas.map(async (replica) => calibrate(await openWriter(), replica, { now, signal })),
    );
    const { observations, wandering, commitsPerSecond } = await probeWindow({
      writer: await openWriter(),
      loaders: await Promise.all(Array.from({ length: loadConnections }, open)),
      replicas,
      lasts: budget.lagProbe,
      now,
      signal,
      count: (doneMs) => progress.count(Math.round(doneMs), budget.lagProbe, 'ms'),
    });
    const samples = replicas.map(
      ({ endpoint, replayed, visible }, which): ReplicaSamples => ({
        replica: endpoint.name,
        observations: observations.map((byReplica) => byReplica[which]!),
        calibration: calibrations[which]!,
        wanderingReads: wandering.reads[which]!,
        monotonicViolations: wandering.violations[which]!,
        failures: [
          ...new Set(
            [replayed.failure, visible.failure, wandering.failures[which]].filter((why) => why !== undefined),
          ),
        ],
      }),
    );
    for (const each of samples) await setting.keep(`lag/${each.replica}.json`, rawSamples(each));
    return { replication: samples.map((each) => summarise(each, commitsPerSecond)) };
  },
};

/** Whether the replica has replayed everything up to now within two seconds. */
async function follows(replica: Replica, primary: Connection, signal: AbortSignal): Promise<boolean> {
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  for (let tries = 0; tries < 80; tries++) {
    const { rows: looked } = await replica.admin.query<{ there: boolean }>(
      'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS there',
      [rows[0]!.lsn],
    );
    if (looked[0]!.there) return true;
    await pause(25, signal);
  }
  return false;
}
