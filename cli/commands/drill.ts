import { Option } from 'commander';
import { duration } from '../../config/duration.ts';
import { usage } from '../../config/fault.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import type { RecoveryResult } from '../../result/measures/recovery.ts';
import { type Context, command } from '../command.ts';
import { databaseOption } from '../database-url.ts';
import { migrationWords } from '../migration-words.ts';
import { type DataOptions, dataOptions, integer } from '../options.ts';
import { checkpointWords, vacuumWords } from '../upkeep-words.ts';

type DrillCommandOptions = DataOptions & {
  all?: boolean;
  under?: string;
  rate?: string;
  writes: string;
  duration: string;
  repeat: string;
  only?: string;
  for: string;
  allowDrills?: boolean;
  plan?: boolean;
  database?: string;
  out: string;
};

export const drill = command<DrillCommandOptions>(
  'drill [names...]',
  'faults and operations under load: what they cost the clients, and whether every acknowledged write is still there',
  {
    options: [
      new Option('--all', 'every drill but soak, one after the other'),
      new Option(
        '--under <scenario>',
        'a load scenario that runs meanwhile, beside the writes of the ledger; not with migration, pitr, backup, vacuum and checkpoint, which have a load of their own',
      ),
      new Option('--rate <n>', 'with --under: arrivals per second of that scenario; 50 when absent'),
      new Option('--writes <n>', 'writes of the ledger per second, and as many reads').default('50'),
      new Option('--duration <time>', 'load before the fault, and after its repair').default('3s'),
      new Option('--repeat <n>', 'how many times each case is run').default('1'),
      new Option('--for <time>', 'how long a soak lasts').default('10m'),
      new Option(
        '--only <words>',
        'only the cases whose names contain this, such as "synchronous (" or postmaster',
      ),
      new Option('--allow-drills', 'servers of yours may be drilled; their database must be named as well'),
      new Option('--plan', 'migration FILE: predict locks, rewrites and the verdict, and run nothing'),
      databaseOption(),
      new Option('--out <dir>', 'folder of the runs').default('runs'),
      ...dataOptions(),
    ],
    example: `./olympus drill restart --scale tiny
  $ echo 'ALTER TABLE core.orders ADD COLUMN gift boolean' > gift.sql
  $ ./olympus drill migration gift.sql --plan`,
    load: async () => {
      const { drillMeasure, drillNamed, requireUnder } = await import('../../bench/drill/drill-measure.ts');
      const { drills } = await import('../../bench/drill/drills.ts');
      const { scenarioScript } = await import('../../scenarios/load-scripts.ts');
      const { answerRun } = await import('../answer-run.ts');
      const { runBench } = await import('../run-bench.ts');
      return async (context, options, ...names) => {
        if (options.plan || options.database !== undefined) return planned(context, options, names);
        if (names.length === 0 && !options.all)
          throw usage(
            'Which drill?',
            `There is: ${drills.map(({ name, what }) => `${name} (${what})`).join('; ')}. Or all of them: --all`,
          );
        if (names.length > 0 && options.all)
          throw usage('--all takes no names.', 'Leave out --all, or the names.');
        if (options.rate && !options.under)
          throw usage('--rate is of the scenario of --under.', 'The ledger’s own writes: --writes 50');
        if (options.under) scenarioScript(options.under);
        const chosen = options.all
          ? drills.filter(({ inAll }) => inAll)
          : names[0] === 'migration' && names.length > 1
            ? [await migrationFile(names)]
            : [...new Set(names)].map((name) => drillNamed(name));
        if (options.only && (chosen.length !== 1 || !('cases' in chosen[0]!)))
          throw usage(
            '--only picks cases of one drill that has cases.',
            'For example: ./olympus drill kill --only postmaster',
          );
        if (options.under) requireUnder(chosen);
        const measure = drillMeasure(chosen, {
          rate: integer('--writes', options.writes, 1, 1000),
          duration: lasting(options.duration),
          repeat: integer('--repeat', options.repeat, 1, 1000),
          only: options.only ?? null,
          soakFor: duration('--for', options.for),
          under: options.under
            ? { scenario: options.under, rate: integer('--rate', options.rate ?? '50', 1, 100_000) }
            : null,
          allowDrills: options.allowDrills ?? false,
          notOurs: context.permission.notOurs,
        });
        const run = await runBench(context, [measure], {
          ...{ ...options, kind: 'drill', suite: 'quick', asked: ['drill'] },
        });
        return answerRun(context, run, [
          ...(run.result.drill ?? []).flatMap(words),
          ...migrationWords(run.result.migration ?? []),
          ...(run.result.recovery ?? []).flatMap(recoveryWords),
          ...(run.result.vacuum ?? []).flatMap(vacuumWords),
          ...(run.result.checkpoint ?? []).flatMap(checkpointWords),
        ]);
      };
    },
  },
);

