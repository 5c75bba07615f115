import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { SuiteName } from '../../config/suites.ts';
import type { Project } from '../../project/project.ts';
import { command } from '../command.ts';
import { benchParts, onlyOption } from '../only-option.ts';
import { type DataOptions, dataOptions } from '../options.ts';
import { type StoreOptions, storeOptions } from '../run-store-options.ts';
import { suiteOption } from '../suite-option.ts';

export type BenchOptions = DataOptions & {
  suite: string;
  only?: string;
  slo?: string;
  out: string;
} & StoreOptions;

export const bench = command<BenchOptions>('bench', 'the main job: measure everything, write the report', {
  options: [
    suiteOption(),
    onlyOption(),
    new Option('--slo <file>', 'the objectives that it is judged by: a YAML file, see docs/ci.md'),
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
      const wanted = options.only?.split(',').map(partOf);
      const chosen = measures.filter(({ part }) =>
        wanted
          ? wanted.includes(part)
          : benchParts()
              .find((one) => one.part === part)
              ?.suites.includes(options.suite as SuiteName),
      );
      const promisesFile = options.slo ?? context.project.promises ?? undefined;
      const promised = promisesFile === undefined ? undefined : await promises(promisesFile, context.project);
      return answerRun(
        context,
        await runBench(context, chosen, {
          ...options,
          kind: 'bench',
          suite: options.suite as SuiteName,
          ...(wanted && { asked: wanted }),
          ...(promised && { promised }),
        }),
      );
    };
  },
});

/** The part of this name, or of this alias. @throws Fault (usage) naming the nearest right one */
function partOf(word: string): string {
  const name = word.trim();
  const found = benchParts().find(({ part, alias }) => part === name || alias === name);
  if (found) return found.part;
  const known = benchParts().flatMap(({ part, alias }) => (alias === undefined ? [part] : [part, alias]));
  throw usage(`There is no part "${name}" to measure.`, suggest(name, known));
}

async function promises(file: string, project: Project) {
  const { readSlo } = await import('../../config/slo.ts');
  const { loadScenarios } = await import('../../bench/load/run-load.ts');
  const { projectCatalogue } = await import('../../project/project-catalogue.ts');
  const statements = (await projectCatalogue(project)).map(({ name }) => name);
  return readSlo(file, { scenarios: loadScenarios(), statements });
}
