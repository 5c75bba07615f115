import { Option } from 'commander';
import { exitCodes, usage } from '../config/fault.ts';
import { suggest } from '../config/nearest.ts';
import { defaultSuite, type SuiteName, suites } from '../config/suites.ts';
import { command } from './command.ts';
import { type DataOptions, dataOptions } from './options.ts';

export type BenchOptions = DataOptions & { suite: string; only?: string; out: string };

export const bench = command<BenchOptions>('bench', 'the main job: measure everything, write the report', {
  options: [
    new Option('--suite <suite>', 'how much: smoke, quick, nightly, release').default(defaultSuite),
    new Option('--only <parts>', 'parts of it, by comma: plans,pagination,rls,lag,load,micro'),
    new Option('--out <dir>', 'folder of the runs').default('runs'),
    ...dataOptions(),
  ],
  example: './olympus bench --suite smoke --scale tiny',
  load: async () => {
    const { measures } = await import('../bench/measures.ts');
    const { runBench } = await import('./run-bench.ts');
    return async (context, options) => {
      if (!(options.suite in suites))
        throw usage(`There is no suite "${options.suite}".`, suggest(options.suite, Object.keys(suites)));
      const wanted = options.only?.split(',').map((part) => part.trim());
      const known = measures.map(({ part }) => part as string);
      for (const part of wanted ?? [])
        if (!known.includes(part))
          throw usage(`There is no part "${part}" to measure.`, suggest(part, known));
      const chosen = wanted ? measures.filter(({ part }) => wanted.includes(part)) : measures;
      const { result, directory } = await runBench(context, chosen, {
        ...options,
        suite: options.suite as SuiteName,
      });
      const { status, reasons } = result.verdict;
      context.answer(
        result,
        [
          `${status.toUpperCase()}${result.run.complete ? '' : ' (incomplete)'}`,
          ...reasons.map((reason) => `  ${reason}`),
          ...result.skipped.map(({ part, why, how }) => `  skipped ${part}: ${why} (${how})`),
          `Report: ${directory}/index.html`,
        ].join('\n'),
      );
      if (context.signal.aborted) throw context.signal.reason;
      return verdictCode(status, result.skipped.length > 0);
    };
  },
});

/** cli.md: 1 regression or objective missed, 3 inconclusive or untrusted, 4 a component is missing or failed. */
function verdictCode(status: string, skipped: boolean): number {
  if (status === 'regression' || status === 'objective-missed') return exitCodes.regression;
  if (skipped) return exitCodes.component;
  return status === 'pass' ? exitCodes.done : exitCodes.inconclusive;
}
