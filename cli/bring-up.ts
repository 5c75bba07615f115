import { missing, usage } from '../config/fault.ts';
import { startDocker } from '../infra/docker/docker.ts';
import { endpointNames, usualEndpoints } from '../infra/endpoints/endpoints.ts';
import { isBrokenLocal, type LocalOptions, repairLocal, startLocal } from '../infra/local/local.ts';
import { cacheFolder } from '../infra/setup/cache-folder.ts';
import { ensureDebianPackages } from '../infra/setup/debian.ts';
import type { Absent, EndpointName } from '../infra/topology/endpoint.ts';
import { mergeTopologies } from '../infra/topology/merge.ts';
import { type NamedTopology, namedTopology } from '../infra/topology/named-topology.ts';
import { Topology } from '../infra/topology/topology.ts';
import type { Context } from './command.ts';
import { holderText, requireHolder } from './holder.ts';
import { serversOf } from './prepare-dataset.ts';
import { statusOfHeld } from './status.ts';
import { attach, externalTopology, guardOf, type Held } from './topology-state.ts';
import { takeTurn, takeTurnOn } from './turn.ts';

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
  /** Neither measures nor writes: it needs no turn. */
  readonly looks?: boolean;
  /** Replicas that are to be made anew. */
  readonly rebuild?: readonly EndpointName[];
}

/** The topology that a command works on: the one that `up` holds, else a new one. Disposing a held one leaves it up. */
export async function bringUp(context: Context, request: TopologyRequest): Promise<Topology> {
  const named =
    request.topology === undefined
      ? (context.project.topology ?? undefined)
      : namedTopology(request.topology);
  if (named) requireTogether(named);
  context.progress.stage('topology');
  if (!request.looks) await repairLeftBroken(context, cacheFolder(context.cache));
  // `up` goes on to the providers, which repair what died of a held topology; all others use it as it is.
  if (request.lifetime === 'tied') {
    const joined = await join(context, named, request.looks ?? false);
    if (joined) return joined;
  }
  const topology = await start(context, named ?? namedTopology('local'), request);
  return request.lifetime === 'tied'
    ? withTurn(context, topology, undefined, request.looks ?? false)
    : topology;
}

/** What `up` holds, when that is asked for: in turn with other commands, and only if this checkout may. */
async function join(
  context: Context,
  named: NamedTopology | undefined,
  looks: boolean,
): Promise<Topology | undefined> {
  const cache = cacheFolder(context.cache);
  const before = await attach(context);
  if (!before) return await requireNothingHalfUp(context);
  if (named !== undefined && named.source !== before.held.source) {
    context.progress.note(`${before.held.source} is up; ${named.source} is brought up beside it`);
    return undefined;
  }
  requireServers(before.topology, context.servers);
  requireSamePermission(context, before.held);
  const { holder } = before.held;
  await requireHolder(context, holder, 'Use it');
  const turn = looks ? undefined : await takeTurn(context, cache);
  const up = await attach(context); // whoever had its turn before may have changed it
  if (!up) {
    turn?.[Symbol.dispose]();
    throw usage(
      'The topology was taken down while this command waited for it.',
      'Bring it up again: ./olympus up',
    );
  }
  context.progress.note(`using the topology that is up${holder ? `, held by ${holderText(holder)}` : ''}`);
  return withTurn(context, up.topology, turn, looks);
}

/** What a drill broke and could not repair, because it was killed. In turn: one that still runs repairs it itself. */
async function repairLeftBroken(context: Context, cache: string): Promise<void> {
  if (!isBrokenLocal({ cache })) return;
  using _turn = await takeTurn(context, cache);
  if (!isBrokenLocal({ cache })) return;
  context.progress.note('repairing what a drill broke that was ended before it could');
  await repairLocal({ cache });
}

/** @throws Fault (component) when servers of a held topology run, and its primary is not among them */
async function requireNothingHalfUp(context: Context): Promise<undefined> {
  const rows = await statusOfHeld(context);
  const alive = rows.filter(({ state, provider }) => state !== 'stopped' && provider !== 'external');
  if (alive.length > 0)
    throw missing(
      `A topology is up that is not whole: ${rows.map(({ name, state, why }) => `${name} ${state}${why ? ` (${why})` : ''}`).join(', ')}.`,
      'Start what it lacks: ./olympus up; or take it down: ./olympus down',
    );
  if (rows.length > 0) context.progress.note('what was held does not run; this command brings up its own');
}

