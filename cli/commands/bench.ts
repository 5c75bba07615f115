import { Option } from 'commander';
import { duration } from '../../config/duration.ts';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import type { SuiteName } from '../../config/suites.ts';
import type { Project } from '../../project/project.ts';
import { command } from '../command.ts';
import { benchParts, onlyOption } from '../only-option.ts';
import { type DataOptions, dataOptions, integer } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';
import { type StoreOptions, storeOptions } from '../run-store-options.ts';
import { suiteOption } from '../suite-option.ts';

export type BenchOptions = DataOptions &
  NewRunOptions & {
    suite: string;
    only?: string;
    slo?: string;
    rate?: string;
    duration?: string;
  } & StoreOptions;

export const bench = command<BenchOptions>('bench', 'the main job: measure everything, write the report', {
  options: [
    suiteOption(),
    onlyOption(),
    new Option('--slo <file>', 'the objectives that it is judged by: a YAML file, see docs/ci.md'),
    new Option('--rate <n>', 'of the load: arrivals per second; half of the capacity by default'),
    new Option('--duration <time>', 'of the load: how long it is measured, such as 60s'),
    ...runOptions(),
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
      const load = await loadWanted(options, context.project);
      const promised = promisesFile === undefined ? undefined : await promises(promisesFile, context.project);
      return answerRun(
        context,
        await runBench(context, load ? chosen.map((each) => (each.part === 'load' ? load : each)) : chosen, {
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

/** The load as it was asked for; undefined: as the suite has it. */
async function loadWanted({ rate, duration: lasting }: BenchOptions, project: Project) {
  if (rate === undefined && lasting === undefined) return;
  const time = lasting === undefined ? undefined : duration('--duration', lasting);
  if (time !== undefined && time <= 0)
    throw usage('A load of no time measures nothing.', 'For example: --duration 30s');
  const { loadMeasure } = await import('../../bench/load/load.ts');
  const { usualScenario } = await import('../../bench/load/usual-scenario.ts');
  return loadMeasure({
    scenario: usualScenario(project),
    ...(rate !== undefined && { rate: integer('--rate', rate, 1, 1_000_000) }),
    ...(time !== undefined && { duration: time }),
  });
}

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
  const { loadScenarios } = await import('../../scenarios/load-scripts.ts');
  const { projectCatalogue } = await import('../../project/project-catalogue.ts');
  const statements = (await projectCatalogue(project)).map(({ name }) => name);
  return readSlo(file, { scenarios: loadScenarios(project.scenarios), statements });
}
