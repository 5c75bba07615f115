import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { command } from '../command.ts';
import { databaseOption } from '../database-url.ts';
import { dataOptions } from '../options.ts';
import { storeOptions } from '../run-store-options.ts';
import type { SeedOptions } from '../seed-task.ts';

export const seed = command<SeedOptions>('seed', 'fill the database with the data set', {
  options: [
    ...dataOptions(),
    new Option(
      '--preset <name>',
      'the data set of an application’s developers or of its tests (the specification’s seeds): --scale of that name',
    )
      .choices(['development', 'test'])
      .conflicts(['scale', 'tenants', 'customers', 'products', 'orders', 'customersPerTenant']),
    ...storeOptions('share data sets with other machines'),
    new Option('--verify', 'check what is loaded, load nothing'),
    new Option('--reload', 'empty the database of the data set that it holds, and load it anew'),
    new Option('--append <days>', 'add the next days of business to the loaded data set, as 1d'),
    new Option('--shard <i/n>', 'load one part of n; the last one to end finishes the data set'),
    new Option(
      '--into-live',
      'load with every index, key and trigger on, as production sees ingestion; says its rows/s beside those of the normal way',
    ),
    databaseOption(),
    new Option(
      '--factor <n>',
      'rows of a project of your own, by its generators.yaml: so many times those of its source (10, 0.1); into the local topology that is up, or into --database',
    ),
    new Option('--explain', 'show the order of the load and its settings, load nothing'),
    new Option('--render <form>', 'print a manifest that loads in --shards parts').choices(['k8s-job']),
    new Option('--shards <n>', 'how many parts --render writes down'),
    new Option('--image <name>', 'container image of --render').default('olympus-bench:latest'),
  ],
  example: `./olympus up && ./olympus seed --scale tiny
  $ ./olympus up --topology local && ./olympus seed --project mine --factor 10`,
  load: async () => {
    const { dataPlan } = await import('../data-plan.ts');
    const { runSeed } = await import('../run-seed.ts');
    const { seedTask } = await import('../seed-task.ts');
    const { seedProject } = await import('../seed-project.ts');
    return (context, { preset, ...given }) => {
      if (context.project.data === 'asIs')
        return seedProject(context, { ...given, ...(preset !== undefined && { preset }) });
      if (given.factor !== undefined)
        throw usage(
          '--factor is for a project of your own (--project DIR); the shop has scales.',
          'For example: ./olympus seed --scale medium',
        );
      const options = preset === undefined ? given : { ...given, scale: preset };
      return runSeed(context, options, dataPlan(options), seedTask(options));
    };
  },
});
