import { Option } from 'commander';
import { duration } from '../config/duration.ts';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { type EndpointName, purposes } from '../infra/topology/endpoint.ts';
import { command } from './command.ts';
import { type DataOptions, dataOptions, integer } from './options.ts';

export type LoadOptions = DataOptions & {
  rate?: string;
  duration: string;
  connections?: string;
  model: 'open' | 'closed';
  via: string;
  out: string;
};

export const load = command<LoadOptions>(
  'load <scenario>',
  'one load scenario through k6: a shipped one, or the path of your own',
  {
    options: [
      new Option('--rate <n>', 'arrivals per second of the open model; half of the capacity by default'),
      new Option('--duration <time>', 'measured time, after the warm-up').default('30s'),
      new Option('--connections <n>', 'connections to the endpoint; as the scenario says when absent'),
      new Option('--model <model>', 'open: a schedule; closed: as fast as the connections go')
        .choices(['open', 'closed'])
        .default('open'),
      new Option('--via <endpoint>', 'which endpoint takes the load').default('pooler'),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
      ...dataOptions(),
    ],
    example: './olympus load storefront --rate 200 --duration 10s --scale tiny',
    load: async () => {
      const { loadMeasure } = await import('../bench/load/load.ts');
      const { scenarioScript } = await import('../bench/load/run-load.ts');
      const { answerRun } = await import('./answer-run.ts');
      const { runBench } = await import('./run-bench.ts');
      return async (context, options, scenario = '') => {
        scenarioScript(scenario); // a misspelt one is refused before anything is started
        if (!(options.via in purposes))
          throw usage(`There is no endpoint "${options.via}".`, suggest(options.via, Object.keys(purposes)));
        const measure = loadMeasure({
          scenario,
          model: options.model,
          via: options.via as EndpointName,
          ...(options.connections
            ? { connections: integer('--connections', options.connections, 1, 5000) }
            : {}),
          duration: duration('--duration', options.duration),
          ...(options.rate ? { rate: integer('--rate', options.rate, 1, 1_000_000) } : {}),
        });
        return answerRun(context, await runBench(context, [measure], { ...options, suite: 'quick' }));
      };
    },
  },
);
