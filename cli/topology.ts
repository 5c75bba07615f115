import { Option } from 'commander';
import { exitCodes, usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { type EndpointName, type Login, logins, purposes } from '../infra/topology/endpoint.ts';
import { command } from './command.ts';
import { integer } from './options.ts';

export const up = command('up', 'bring up the topology and hold it until `down`', {
  options: [
    new Option('--topology <name>', 'which topology').default('local'),
    new Option('--port <endpoint=port...>', 'where an endpoint listens; a free port when absent'),
  ],
  example: './olympus up --port primary=5433 && ./olympus status',
  load: async () => {
    const { bringUp } = await import('./bring-up.ts');
    return async (context, { topology, port = [] }: { topology: string; port?: string[] }) => {
      const started = await bringUp(context, { topology, lifetime: 'held', ports: namedPorts(port) });
      const endpoints = started.endpoints.map(({ name, provider, version, host, port }) => ({
        name,
        provider,
        state: 'running',
        url: `${host}:${port}`,
        version,
      }));
      context.answer({ endpoints, absent: started.absent }, endpointTable(endpoints));
      return undefined;
    };
  },
});

export const status = command('status', 'what is up, and where', {
  example: './olympus status --json',
  load: async () => {
    const { statusLocal } = await import('../infra/local/local.ts');
    return async (context) => {
      const endpoints = await statusLocal({ cache: context.cache });
      context.answer(
        { endpoints },
        endpoints.length > 0 ? endpointTable(endpoints) : 'Nothing is up. `./olympus up` brings it up.',
      );
      return undefined;
    };
  },
});

export const url = command('url <endpoint>', 'print one connection string', {
  options: [new Option('--as <login>', 'who connects').choices(logins).default('app')],
  example: 'psql "$(./olympus url primary --as admin)"',
  load: async () => {
    const { attachLocal } = await import('../infra/local/local.ts');
    return async (context, { as }: { as: Login }, name = '') => {
      if (!(name in purposes))
        throw usage(`There is no endpoint "${name}".`, suggest(name, Object.keys(purposes)));
      const topology = await attachLocal({ cache: context.cache });
      if (!topology) throw usage('No topology is up.', 'Bring it up first: ./olympus up');
      const connection = topology.get(name as EndpointName).url(as);
      context.answer({ url: connection }, connection);
      return undefined;
    };
  },
});

export const down = command('down', 'stop what `up` started', {
  options: [new Option('--wipe', 'also remove its data')],
  example: './olympus down --wipe',
  load: async () => {
    const { stopLocal } = await import('../infra/local/local.ts');
    return async (context, { wipe }: { wipe?: boolean }) => {
      const stopped = await stopLocal({
        cache: context.cache,
        wipe: wipe ?? false,
        progress: context.progress,
      });
      context.answer({ stopped }, stopped ? 'Stopped.' : 'Nothing was up.');
      return exitCodes.done;
    };
  },
});

/** "primary=5433" of every --port. @throws Fault (usage) for an endpoint or a port that is none. */
const namedPorts = (given: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    given.map((text) => {
      const [name = '', port = ''] = text.split('=');
      if (!(name in purposes))
        throw usage(`--port names "${name}", which is no endpoint.`, suggest(name, Object.keys(purposes)));
      return [name, integer('--port', port, 1, 65_535)];
    }),
  );

type Row = { name: string; provider: string; state: string; url: string; version: string };
const endpointTable = (rows: readonly Row[]): string =>
  rows
    .map(({ name, provider, state, url: place, version }) =>
      [name.padEnd(9), provider.padEnd(9), state.padEnd(9), place.padEnd(22), version].join(' ').trimEnd(),
    )
    .join('\n');
