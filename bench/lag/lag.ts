import { type Connection, connect } from '../../infra/topology/session.ts';
import type { ReplicationStudy } from '../../result/result.ts';
import type { Measure, Setting } from '../measure.ts';
import { calibrate } from './calibration.ts';
import { restoreStandbys } from './commit-modes.ts';
import { createProbeTables } from './probe-tables.ts';
import { type Probed, probeWindow } from './probe-window.ts';
import { ProbeWriter } from './probe-writer.ts';
import { rawSamples } from './raw-samples.ts';
import { openReplica, type Replica } from './replica.ts';
import { replicaBehaviour } from './replica-behaviour.ts';
import { replicasAbsent, replicasThere } from './replicas-there.ts';
import { type ReplicaSamples, summarise } from './summary.ts';
import { waitForReplay } from './wait-for-replay.ts';
import { walRate } from './wal-rate.ts';
import { writeSource } from './write-source.ts';

/** One process drives both ends, so one monotonic clock (process.hrtime underneath) stamps them: no skew. */
const now = () => performance.now();

/**
 * Replication lag by commit-stamped probes under a write load: rows of the harness's own are committed on the
 * primary, and each replica is watched until it has replayed that commit's LSN and until a query there sees the row.
 * The window is budget.lagProbe; the calibration comes before it (about 3 s) and a drain of at most 2 s after it.
 * Then, without the load, cancelled reads and synchronous_commit.
 */
export const lag: Measure = {
  part: 'lag',
  drivenByK6: true,
  needs: ['primary'],
  needsOne: ['replica1', 'replica2'],
  async run(setting) {
    const { progress, topology } = setting;
    await takeBack(setting);
    await using owned = new AsyncDisposableStack();
    const source = await writeSource(setting, owned);
    const { database } = source;
    const admin = owned.use(await openPrimary(setting, database));
    owned.use(await createProbeTables(admin, progress));
    await warnOfStale(setting);
    const { samples, probed } = await probe(setting, source);
    for (const each of samples) await setting.keep(`lag/${each.replica}.json`, rawSamples(each));
    const replication = samples.map((each) => summarise(each, probed.commitsPerSecond));
    const study = underLoad(probed);
    const absent = replicasAbsent(topology);
    const why = [
      ...absent,
      { what: 'cancelled reads and synchronous_commit', why: 'a server failed meanwhile' },
    ];
    setting.soFar?.({ replication, replicationStudy: { ...study, conflicts: [], commitModes: null, why } });
    const behaviour = await replicaBehaviour(setting, database, now);
    return {
      replication,
      replicationStudy: { ...study, ...behaviour, why: [...absent, ...behaviour.why] },
    };
  },
};

async function warnOfStale({ topology, database, progress, signal }: Setting): Promise<void> {
  const primary = topology.get('primary');
  for (const name of replicasThere(topology)) {
    const follows = await waitForReplay(primary, topology.get(name), database, {
      patienceMs: 2000,
      signal,
    }).catch((error: Error) => error);
    if (follows instanceof Error) progress.warn(`${name} does not answer: ${follows.message}`);
    else if (!follows)
      progress.warn(`${name} does not follow the primary: what it shows is stale from the start.`);
  }
}

async function openPrimary({ topology }: Setting, database: string): Promise<Connection> {
  const connection = await connect(topology.get('primary').url('admin', database), 'olympus-lag');
  await connection.query(`SET statement_timeout = '10s'`);
  return connection;
}

/** Before anything commits: what a killed run has left may make every commit wait. */
async function takeBack({ topology, database }: Setting): Promise<void> {
  if (topology.get('primary').provider === 'external') return; // there we never set it
  await using admin = await connect(topology.get('primary').url('admin', database), 'olympus-lag');
  await restoreStandbys(admin, 'replica1');
}

/** Calibrates the probe, and probes while the source writes. */
async function probe(
  setting: Setting,
  source: Awaited<ReturnType<typeof writeSource>>,
): Promise<{ samples: ReplicaSamples[]; probed: Probed }> {
  const { budget, progress, signal } = setting;
  await using owned = new AsyncDisposableStack();
  const openWriter = async () =>
    ProbeWriter.open(owned.use(await openPrimary(setting, source.database)), now);
  const { replicas, lost } = await openReplicas(setting, source.database, owned);
  const calibrations = await Promise.all(
    replicas.map(async (replica) => calibrate(await openWriter(), replica, { now, signal })),
  );
  const probed = await probeWindow({
    writer: await openWriter(),
    source,
    replicas,
    lasts: budget.lagProbe,
    now,
    signal,
    count: (doneMs) => progress.count(Math.round(doneMs), budget.lagProbe, 'ms'),
  });
  const { observations, wandering } = probed;
  const samples = replicas.map(({ endpoint, replayed, visible }, which) => ({
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
  }));
  return { samples: [...samples, ...lost], probed };
}

/** The replicas that answer; one that does not costs its own figures, and the others are measured. */
async function openReplicas(
  { topology, signal }: Setting,
  database: string,
  owned: AsyncDisposableStack,
): Promise<{ replicas: Replica[]; lost: ReplicaSamples[] }> {
  const replicas: Replica[] = [];
  const lost: ReplicaSamples[] = [];
  let first: unknown;
  for (const name of replicasThere(topology)) {
    try {
      const replica = await openReplica(topology.get(name), database, now, owned);
      replicas.push(replica);
      owned.defer(() => replica.replayed.end());
      owned.defer(() => replica.visible.end());
    } catch (error) {
      signal.throwIfAborted();
      first ??= error;
      lost.push(unseen(name, (error as Error).message));
    }
  }
  if (replicas.length === 0) throw first;
  return { replicas, lost };
}

const unseen = (replica: string, why: string): ReplicaSamples => ({
  ...{ replica, observations: [], wanderingReads: 0, monotonicViolations: 0, failures: [] },
  calibration: { kind: 'uncalibrated', why },
});

function underLoad({
  observations,
  wandering,
  written,
}: Probed): Pick<ReplicationStudy, 'load' | 'moving' | 'series'> {
  const sum = (counts: readonly number[]) => counts.reduce((total, each) => total + each, 0);
  return {
    load: written.load,
    moving: {
      reads: sum(wandering.reads),
      staleReads: sum(wandering.stale),
      stepsBack: sum(wandering.violations),
    },
    series: walRate(observations.map((byReplica) => byReplica[0]!)),
  };
}
