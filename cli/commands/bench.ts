import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { defaultSuite, type SuiteName, suites } from '../../config/suites.ts';
import { command } from '../command.ts';
import { type DataOptions, dataOptions } from '../options.ts';
import { type StoreOptions, storeOptions } from '../run-store-options.ts';

export type BenchOptions = DataOptions & {
  suite: string;
  only?: string;
  slo?: string;
  out: string;
} & StoreOptions;

export const bench = command<BenchOptions>('bench', 'the main job: measure everything, write the report', {
  options: [
    new Option('--suite <suite>', 'how much: smoke, quick, nightly, release').default(defaultSuite),
    new Option(
      '--only <parts>',
      'parts of it, by comma: plans,pagination,rls,lag,load,pooler,cache,vector,olap,objects,micro',
    ),
    new Option('--slo <file>', 'the promises that it is judged by: a YAML file, see docs/ci.md'),
    new Option('--out <dir>', 'folder of the runs').default('runs'),
    ...storeOptions('also store the run there, and share data sets with other machines'),
    ...dataOptions(),
  ],
  example: './olympus bench --suite smoke --scale tiny',
  load: async () => {
    const { measures } = await import('../../bench/measures.ts');
    const { answerRun } = await import('../answer-run.ts');
    const { runBench } = await import('../run-bench.ts');
    return async (context, options) => {
      if (!(options.suite in suites))
        throw usage(`There is no suite "${options.suite}".`, suggest(options.suite, Object.keys(suites)));
      const wanted = options.only?.split(',').map((part) => part.trim());
      const known = measures.map(({ part }) => part as string);
      for (const part of wanted ?? [])
        if (!known.includes(part))
          throw usage(`There is no part "${part}" to measure.`, suggest(part, known));
      const chosen = measures.filter(({ part, suites: within }) =>
        wanted ? wanted.includes(part) : (within?.includes(options.suite as SuiteName) ?? true),
      );
      const promised = options.slo === undefined ? undefined : await promises(options.slo);
      return answerRun(
        context,
        await runBench(context, chosen, {
          ...options,
          suite: options.suite as SuiteName,
          ...(wanted && { asked: wanted }),
          ...(promised && { promised }),
        }),
      );
    };
  },
});

async function promises(file: string) {
  const { readSlo } = await import('../../config/slo.ts');
  const { loadScenarios } = await import('../../bench/load/run-load.ts');
  const { readCatalogue } = await import('../../scenarios/catalogue.ts');
  const statements = (await readCatalogue()).map(({ name }) => name);
  return readSlo(file, { scenarios: loadScenarios(), statements });
}
