import { Option } from 'commander';
import { usage } from '../../config/fault.ts';
import { suggest } from '../../config/nearest.ts';
import { size } from '../../config/size.ts';
import { size as bytes } from '../../reports/format.ts';
import { growthWords, limitWords } from '../../reports/storage-words.ts';
import type { CapacityResult } from '../../result/measures/capacity.ts';
import { type Route, routes } from '../../scenarios/load-scenario.ts';
import { choice } from '../choice.ts';
import { command } from '../command.ts';
import { dataPlan } from '../data-plan.ts';
import { type DataOptions, dataOptions, integer } from '../options.ts';
import { type NewRunOptions, runOptions } from '../run-options.ts';

type CapacityOptions = DataOptions &
  NewRunOptions & {
    scenario?: string;
    sloP99: string;
    via?: Route;
    only?: string;
    currentRate?: string;
    disk?: string;
    mix?: string;
  };

export const capacity = command<CapacityOptions>(
  'capacity',
  'how far it goes: the highest rate within the objective, what saturates, and when the disk is full',
  {
    options: [
      new Option(
        '--scenario <name>',
        'the load scenario that runs: storefront by default; of a project of yours mixed',
      ),
      new Option('--slo-p99 <ms>', 'the objective: p99 of the response time').default('100'),
      choice(
        '--via <endpoint>',
        'which endpoint takes the load; as the scenario says when absent',
        routes,
        'endpoint',
      ),
      new Option(
        '--only <questions>',
        'questions, by comma: maximum,connections,tenants,size,storage; all by default',
      ),
      new Option('--current-rate <n>', 'requests a second today, for the headroom'),
      new Option('--disk <size>', 'size of the disk, for the date when it is full: 500GB'),
      new Option(
        '--mix <weights>',
        'estimate for another mix of statements: "orders/recent=5,products/search=1"',
      ),
      ...runOptions(),
      ...dataOptions(),
    ],
    example: './olympus capacity --only maximum,storage --disk 100GB --scale tiny',
    load: async () => {
      const { capacityMeasure, questions } = await import('../../bench/capacity/capacity.ts');
      const { scenarioFor, usualScenario } = await import('../../bench/load/usual-scenario.ts');
      const { projectCatalogue } = await import('../../project/project-catalogue.ts');
      const { answerRun } = await import('../answer-run.ts');
      const { runBench } = await import('../run-bench.ts');
      return async (context, options) => {
        const catalogue = await projectCatalogue(context.project);
        const asked = options.scenario ?? usualScenario(context.project);
        const script = scenarioFor(context.project, asked, catalogue); // a misspelt one is refused before anything is started
        const only = options.only?.split(',').map((name) => name.trim()) ?? [...questions];
        for (const name of only)
          if (!(questions as readonly string[]).includes(name))
            throw usage(`There is no question "${name}" of capacity.`, suggest(name, questions));
        const names = catalogue.map(({ name }) => name);
        const measure = capacityMeasure({
          scenario: script,
          sloP99Ms: integer('--slo-p99', options.sloP99, 1, 600_000),
          only: questions.filter((name) => only.includes(name)),
          scale: dataPlan(options).scale,
          ...(options.via && { via: options.via }),
          ...(options.currentRate && {
            currentRate: integer('--current-rate', options.currentRate, 1, 10_000_000),
          }),
          ...(options.disk && { disk: size('--disk', options.disk) }),
          ...(options.mix && { mix: mixOf(options.mix, names) }),
        });
        const run = await runBench(context, [measure], {
          ...{ ...options, kind: 'capacity', suite: 'quick', asked: ['capacity'] },
        });
        return answerRun(context, run, run.result.capacity ? words(run.result.capacity) : []);
      };
    },
  },
);

/** @throws Fault (usage) for a statement that is not in the catalogue, or a weight that is none. */
function mixOf(text: string, known: readonly string[]): Record<string, number> {
  const mix: Record<string, number> = {};
  for (const pair of text.split(',')) {
    const [name = '', weight = ''] = pair.trim().split('=');
    if (!known.includes(name)) throw usage(`The catalogue has no statement "${name}".`, suggest(name, known));
    if (!(Number(weight) > 0))
      throw usage(`--mix: the weight of ${name} is "${weight}".`, `For example: --mix ${name}=5`);
    mix[name] = Number(weight);
  }
  return mix;
}

/** The answers for the terminal, one line each. */
function words({ maximum, scalability, storage, sloP99Ms, scenario }: CapacityResult): string[] {
  const lines: string[] = [];
  const whole = (value: number) => Math.round(value).toLocaleString('en-US');
  if (maximum)
    lines.push(
      maximum.rate === null
        ? `  maximum: no rate of ${scenario} keeps p99 within ${sloP99Ms} ms; ${maximum.why}`
        : `  maximum: ${whole(maximum.rate)} requests/s within p99 ${sloP99Ms} ms (${whole(maximum.low)} to ${maximum.high === null ? '?' : whole(maximum.high)}; ${maximum.probes.length} probes)`,
    );
  if (maximum?.saturation)
    lines.push(`  saturates: ${maximum.saturation.resource}; ${maximum.saturation.why}`);
  if (scalability)
    lines.push(
      `  connections: ${scalability.bestPool.connections} give 95 % of the best throughput; ${scalability.peak ? `peak at ${scalability.peak.connections.toFixed(1)}` : scalability.why}`,
    );
  if (storage) {
    lines.push(
      `  storage: ${growthWords(storage.bytesPerDay)}; WAL ${bytes(storage.walBytesPerDay.value)} a day`,
    );
    for (const limit of storage.limits) lines.push(`  ${limitWords(limit)}`);
  }
  return lines;
}
