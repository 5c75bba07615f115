import { Option } from 'commander';
import { exitCodes, usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { endpointNames, endpoints, isEndpoint } from '../../infra/endpoints/endpoints.ts';
import { type EndpointName, type Login, logins } from '../../infra/topology/endpoint.ts';
import { command } from '../command.ts';
import { endpointTable } from '../endpoint-table.ts';
import { integer } from '../options.ts';
import { sharingOptions, type TopologyOptions, topologyOptions } from '../topology-options.ts';

type UpOptions = TopologyOptions & { with?: string; rebuild?: string; port?: string[] };

export const up = command<UpOptions>('up', 'start the topology and keep it until `down`', {
  options: [
    ...topologyOptions(),
    new Option('--with <endpoints>', 'further endpoints, by comma: cache,cacheCluster,vector,olap,objects'),
    new Option('--rebuild <replicas>', 'rebuild these from the primary, by comma: replica1,replica2'),
    new Option('--port <endpoint=port...>', 'where an endpoint listens; a free port when absent'),
  ],
  example: './olympus up --with cache --port primary=5433 && ./olympus status',
  load: async () => {
    const { bringUpHeld } = await import('../up-down.ts');
    return async (context, { topology, with: also, rebuild, port = [] }) => {
      const { topology: started, explicit } = await bringUpHeld(context, {
        topology,
        parts: namedEndpoints('--with', also),
        rebuild: replicaNames(rebuild),
        ports: namedPorts(port),
      });
      const rows = started.endpoints.map(({ name, provider, version, host, port }) => ({
        name,
        provider,
        state: 'running',
        url: `${host}:${port}`,
        version,
        what: endpoints[name].purpose,
      }));
      const lacking = started.absent.filter(({ part }) => explicit.includes(part));
      const lines = lacking.map(
        ({ part, why, how }) => `${part.padEnd(13)} is not there: ${why}\n  next: ${how}`,
      );
      context.answer({ endpoints: rows, absent: started.absent }, [endpointTable(rows), ...lines].join('\n'));
      return lacking.length > 0 ? exitCodes.component : undefined;
    };
  },
});

export const status = command('status', 'the endpoints that run, where, and what each is for', {
  example: './olympus status --json',
  load: async () => {
    const { statusOfHeld } = await import('../status.ts');
    const { readHeld } = await import('../topology-state.ts');
    const { holderText } = await import('../holder.ts');
    const { cacheFolder } = await import('../../infra/setup/cache-folder.ts');
    return async (context) => {
      const held = readHeld(cacheFolder(context.cache));
      const rows = await statusOfHeld(context);
      const ill = rows.filter(({ state }) => state !== 'running');
      const nothing = held
        ? 'An `up` began and did not finish, and nothing of it runs. `./olympus up` goes on, `./olympus down` forgets it.'
        : 'Nothing is running. Start a topology: ./olympus up';
      const lines = [
        rows.length > 0 ? endpointTable(rows) : nothing,
        ...(held?.holder ? [`Held by ${holderText(held.holder)}.`] : []),
        ...(held && ill.length > 0
          ? ['Start what does not run: ./olympus up; or let go of it: ./olympus down']
          : []),
      ];
      context.answer({ endpoints: rows, ...(held?.holder && { held: held.holder }) }, lines.join('\n'));
      return held && (ill.length > 0 || rows.length === 0) ? exitCodes.component : undefined;
    };
  },
});

export const url = command('url <endpoint>', 'print one connection string', {
  options: [
    new Option('--as <login>', 'who connects').choices(logins).default('app'),
    new Option('--database <name>', 'another database of the server, as `seed --project` makes one'),
  ],
  example: 'psql "$(./olympus url primary --as admin)"',
  load: async () => {
    const { attach } = await import('../topology-state.ts');
    return async (context, { as, database }: { as: Login; database?: string }, name = '') => {
      if (!isEndpoint(name)) throw usage(`There is no endpoint "${name}".`, suggest(name, endpointNames));
      const held = await attach(context);
      if (!held) throw usage('No topology is running.', 'Start one: ./olympus up');
      const connection = held.topology.get(name).url(as, database);
      context.answer({ url: connection }, connection);
      return undefined;
    };
  },
});

export const down = command('down [provider]', 'stop what `up` started', {
  options: [new Option('--wipe', 'also remove its data'), ...sharingOptions()],
  example: './olympus down --wipe',
  load: async () => {
    const { takeDown } = await import('../up-down.ts');
    return async (context, { wipe }: { wipe?: boolean }, provider?: string) => {
      if (provider !== undefined && provider !== 'local' && provider !== 'docker')
        throw usage(`down takes local or docker, not "${provider}".`, suggest(provider, ['local', 'docker']));
      const { stopped, kept } = await takeDown(context, { wipe: wipe ?? false, named: provider });
      const hint = kept.map(
        (own) => `The data of the ${own} topology are kept. To remove them: ./olympus down --wipe ${own}`,
      );
      context.answer(
        { stopped, kept },
        [stopped ? 'Stopped.' : 'Nothing was running.', ...(wipe ? hint : [])].join('\n'),
      );
      return exitCodes.done;
    };
  },
});

/** @throws Fault (usage) for an endpoint that is none. */
function namedEndpoints(flag: string, text: string | undefined): EndpointName[] {
  return (text?.split(',') ?? []).map((word) => {
    const name = word.trim();
    if (isEndpoint(name)) return name;
    throw usage(`${flag} names "${name}", which is not an endpoint.`, suggest(name, endpointNames));
  });
}

function replicaNames(text: string | undefined): EndpointName[] {
  const names = namedEndpoints('--rebuild', text);
  const other = names.find((name) => name !== 'replica1' && name !== 'replica2');
  if (other)
    throw usage(`${other} cannot be rebuilt: it is not a replica.`, 'For example: --rebuild replica1');
  return names;
}

/** "primary=5433" of every --port. @throws Fault (usage) for an endpoint or a port that is none. */
const namedPorts = (given: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    given.map((text) => {
      const [name = '', port = ''] = text.split('=');
      const [endpoint] = namedEndpoints('--port', name);
      return [endpoint, integer('--port', port, 1, 65_535)];
    }),
  );