/** The topology, which lets go of the turns when it is disposed. A server that lasts others may know by its URL. */
async function withTurn(
  context: Context,
  topology: Topology,
  turn: Disposable | undefined,
  looks: boolean,
): Promise<Topology> {
  await using all = new AsyncDisposableStack();
  if (turn) all.use(turn);
  all.use(topology);
  const primary = topology.find('primary');
  if (primary && topology.lasts && !looks) all.use(await takeTurnOn(context, primary));
  const kept = all.move();
  const { endpoints, absent, keep, mayWrite, lasts, control } = topology;
  return new Topology(endpoints, absent, () => kept.disposeAsync(), keep, mayWrite, lasts, control);
}

/** What is up was told once whether it may be written to. @throws Fault (usage) where a command says otherwise */
function requireSamePermission({ permission }: Context, { source, entries, permission: own }: Held): void {
  const external = Object.values(entries).some(({ provider }) => provider === 'external');
  if (!permission.allowWrites || own.allowWrites || !external) return;
  throw usage(
    `${source} was brought up to be read only, and --allow-writes cannot change that while it is up.`,
    `Bring it up anew: ./olympus down; ./olympus up --topology ${source} --allow-writes`,
  );
}

/** @throws Fault (usage) when another number of servers is asked for than are up. */
function requireServers(topology: Topology, wanted: number | undefined): void {
  const up = serversOf(topology);
  if (wanted === undefined || wanted === up) return;
  throw usage(
    `--servers ${wanted} asks for another topology than the one that is up, which has ${up} PostgreSQL server${up === 1 ? '' : 's'}.`,
    'Leave --servers out, or take the other one down first: ./olympus down',
  );
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
  const leftOut = replicasBeyond(context.servers);
  const asked = askedParts(named, request).filter((part) => !leftOut.includes(part));
  const of = (provider: 'local' | 'docker') =>
    asked.filter((part) => named.entries[part]?.provider === provider);
  const [local, docker] = [of('local'), of('docker')];
  const shared = { cache, name: 'default', lifetime, rebuild, progress, signal };
  await using undo = new AsyncDisposableStack();
  const parts: Topology[] = [];
  const took = (part: Topology) => parts.push(undo.use(part));
  if (docker.length > 0)
    took(
      await startDocker({
        ...shared,
        parts: docker,
        ports: portsOf(named, ports),
        images: imagesOf(named),
        standIns: context.standIns ?? 'auto',
      }),
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
  return mergeTopologies(
    parts,
    absentOf(named, asked, leftOut),
    guardOf(named, permission, context.project),
    named.entries.primary?.provider === 'external',
  );
}

/** What to start: of a preset the usual parts and those that are wanted; of a file what it names, as far as it is of use. */
function askedParts(
  { entries, explicit, source }: NamedTopology,
  { lifetime, parts = [] }: TopologyRequest,
): EndpointName[] {
  const there = endpointNames.filter(
    (name) => entries[name] !== undefined && entries[name].provider !== 'off',
  );
  if (explicit && lifetime === 'held') return there;
  const usual =
    source === 'docker' && lifetime === 'held'
      ? endpointNames.filter((part) => part !== 'cacheCluster')
      : usualEndpoints;
  return there.filter((name) => usual.includes(name) || parts.includes(name));
}

/** The replicas that a topology of so many PostgreSQL servers does not have. */
const replicasBeyond = (servers = 3): EndpointName[] =>
  (['replica1', 'replica2'] as const).slice(Math.max(0, servers - 1));

const absentOf = (
  { entries, source }: NamedTopology,
  asked: readonly EndpointName[],
  leftOut: readonly EndpointName[],
): Absent[] =>
  endpointNames
    .filter((name) => !asked.includes(name) && entries[name]?.provider !== 'external')
    .map((name) => {
      if (leftOut.includes(name))
        return {
          part: name,
          why: `--servers ${3 - leftOut.length} leaves it out`,
          how: 'Call it without --servers, where the disk holds three copies of the data.',
        };
      return entries[name] && entries[name].provider !== 'off'
        ? { part: name, why: 'nothing asked for it', how: `Ask for it: ./olympus up --with ${name}` }
        : { part: name, why: 'it is off', how: `Name a provider for it in ${source}.` };
    });

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
