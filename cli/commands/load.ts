import { Option } from 'commander';
import type { LoadMeasureOptions } from '../../bench/load/load.ts';
import type { Measure } from '../../bench/measure.ts';
import { duration } from '../../config/duration.ts';
import { usage } from '../../config/fault.ts';
import { type Milliseconds, milliseconds, seconds } from '../../config/units.ts';
import type { Project } from '../../project/project.ts';
import { type Route, routes } from '../../scenarios/load-scenario.ts';
import { loadScenarios } from '../../scenarios/load-scripts.ts';
import type { Statement } from '../../scenarios/statement.ts';
import { choice } from '../choice.ts';
import { command } from '../command.ts';
import { type DataOptions, dataOptions, integer } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';

export type LoadOptions = DataOptions &
  NewRunOptions & {
    rate?: string;
    arrivals?: string;
    speedUp?: string;
    ramp?: string;
    duration?: string;
    connections?: string;
    model: 'open' | 'closed';
    via?: Route;
    render?: 'k6-operator';
    parallelism?: string;
    image?: string;
    plan?: string;
    merge?: string[];
  };

export const load = command<LoadOptions>(
  'load [scenario]',
  'one load scenario through k6: one of the project or a shipped one by its name, or the path of a script',
  {
    options: [
      new Option('--rate <n>', 'arrivals per second of the open model; half of the capacity by default'),
      new Option(
        '--arrivals <law|file>',
        'constant, poisson, or a file of recorded arrivals: seconds or times, one a line',
      ).conflicts('ramp'),
      new Option('--speed-up <n>', 'replay recorded arrivals so many times as fast'),
      new Option('--ramp <from..to>', 'arrivals per second that grow steadily, such as 100..2000').conflicts(
        'rate',
      ),
      new Option(
        '--duration <time>',
        'measured time, after the warm-up; 30s by default, of a replay as long as the recording',
      ),
      new Option('--connections <n>', 'connections to the endpoint; as the scenario says when absent'),
      new Option('--model <model>', 'open: a schedule; closed: as fast as the connections go')
        .choices(['open', 'closed'])
        .default('open'),
      choice(
        '--via <route>',
        'which endpoint takes the load, or `replicas`: writes to the primary, reads to replicas that have the writes of the same tenant; as the scenario says, else the pooler',
        routes,
        'endpoint',
      ),
      new Option(
        '--render <target>',
        'print manifests that share the load among several pods, and run nothing',
      ).choices(['k6-operator']),
      new Option('--parallelism <n>', 'of the manifests: how many pods; 2 by default'),
      new Option(
        '--image <name>',
        'of the manifests: deploy/k6-operator/Dockerfile built; olympus-k6 by default',
      ),
      new Option(
        '--plan <file>',
        'of the manifests: a load plan to send along, such as raw/load/load-plan.json of a run',
      ),
      new Option(
        '--merge <logs...>',
        'print what several processes or pods reported as one load, and run nothing',
      ).conflicts(['render', 'rate', 'arrivals', 'ramp']),
      ...runOptions(),
      ...dataOptions(),
    ],
    more: () => `Scenarios: ${loadScenarios().join(', ')}; a project has its own beside them.`,
    example: './olympus load storefront --rate 200 --duration 10s --scale tiny',
    load: async () => {
      const { loadMeasure } = await import('../../bench/load/load.ts');
      const { scenarioFor } = await import('../../bench/load/usual-scenario.ts');
      const { projectCatalogue } = await import('../../project/project-catalogue.ts');
      const { answerRun } = await import('../answer-run.ts');
      const { runBench } = await import('../run-bench.ts');
      return async (context, options, scenario) => {
        if (options.merge) return await (await import('../merge-load.ts')).mergeLoad(context, options.merge);
        if (options.render) return await render(options, context.project, scenario);
        if (!scenario)
          throw usage(
            'Which scenario?',
            `There is: ${loadScenarios(context.project.scenarios).join(', ')}; or the path of your own.`,
          );
        const forManifests = (['parallelism', 'image', 'plan'] as const).find((name) => options[name]);
        if (forManifests) throw usage(`--${forManifests} belongs to --render.`, 'Add --render k6-operator.');
        // what cannot be meant is refused before anything is started
        const catalogue = await projectCatalogue(context.project);
        const script = scenarioFor(context.project, scenario, catalogue);
        const measure: Measure = {
          ...loadMeasure({ scenario: script, ...(await wanted(options, script, catalogue)) }),
          userInput: true, // a script that k6 does not take is refused as a typo is
        };
        return answerRun(
          context,
          await runBench(context, [measure], { ...options, kind: 'load', suite: 'quick' }, catalogue),
        );
      };
    },
  },
);

