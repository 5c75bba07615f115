import { Option } from 'commander';
import type { Goal, SelfContext, SelfTest } from '../../bench/self/goal.ts';
import { exitCodes, Fault, usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { type Context, command } from '../command.ts';
import { type TopologyOptions, topologyOptions } from '../topology-options.ts';
import { goalTable } from './self/goal-table.ts';
import { verdict } from './self/verdict.ts';

/** The benchmarks of the harness, in the order in which they run; each is imported when it is asked for. */
const tests: Readonly<Record<string, () => Promise<SelfTest>>> = {
  generator: async () => (await import('../../bench/self/generator.ts')).generator,
  load: async () => (await import('../../bench/self/load.ts')).selfLoad,
  observer: async () => (await import('../../bench/self/observer.ts')).observer,
  lag: async () => (await import('../../bench/self/lag.ts')).lag,
  gate: async () => (await import('../../bench/self/gate/gate.ts')).gate,
  policies: async () => (await import('../../bench/self/policies.ts')).policies,
  capacity: async () => (await import('../../bench/self/capacity.ts')).selfCapacity,
  history: async () => (await import('../../history/benchmark.ts')).history,
  nightly: async () => (await import('../../bench/self/nightly/nightly.ts')).nightly,
  verdicts: async () => (await import('../../bench/self/verdicts/verdicts.ts')).verdicts,
};
const names = Object.keys(tests);

export const self = command<{ only?: string } & TopologyOptions>(
  'self',
  "the harness's own speed and error, each with its goal",
  {
    options: [
      new Option(
        '--only <parts>',
        `parts of it, by comma: ${names.join(',')}; of gate and verdicts single ones: 'gate:removed', 'verdicts:stall,verdicts:6 busy loops'`,
      ),
      ...topologyOptions(),
    ],
    example: './olympus self --only lag',
    load: async () => {
      const { bringUp } = await import('../bring-up.ts');
      const { falseAlarmRecord } = await import('../../bench/compare/false-alarm-record.ts');
      const { cacheFolder } = await import('../../infra/setup/cache-folder.ts');
      const { scratchDatabase } = await import('../../bench/self/scratch-database.ts');
      return async (context, { only, topology: wanted }) => {
        const chosen = partsOf(only);
        await using topology = await bringUp(context, { topology: wanted, lifetime: 'tied' });
        context.progress.stage('schema');
        await using database = await scratchDatabase(topology, context);
        const { progress, signal } = context;
        const record = falseAlarmRecord(cacheFolder(context.cache));
        const goals: Goal[] = [];
        for (const name of chosen)
          goals.push(
            ...(await run(context, name, {
              ...{ topology, database: database.name, seed: 1, record, progress, signal },
              ...casesOf(name, only),
            })),
          );
        context.answer({ goals }, goalTable(goals));
        return exitCodes[verdict(goals)];
      };
    },
  },
);

/** @throws Fault (usage) naming the nearest part. */
function partsOf(only: string | undefined): string[] {
  const wanted = only?.split(',').map((part) => part.trim().replace(/:.*/, '')) ?? names;
  for (const part of wanted)
    if (!names.includes(part)) throw usage(`There is no part "${part}" of self.`, suggest(part, names));
  return names.filter((name) => wanted.includes(name));
}

/** "verdicts:stall": single cases of a part. */
function casesOf(name: string, only: string | undefined): { cases?: string[] } {
  const words = (only ?? '').split(',').map((part) => part.trim());
  const cases = words.flatMap((word) => (word.startsWith(`${name}:`) ? [word.slice(name.length + 1)] : []));
  return cases.length > 0 && !words.includes(name) ? { cases } : {};
}

/** What lacks a component, or fails for another reason that the user can act on, is told as its goal; the others go on. */
async function run({ progress, signal }: Context, name: string, context: SelfContext): Promise<Goal[]> {
  signal.throwIfAborted();
  progress.stage(name);
  try {
    const test = await tests[name]!();
    return await test(context);
  } catch (error) {
    signal.throwIfAborted();
    const { UnknownCase } = await import('../../bench/self/goal.ts');
    if (!(error instanceof Fault) || error.reason === 'defect' || error instanceof UnknownCase) throw error;
    return [{ name, value: null, goal: null, unit: '', ok: null, why: `${error.message} ${error.next}` }];
  }
}
