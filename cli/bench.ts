import { Option } from 'commander';
import { usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { defaultSuite, type SuiteName, suites } from '../config/suites.ts';
import { command } from './command.ts';
import { type DataOptions, dataOptions } from './options.ts';

export type BenchOptions = DataOptions & { suite: string; only?: string; out: string };

export const bench = command<BenchOptions>('bench', 'the main job: measure everything, write the report', {
  options: [
    new Option('--suite <suite>', 'how much: smoke, quick, nightly, release').default(defaultSuite),
    new Option(
      '--only <parts>',
      'parts of it, by comma: plans,pagination,rls,lag,load,pooler,cache,vector,olap,objects,micro',
    ),
    new Option('--out <dir>', 'folder of the runs').default('runs'),
    ...dataOptions(),
  ],
  example: './olympus bench --suite smoke --scale tiny',
  load: async () => {
    const { measures } = await import('../bench/measures.ts');
    const { answerRun } = await import('./answer-run.ts');
    const { runBench } = await import('./run-bench.ts');
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
      return answerRun(
        context,
        await runBench(context, chosen, {
          ...options,
          suite: options.suite as SuiteName,
          ...(wanted && { asked: wanted }),
        }),
      );
    };
  },
});
