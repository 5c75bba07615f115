import { usage } from '../config/fault.ts';
import { startDocker } from '../infra/docker/docker.ts';
import { dockerParts } from '../infra/docker/services.ts';
import { type LocalOptions, startLocal } from '../infra/local/local.ts';
import { defaultParts } from '../infra/local/local-topology.ts';
import { ensureDebianPackages } from '../infra/setup/debian.ts';
import { type Absent, type EndpointName, purposes } from '../infra/topology/endpoint.ts';
import { mergeTopologies } from '../infra/topology/merge.ts';
import { type NamedTopology, namedTopology } from '../infra/topology/named-topology.ts';
import type { Topology } from '../infra/topology/topology.ts';
import type { Context } from './command.ts';
import { attach, externalTopology, guardOf } from './topology-state.ts';

/** What a command asks of the topology that it works on. */
export interface TopologyRequest {
  /** local, docker or a file; undefined: what is up, else local. */
  readonly topology?: string | undefined;
  /** tied: ends with this process. held: stays until `down`. */
  readonly lifetime: 'tied' | 'held';
  readonly ports?: Readonly<Partial<Record<EndpointName, number>>>;
  /** Names the kept data set that a new tied one starts from; see keptData. */
  readonly kept?: LocalOptions['kept'];
  /** Where machines share kept data sets. */
  readonly shared?: LocalOptions['shared'];
  /** What is to be there beside the PostgreSQL servers and the pooler, which always are. */
  readonly parts?: readonly EndpointName[];
  /** Replicas that are to be made anew. */
  readonly rebuild?: readonly EndpointName[];
}

/** The topology that a command works on: the one that `up` holds, else a new one. Disposing a held one leaves it up. */
export async function bringUp(context: Context, request: TopologyRequest): Promise<Topology> {
  const named = request.topology === undefined ? undefined : namedTopology(request.topology);
  if (named) requireTogether(named);
  context.progress.stage('topology');
  // `up` goes on to the providers, which repair what died of a held topology; all others use it as it is.
  if (request.lifetime === 'tied') {
    const up = await attach(context);
    if (up && (named === undefined || named.source === up.held.source)) {
      context.progress.note('using the topology that is up');
      return up.topology;
    }
    if (up) context.progress.note(`${up.held.source} is up; ${named!.source} is brought up beside it`);
  }
  return start(context, named ?? namedTopology('local'), request);
}

/** Replicas follow, and a pooler serves, the primary of their own provider. @throws Fault (usage) */
function requireTogether({ entries, source }: NamedTopology): void {
  const primary = entries.primary?.provider ?? 'off';
  for (const name of ['replica1', 'replica2', 'pooler'] as const) {
    const provider = entries[name]?.provider;
    if (provider === 'local' || provider === 'docker')
      if (provider !== primary)
        throw usage(
          `${source}: ${name} is to be ${provider}, and the primary ${primary === 'off' ? 'is off' : `is ${primary}`}. ${name === 'pooler' ? 'A pooler serves' : 'A replica follows'} the primary of its own provider.`,
          `Give ${name} the provider of the primary, or set it off.`,
        );
  }
}

async function start(context: Context, named: NamedTopology, request: TopologyRequest): Promise<Topology> {
  const { progress, signal, cache, permission } = context;
  const { lifetime, kept, ports = {}, rebuild = [] } = request;
  const asked = askedParts(named, request);
  const of = (provider: 'local' | 'docker') =>
    asked.filter((part) => named.entries[part]?.provider === provider);
  const [local, docker] = [of('local'), of('docker')];
  const shared = { cache, name: 'default', lifetime, rebuild, progress, signal };
  await using undo = new AsyncDisposableStack();
  const parts: Topology[] = [];
  const took = (part: Topology) => parts.push(undo.use(part));
  if (docker.length > 0)
    took(
      await startDocker({ ...shared, parts: docker, ports: portsOf(named, ports), images: imagesOf(named) }),
    );
  if (local.length > 0) {
    if (local.includes('pooler'))
      await ensureDebianPackages(
        [{ package: 'pgbouncer', provides: 'pgbouncer', why: 'the pooler endpoint' }],
        context,
      );
    took(
      await startLocal({
        ...shared,
        parts: local,
        ports: portsOf(named, ports),
        kept,
        shared: request.shared,
      }),
    );
  }
  took(await externalTopology(context, named, permission));
  undo.move();
  return mergeTopologies(parts, absentOf(named, asked), guardOf(named, permission));
}

/** What to start: of a preset the usual parts and those that are wanted; of a file what it names, as far as it is of use. */
function askedParts(
  { entries, explicit, source }: NamedTopology,
  { lifetime, parts = [] }: TopologyRequest,
): EndpointName[] {
  const there = (Object.keys(purposes) as EndpointName[]).filter(
    (name) => entries[name] !== undefined && entries[name].provider !== 'off',
  );
  if (explicit && lifetime === 'held') return there;
  const usual =
    source === 'docker' && lifetime === 'held'
      ? dockerParts.filter((part) => part !== 'cacheCluster')
      : defaultParts;
  return there.filter((name) => usual.includes(name) || parts.includes(name));
}

const absentOf = ({ entries, source }: NamedTopology, asked: readonly EndpointName[]): Absent[] =>
  (Object.keys(purposes) as EndpointName[])
    .filter((name) => !asked.includes(name) && entries[name]?.provider !== 'external')
    .map((name) =>
      entries[name] && entries[name].provider !== 'off'
        ? { part: name, why: 'nothing asked for it', how: `Ask for it: ./olympus up --with ${name}` }
        : { part: name, why: 'it is off', how: `Name a provider for it in ${source}.` },
    );

/** Of the file, then of the command line. */
function portsOf(
  { entries }: NamedTopology,
  given: TopologyRequest['ports'],
): Partial<Record<EndpointName, number>> {
  const named = Object.entries(entries).flatMap(([name, entry]) =>
    'port' in entry && entry.port !== undefined ? [[name, entry.port]] : [],
  );
  return { ...(Object.fromEntries(named) as Partial<Record<EndpointName, number>>), ...given };
}

const imagesOf = ({ entries }: NamedTopology): Partial<Record<EndpointName, string>> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, entry]) =>
      entry.provider === 'docker' && entry.image !== undefined ? [[name, entry.image]] : [],
    ),
  );