/** Manifests on stdout; nothing is started. */
async function render(options: LoadOptions, project: Project, named?: string): Promise<undefined> {
  const { usualScenario } = await import('../../bench/load/usual-scenario.ts');
  const scenario = named ?? usualScenario(project);
  const { renderK6Operator } = await import('../../bench/load/render-k6-operator.ts');
  const { rate, duration: asked } = options;
  process.stdout.write(
    renderK6Operator({
      scenario,
      parallelism: integer('--parallelism', options.parallelism ?? '2', 1, 1000),
      image: options.image ?? 'olympus-k6',
      plan: options.plan,
      rate: rate ? integer('--rate', rate, 1, 1_000_000) : undefined,
      seconds: asked ? duration('--duration', asked) / 1000 : undefined,
    }),
  );
}

const mostArrivals = 1_000_000; // a second

async function wanted(
  options: LoadOptions,
  script: string,
  catalogue: readonly Statement[],
): Promise<Omit<LoadMeasureOptions, 'scenario'>> {
  const { via } = options;
  const { readLoadScenario } = await import('../../scenarios/load-scenario.ts');
  const { isShipped } = await import('../../scenarios/load-scripts.ts');
  const scenario = readLoadScenario(script, catalogue);
  const route = via ?? scenario.via;
  if (scenario.writes && (route === 'replica1' || route === 'replica2'))
    throw usage(
      `This scenario writes (${scenario.statements.find(({ kind }) => kind === 'write')!.name}), and ${route} is read-only.`,
      'Leave out --via, or use --via replicas: then writes go to the primary and reads to the replicas.',
    );
  const arrivals = await arrivalsOf(options);
  if (options.model === 'closed' && (arrivals || options.rate))
    throw usage('A closed loop has no schedule.', 'Leave out --rate, --arrivals and --ramp.');
  const own = isShipped(script) ? undefined : scenario;
  return {
    duration: lasting(options.duration, own?.duration),
    ...(own?.warmup !== undefined && { warmup: own.warmup }),
    model: options.model,
    ...(via && { via }),
    ...(options.connections && { connections: integer('--connections', options.connections, 1, 5000) }),
    ...(options.rate && { rate: integer('--rate', options.rate, 1, mostArrivals) }),
    ...arrivals,
  };
}

/** @throws Fault (usage) for a load of no time, or of more than a day. */
function lasting(asked: string | undefined, own: Milliseconds | undefined): Milliseconds {
  const time = asked === undefined ? (own ?? seconds(30)) : duration('--duration', asked);
  if (time <= 0) throw usage('A load of no time measures nothing.', 'For example: --duration 30s');
  return withinADay(time, `A load of ${Math.round(time / 3_600_000)} hours`, 'Use --duration 24h at most.');
}

function withinADay(time: Milliseconds, what: string, next: string): Milliseconds {
  if (time > longest) throw usage(`${what} is too long: k6 ends a script after a day.`, next);
  return time;
}
const longest = seconds(24 * 3600);

/** The law of arrivals, with the rate or the duration that goes with it. */
async function arrivalsOf({
  arrivals,
  ramp,
  speedUp,
  duration: asked,
  rate,
}: LoadOptions): Promise<Pick<LoadMeasureOptions, 'arrivals' | 'rate' | 'duration'> | undefined> {
  if (ramp) {
    const [, from = '', to = ''] = /^(\d+)\.\.(\d+)$/.exec(ramp) ?? [];
    if (![from, to].every((rate) => Number(rate) > 0 && Number(rate) <= mostArrivals))
      throw usage(
        `--ramp takes two rates from 1 to ${mostArrivals}, such as 100..2000, not "${ramp}".`,
        'For example: --ramp 100..2000',
      );
    return { rate: Number(from), arrivals: { kind: 'ramp', to: Number(to) } };
  }
  const law = arrivals === 'constant' || arrivals === 'poisson' ? arrivals : undefined;
  const file = law ? undefined : arrivals;
  if (speedUp && !file)
    throw usage(
      '--speed-up belongs to recorded arrivals.',
      'For example: --arrivals monday.txt --speed-up 10',
    );
  if (!file) return law && { arrivals: { kind: law } };
  if (rate) throw usage('Recorded arrivals have their own rate.', 'Use --speed-up in place of --rate.');
  const { readArrivals } = await import('../../bench/load/arrivals-file.ts');
  const speed = Number(speedUp ?? 1);
  if (!(speed > 0 && speed < Number.POSITIVE_INFINITY))
    throw usage(`--speed-up takes a number above 0, not "${speedUp}".`, 'For example: --speed-up 10');
  const offsets = readArrivals(file);
  const whole = milliseconds(Math.ceil((1000 * offsets.at(-1)!) / speed) + 1); // the last one belongs to it
  return {
    arrivals: { kind: 'replay', offsets, speed },
    duration: asked
      ? lasting(asked, undefined)
      : withinADay(
          whole,
          `The recording lasts ${Math.round(whole / 3_600_000)} hours, which`,
          'Replay it faster (--speed-up), or only its beginning (--duration 1h).',
        ),
  };
}
