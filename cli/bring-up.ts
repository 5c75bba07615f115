import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { attachLocal, type LocalOptions, startLocal } from '../infra/local/local.ts';
import { defaultParts } from '../infra/local/site.ts';
import { ensureDebianPackages } from '../infra/setup/debian.ts';
import type { EndpointName } from '../infra/topology/endpoint.ts';
import type { Topology } from '../infra/topology/topology.ts';
import type { Context } from './command.ts';

/** The providers that can bring up a whole topology today. */
const topologies = ['local'];

/**
 * The topology that a command works on: the one that `up` holds, else a new one.
 * 'tied' ends with this process, 'held' stays until `down`. Disposing a held one leaves it up.
 * @param kept names the kept data set that a new tied one starts from; see keptData
 */
export async function bringUp(
  { progress, signal, cache }: Context,
  {
    topology,
    lifetime,
    ports,
    kept,
    parts = [],
  }: {
    topology: string;
    lifetime: 'tied' | 'held';
    ports?: Readonly<Record<string, number>>;
    kept?: LocalOptions['kept'];
    /** What is to be there beside the PostgreSQL servers and the pooler, which always are. */
    parts?: readonly EndpointName[];
  },
): Promise<Topology> {
  if (!topologies.includes(topology))
    throw usage(`There is no topology "${topology}".`, suggest(topology, topologies));
  progress.stage('topology');
  // `up` goes on to startLocal, which repairs what died of a held topology; all others use it as it is.
  const held = lifetime === 'tied' ? await attachLocal({ cache }) : undefined;
  if (held) {
    progress.note('using the topology that is up');
    return held;
  }
  await ensureDebianPackages([{ package: 'pgbouncer', provides: 'pgbouncer', why: 'the pooler endpoint' }], {
    progress,
    signal,
  });
  return startLocal({
    cache,
    name: 'default',
    parts: [...defaultParts, ...parts],
    lifetime,
    ports,
    kept,
    progress,
    signal,
  });
}