/** `migration FILE`: read before anything is brought up, so that a wrong one costs nothing. */
async function migrationFile([, file, ...more]: string[]) {
  if (more.length > 0)
    throw usage(
      'migration takes one file, or one folder.',
      'For example: ./olympus drill migration gift.sql',
    );
  const { readMigrationFiles } = await import('../../bench/drill/migration/migration-file.ts');
  const { migrationOf } = await import('../../bench/drill/migration/migration-drill.ts');
  await readMigrationFiles(file!);
  return migrationOf(file!);
}

/** --plan: one file or folder, of nothing else. */
async function planned(
  context: Context,
  options: DrillCommandOptions,
  [name, file, ...more]: string[],
): Promise<number> {
  if (!options.plan)
    throw usage('--database is of --plan: a drill runs on a topology.', 'Leave it out, or add --plan.');
  if (name !== 'migration' || file === undefined || more.length > 0)
    throw usage(
      '--plan predicts one file, or one folder, of a migration.',
      'For example: ./olympus drill migration gift.sql --plan',
    );
  const { answerMigrationPlan } = await import('../plan-migration.ts');
  return answerMigrationPlan(context, file, options);
}

/** @throws Fault (usage) for a load that shows nothing before the fault, or of more than an hour. */
function lasting(text: string): number {
  const time = duration('--duration', text);
  if (time >= 1000 && time <= 3_600_000) return time;
  throw usage(`--duration takes a time from 1s to 1h, not "${text}".`, 'For example: --duration 3s');
}

/** One case on the terminal. */
function words(one: DrillResult): string[] {
  const ms = (value: number | null) => (value === null ? 'not known' : `${Math.round(value)} ms`);
  const { ledger } = one;
  const errors = Object.entries(one.errors).map(([state, count]) => `${state} ${count}`);
  const accounts =
    ledger.lost === null
      ? `the ledger could not be checked: ${ledger.why}`
      : `${ledger.acknowledged} acknowledged, ${ledger.lost} of them lost; ${ledger.uncertain} never answered, ${ledger.unacknowledgedPresent} of them there${ledger.impossible === 0 ? '' : `; ${ledger.impossible} ROWS THAT MUST NOT BE THERE`}`;
  return [
    `  ${one.name} (${one.case})${one.repetition > 1 ? `, repetition ${one.repetition}` : ''}: ${one.judged} through ${one.judged === 'writes' ? one.via : one.reads} unavailable ${ms(one.unavailableMs)}, recovered after ${ms(one.recoverMs)}${one.why ? ` (${one.why})` : ''}`,
    `    writes: ${accounts}`,
    ...underWords(one),
    ...memoryWords(one),
    `    errors: ${errors.join(', ') || 'none'}; healed: ${one.healed === null ? 'not known' : one.healed ? 'yes' : 'NO'}, ${one.healedHow}`,
  ];
}

/** What the clients of --under saw. */
function underWords({ load }: DrillResult): string[] {
  if (load === null) return [];
  const errors = Object.entries(load.errors).map(([state, count]) => `${state} ${count}`);
  const most = (['before', 'during', 'after'] as const).map((phase) => {
    const { max } = load.responseMs[phase];
    return `${phase} ${max === null ? 'none' : `${Math.round(max)} ms`}`;
  });
  return [
    `    ${load.scenario}: ${load.requests} requests; errors: ${errors.join(', ') || 'none'}; longest response ${most.join(', ')}`,
  ];
}

/** One restore on the terminal. */
function recoveryWords(one: RecoveryResult): string[] {
  const { ledger, sizeBytes, backupMs, restoreMs, lostMs } = one;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  return [
    `  ${one.name} (${one.case})${one.repetition > 1 ? `, repetition ${one.repetition}` : ''}: ${(sizeBytes / 1e6).toFixed(0)} MB backed up in ${seconds(backupMs)}, restored in ${seconds(restoreMs)} to ${one.target}`,
    `    rows: ${one.digestEqual === null ? 'not known' : one.digestEqual ? 'the same' : 'NOT THE SAME'}, ${one.digestWhy}`,
    `    writes: ${ledger.lost === null ? `the ledger could not be checked: ${ledger.why}` : `${ledger.acknowledged} acknowledged, ${ledger.lost} of them lost; ${ledger.impossible} from after that moment`}; lost time: ${lostMs === null ? `not known: ${one.lostWhy}` : `${Math.round(lostMs)} ms`}`,
  ];
}

/** Of a soak: what each process had to itself in its first and in its last third. */
function memoryWords({ memory }: DrillResult): string[] {
  if (memory.length === 0) return [];
  const mb = (bytes: number) => Math.round(bytes / 1e6);
  return [
    `    memory: ${memory.map(({ process, firstBytes, lastBytes }) => `${process} ${mb(firstBytes)} → ${mb(lastBytes)} MB`).join(', ')}`,
  ];
}
