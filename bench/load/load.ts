import { basename } from 'node:path';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { samplesThatBound } from '../../analysis/statistics/quantile-ranks.ts';
import { trustLimits } from '../../analysis/verdict/trust-limits.ts';
import { usage } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { type Milliseconds, milliseconds, seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { connect } from '../../infra/topology/session.ts';
import type { LoadEvidence, LoadResult, Others, Result, Warning } from '../../result/result.ts';
import { drawLoadPlan } from '../../scenarios/draw-load-plan.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { type LoadScenario, type Route, readLoadScenario } from '../../scenarios/load-scenario.ts';
import { isShipped, scenarioScript } from '../../scenarios/load-scripts.ts';
import { findLoadTenants } from '../../scenarios/tenants.ts';
import { type WithEvidence, withEvidence } from '../evidence/with-evidence.ts';
import { type OthersSecond, watchMachine } from '../host/machine-watch.ts';
import { serverRoots } from '../host/server-roots.ts';
import type { Measure, Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';
import type { EngineReport } from './engine-report.ts';
import { loadResult } from './load-result.ts';
import { routeOf } from './load-route.ts';
import { type Ceiling, closedLoop, predictOverload } from './predict-overload.ts';
import { mayFindCeiling, nameRate, requireLoadAllowed, withoutRate } from './require-load-allowed.ts';
import { type Arrivals, LoadCut, type LoadOptions, type LoadRun, runLoad } from './run-load.ts';
import { usualScenario } from './usual-scenario.ts';

const usualTenants = 32;
const draws = 32;

/** What `./olympus load` may say; what it does not say is chosen. */
export interface LoadMeasureOptions {
  /** A shipped scenario, or the path of a script. */
  readonly scenario: string;
  readonly connections?: number;
  /** closed: as fast as the connections go. open (the default): on a schedule. */
  readonly model?: 'open' | 'closed';
  /** Arrivals per second of the open model; the suite's share of the measured capacity when absent. */
  readonly rate?: number;
  /** How requests arrive; the scenario's own way when absent. A replay brings its own rate. */
  readonly arrivals?: Arrivals;
  readonly duration?: Milliseconds;
  /** The suite's when absent. */
  readonly warmup?: Milliseconds;
  /** Where the load goes: as the scenario says, else the pooler, and the primary where there is none. */
  readonly via?: Route;
}

/**
 * A scenario in up to three runs over one route: without a server, for the generator's own ceiling; closed, for what
 * the server can do; open at a share of that, which is the measured one.
 */
export const loadMeasure = (options: LoadMeasureOptions): Measure => {
  const asked = options.via ?? readLoadScenario(scenarioScript(options.scenario)).via;
  return {
    part: 'load',
    drivenByK6: true,
    needs: asked === undefined ? [] : asked === 'replicas' ? ['replica1'] : [asked],
    wants: asked === undefined ? ['pooler'] : [],
    run: (setting) => measure(setting, { ...options, via: asked ?? 'pooler' }),
  };
};

/** The project's usual scenario. */
export const load: Measure = {
  ...loadMeasure({ scenario: 'storefront' }),
  run: async (setting) => {
    const scenario = usualScenario(setting.project);
    // nobody who measures all that applies has asked for a load on his server; who names the part is told as a failure
    const { project, asked } = setting;
    if (project.data === 'asIs' && !mayFindCeiling(setting) && !asked?.includes('load'))
      return {
        skipped: [
          {
            ...{ part: 'load', why: withoutRate.replace(/\.$/, ''), applies: false },
            how: nameRate(`./olympus load ${basename(scenario, '.ts')} --rate 50`),
          },
        ],
      };
    return loadMeasure({ scenario }).run(setting);
  },
};

type ResolvedOptions = LoadMeasureOptions & { readonly via: Route };

/** A scenario that writes gets a copy of the database, because no measure alters the dataset. */
async function measure(setting: Setting, options: ResolvedOptions): Promise<Partial<Result>> {
  const scenario = readLoadScenario(scenarioScript(options.scenario), setting.catalogue);
  if (!scenario.writes) return await measureOn(setting, options, scenario);
  const name = `${setting.database}_load`;
  await using copy = await cloneDatabase(setting.topology.get('primary'), setting.database, name);
  return await measureOn({ ...setting, database: copy.database }, options, scenario);
}

async function measureOn(
  setting: Setting,
  options: ResolvedOptions,
  scenario: LoadScenario,
): Promise<Partial<Result>> {
  const { progress, signal, budget } = setting;
  const { model = 'open', arrivals, duration = budget.loadMeasured } = options;
  const rateIsKnown = options.rate !== undefined || scenario.ownRate || arrivals?.kind === 'replay';
  if (model === 'closed' || !rateIsKnown)
    requireLoadAllowed(setting, `./olympus load ${basename(options.scenario, '.ts')} --rate 50`);
  const k6 = await findK6({ progress, signal });
  const plan = await drawPlan(setting, scenario);
  if (!setting.masked) await setting.keep('load/load-plan.json', JSON.stringify(plan)); // it holds the values that are asked for
  const { via, ...route } = await routeOf(setting, options.via, scenario.login);
  const shared: Shared = {
    ...{ k6, plan, script: scenarioScript(options.scenario), seed: setting.seed, progress, signal, ...route },
    ...(options.connections && { connections: options.connections }),
    ...(arrivals && { arrivals }),
  };
  const warmup = options.warmup ?? budget.loadWarmup;
  const outcomes = new Outcomes(setting, via, await serverRoots(setting.topology));
  if (via !== options.via) outcomes.warn([otherRoute(setting, options.via, via)]);
  if (scenario.rate !== undefined && !scenario.ownRate && !isShipped(shared.script) && !options.rate)
    outcomes.warn([ignoredRate(scenario.rate)]);

  const ceiling = await measureCeiling(shared);
  outcomes.ceilingRate = ceiling.rate;
  progress.note(
    ceiling.rate < 0.99 * maxOffered
      ? `the generator's own ceiling is ${Math.round(ceiling.rate)} requests a second`
      : `the generator's own ceiling is above ${maxOffered} requests a second, the most that is tried`,
  );
  let rate = options.rate;
  if (model === 'open' && !rateIsKnown) {
    const length = milliseconds(Math.max(3000, budget.loadMeasured / 6));
    const closed = await outcomes.of(
      () => runLoad(closedLoop({ ...shared, duration: length, warmup })),
      'brief',
    );
    const capacity = closed.report.requests / closed.report.seconds;
    rate = Math.max(1, Math.round(capacity * budget.loadShare));
    progress.note(
      `${via} answers ${Math.round(capacity)} requests a second on ${closed.report.connections} connections`,
    );
  } else if (model === 'open') {
    const own = scenario.ownRate && !arrivals && scenario.rate !== undefined ? { rate: scenario.rate } : {};
    const asked = scenario.sessions ? undefined : offered({ ...own, ...options }, duration);
    outcomes.warn(await predictOverload(shared, asked, ceiling));
  }
  const measured = { ...shared, duration, warmup };
  if (model === 'open') progress.note(`measuring ${pace(rate, arrivals)}`);
  const open = (offeredRate: number | undefined) =>
    outcomes.of(
      () =>
        runLoad(
          model === 'closed'
            ? closedLoop(measured)
            : {
                ...measured,
                ...(options.duration === undefined && !arrivals
                  ? { duration: timeFor(offeredRate, duration) }
                  : {}),
                ...(offeredRate === undefined ? {} : { rate: offeredRate }),
                // what a shipped script promises is promised of the shop, not of a database of the user's
                thresholds: setting.project.data === 'generated' || !isShipped(shared.script),
              },
        ),
      'whole',
    );
  const first = await open(rate);
  // Only a rate that nobody asked for may be another one.
  if (model === 'open' && rate !== undefined && options.rate === undefined && !arrivals) {
    const lower = lowerRate(rate, first.report);
    if (lower !== undefined) {
      outcomes.replaceBy(lowered(rate, lower, first.report));
      await open(lower);
    }
  }
  return outcomes.sections();
}

/** So long that a load as slow as this has the requests that bound its p99; at most thrice what was planned. */
export function timeFor(rate: number | undefined, planned: Milliseconds): Milliseconds {
  const needed = rate === undefined ? 0 : (1.2 * samplesThatBound(0.99) * 1000) / rate;
  return milliseconds(Math.min(3 * planned, Math.max(planned, Math.ceil(needed))));
}

const lagOf = ({ startLag }: Pick<EngineReport, 'startLag'>) =>
  (decodeHistogram(startLag)?.getValueAtPercentile(99) ?? 0) / 1e6;

/** Half of a rate at which the generator started too late to be believed; undefined where it did not, or cannot go lower. */
export const lowerRate = (
  rate: number,
  report: Pick<EngineReport, 'startLag' | 'complete'>,
): number | undefined =>
  report.complete && rate >= 2 && lagOf(report) > trustLimits.startLagP99 ? Math.round(rate / 2) : undefined;

const lowered = (from: number, to: number, report: EngineReport): Warning => ({
  code: 'rate-lowered',
  message: `At ${from} requests a second the generator started up to ${lagOf(report).toFixed(1)} ms late (p99), because the cores were busy; the load was measured again at ${to} a second, and these are its figures.`,
  advice: `Use --rate ${from} to insist on it; \`./olympus doctor\` says how the generator may start in time.`,
});

const otherRoute = ({ topology }: Setting, wanted: Route, via: Route): Warning => ({
  code: 'other-route',
  message: `The load goes to the ${via} directly, not through the ${wanted}: ${topology.absent.find(({ part }) => part === wanted)?.why ?? 'it is not part of the topology'}.`,
  advice: `Its times are not those of the ${wanted}. Start it (\`./olympus status\`), or say --via ${via}.`,
});

const ignoredRate = (rate: number): Warning => ({
  code: 'rate-not-used',
  message: `The script says rate: ${rate}, but a share of what the endpoint can do is offered.`,
  advice: `Write @rate own into its first comment, or use --rate ${rate}.`,
});

function pace(rate: number | undefined, arrivals: Arrivals | undefined): string {
  if (arrivals?.kind === 'replay') return `${arrivals.offsets.length} recorded arrivals`;
  if (rate === undefined) return "at the scenario's own rate";
  return arrivals?.kind === 'ramp'
    ? `from ${rate} to ${arrivals.to} a second`
    : `at ${rate} requests a second`;
}

type Shared = Omit<LoadOptions, 'rate' | 'duration' | 'warmup'>;

/** The rate that is asked for, where it is known before the run; of a ramp its end. */
function offered({ rate, arrivals }: LoadMeasureOptions, duration: Milliseconds): number | undefined {
  if (arrivals?.kind === 'ramp') return Math.max(rate ?? 0, arrivals.to);
  if (arrivals?.kind !== 'replay') return rate;
  const within = arrivals.offsets.filter((at) => at / arrivals.speed < duration / 1000).length;
  return (within * 1000) / duration;
}

/** What runs gave, kept as soon as each ended. */
class Outcomes {
  ceilingRate: number | null = null;
  readonly #setting: Setting;
  readonly #via: Route;
  readonly #roots: readonly number[];
  #again = '';
  readonly #load: LoadResult[] = [];
  readonly #warnings: Warning[] = [];

  /** @param roots of the servers that are measured */
  constructor(setting: Setting, via: Route, roots: readonly number[]) {
    this.#setting = setting;
    this.#via = via;
    this.#roots = roots;
  }

  sections(): Partial<Result> {
    return { load: this.#load, warnings: this.#warnings };
  }

  /** Another run of the same load takes the place of the last one; its raw files stay, under a name of their own. */
  replaceBy(why: Warning): void {
    this.#load.shift();
    this.#warnings.splice(
      0,
      this.#warnings.length,
      ...this.#warnings.filter(({ code }) => code !== 'load-behind'),
    );
    this.#again = '-lower-rate';
    this.warn([why]);
  }

  warn(warnings: readonly Warning[]): void {
    this.#warnings.push(...warnings);
    for (const { message } of warnings) this.#setting.progress.warn(message);
  }

  /**
   * Keeps a run. The whole one is the one that is meant: the server is watched, all of its reports are kept, and they
   * come first. Of a brief one, which only looked for the capacity, the first report says it. A run that was cut is
   * kept as far as it came; an interruption goes on from here.
   */
  async of(run: () => Promise<LoadRun>, how: 'whole' | 'brief'): Promise<LoadRun> {
    let cause: LoadCut | undefined;
    const tolerant = () =>
      run().catch((error) => {
        if (!(error instanceof LoadCut)) throw error;
        cause = error;
        return error.kept;
      });
    using machine = watchMachine({ roots: this.#roots });
    const { outcome, evidence, watchedFrom }: WithEvidence<LoadRun> =
      how === 'whole'
        ? await withEvidence(this.#setting, `load/evidence${this.#again}.json`, tolerant)
        : { outcome: await tolerant() };
    if (how === 'whole') this.#warnings.push(...outcome.warnings.map(late));
    if (outcome.cut)
      this.warn([
        {
          code: 'load-cut',
          message: `The load was cut: ${outcome.cut}`,
          advice: cause?.next ?? 'Its figures are those of the time until then.',
        },
      ]);
    const seen = evidence && {
      ...evidence,
      ...(watchedFrom !== undefined && {
        windowFromS: (Date.parse(outcome.report.startedAt) - watchedFrom) / 1000,
      }),
      series: withOthers(evidence.series, machine.series),
    };
    await this.#keep(outcome, seen, how, machine.soFar());
    this.#setting.soFar?.(this.sections());
    this.#setting.signal.throwIfAborted();
    return outcome;
  }

  async #keep(
    outcome: LoadRun,
    evidence: LoadEvidence | undefined,
    how: 'whole' | 'brief',
    others: Others,
  ): Promise<void> {
    const { ceilingRate } = this;
    const kept: LoadResult[] = [];
    for (const { histogramLog, ...engine } of how === 'whole' ? outcome.reports : [outcome.report]) {
      const name = `load/${engine.scenario.replaceAll(/[^\w-]/g, '_')}-${engine.model}${this.#again}`;
      await this.#setting.keep(`${name}.json`, JSON.stringify(engine));
      const histogram = await this.#setting.keep(`${name}.hlog`, histogramLog);
      const { cut, thresholds } = outcome;
      kept.push({
        ...loadResult(engine, {
          ...{ via: this.#via, ceilingRate, histogram, others, names: namesOf(this.#setting.topology) },
          ...(cut !== undefined && { cut }),
          ...(thresholds.length > 0 && { thresholds }),
        }),
        ...(evidence && { evidence }),
      });
    }
    this.#load.unshift(...kept);
  }
}

/** Each second of the server's series with what our processes, the servers and others took until then. */
const withOthers = (
  series: LoadEvidence['series'],
  others: readonly OthersSecond[],
): LoadEvidence['series'] =>
  series.map((point) => {
    const near = others.findLast(({ s }) => s <= point.s + 0.5);
    const { othersCores = null, ownCores = null, serversCores = null } = near ?? {};
    return { ...point, othersCores, ownCores, serversCores };
  });

/** host:port of each server that an outage may be of. */
const namesOf = ({ endpoints }: Setting['topology']): Record<string, string> =>
  Object.fromEntries(endpoints.map(({ name, host, port }) => [`${host}:${port}`, name]));

const late = (message: string): Warning => ({
  code: 'load-behind',
  message: `The load fell behind its schedule: ${message}.`,
  advice:
    'The response times are those of an overload. Offer less, or more connections if the server has room for them.',
});

/** The statements of the scenario, for tenants large and small. */
export async function drawPlan(
  setting: Setting,
  { statements, login }: LoadScenario,
  tenants = usualTenants,
): Promise<LoadPlan> {
  if (statements.length === 0)
    throw usage(
      `There is nothing to offer: no statement of the catalogue reads as the ${login}.`,
      'A header with "role: owner" keeps a statement from the application: remove that line, or let your scenario say @as owner.',
    );
  const { topology, database, seed, progress, signal } = setting;
  await using owner = await connect(topology.get('primary').url('owner', database), 'olympus-draw');
  return await drawLoadPlan(owner, {
    ...{ statements, tenants: await findLoadTenants(owner, setting.project.tenants, tenants), count: draws },
    ...{ seed, progress, signal },
  });
}

/** Requests a second, more than any server answers; a generator that keeps up has its ceiling above it. */
const maxOffered = 2_000_000;

/** No server, and far too many arrivals: the rate at which the schedule itself is worked off. */
export async function measureCeiling({ replicas: _, ...shared }: Shared): Promise<Ceiling> {
  const { report } = await runLoad({
    ...shared,
    ...{ url: 'null:', rate: maxOffered, arrivals: { kind: 'constant' } },
    ...{ duration: seconds(1), warmup: milliseconds(0), think: milliseconds(0), progress: silent },
  });
  return { rate: report.requests / report.seconds, connections: report.connections };
}
