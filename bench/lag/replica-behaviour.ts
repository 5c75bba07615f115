import { connect } from '../../infra/topology/session.ts';
import type { ReplicationStudy } from '../../result/result.ts';
import type { Setting } from '../measure.ts';
import { commitModes } from './commit-modes.ts';
import { summariseModes } from './commit-summary.ts';
import { conflict } from './conflict.ts';
import { openReplica } from './replica.ts';
import { replicasThere } from './replicas-there.ts';

export type ReplicaBehaviour = Pick<ReplicationStudy, 'conflicts' | 'commitModes' | 'why'>;

const leftOut = 'this suite leaves it out; `--suite quick` has it';

/**
 * What replicas show without a load: which long reads they cancel, and what each synchronous_commit mode costs and
 * gives. Needs the probes' tables in `database`.
 */
export async function replicaBehaviour(
  setting: Setting,
  database: string,
  now: () => number,
): Promise<ReplicaBehaviour> {
  const why: ReplicaBehaviour['why'] = [];
  const { conflictRead, commitSlots } = setting.budget;
  if (conflictRead === 0) why.push({ what: 'cancelled reads', why: leftOut });
  if (commitSlots === 0) why.push({ what: 'synchronous_commit', why: leftOut });
  return {
    conflicts: conflictRead === 0 ? [] : await readConflicts(setting, database, now, why),
    commitModes: commitSlots === 0 ? null : await compareModes(setting, database, now, why),
    why,
  };
}

/** One replica after the other: what a reader on one makes the primary keep, no other can be cancelled for. */
async function readConflicts(
  { topology, budget, progress, signal }: Setting,
  database: string,
  now: () => number,
  why: ReplicaBehaviour['why'],
) {
  const found: ReplicationStudy['conflicts'] = [];
  for (const name of replicasThere(topology)) {
    progress.note(`a long read on ${name} while the primary removes what it reads`);
    await using owned = new AsyncDisposableStack();
    const primary = owned.use(await connect(topology.get('primary').url('admin', database), 'olympus-lag'));
    try {
      const replica = await openReplica(topology.get(name), database, now, owned);
      owned.defer(() => replica.replayed.end());
      const reader = owned.use(await connect(topology.get(name).url('admin', database), 'olympus-lag'));
      found.push(await conflict({ primary, replica, reader, readMs: budget.conflictRead, now, signal }));
    } catch (error) {
      signal.throwIfAborted();
      await primary.query('SELECT 1'); // without a primary there is nothing left to measure
      why.push({ what: `cancelled reads on ${name}`, why: (error as Error).message });
    }
  }
  return found;
}

async function compareModes(
  setting: Setting,
  database: string,
  now: () => number,
  why: ReplicaBehaviour['why'],
) {
  const { topology, budget, seed, progress, signal } = setting;
  progress.note('commits under each synchronous_commit mode');
  await using owned = new AsyncDisposableStack();
  const primary = topology.get('primary');
  const admin = owned.use(await connect(primary.url('admin', database), 'olympus-lag'));
  const [first] = replicasThere(topology);
  const replica = await openReplica(topology.get(first!), database, now, owned).catch(
    (error: Error) => error,
  );
  if (replica instanceof Error) {
    why.push({ what: 'synchronous_commit', why: replica.message });
    return null;
  }
  owned.defer(() => replica.visible.end());
  const compared = await commitModes({
    ...{ primary, database, admin, replica, seed, now, signal },
    ...{ slots: budget.commitSlots, commits: budget.commitsPerSlot },
  });
  if (typeof compared === 'string') {
    why.push({ what: 'synchronous_commit', why: compared });
    return null;
  }
  const slots = Object.fromEntries(compared.slots);
  await setting.keep('lag/commit-modes.json', JSON.stringify({ standbys: compared.standbys, slots }));
  return { replica: replica.endpoint.name, standbys: compared.standbys, modes: summariseModes(compared) };
}
