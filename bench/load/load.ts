import { readFile } from 'node:fs/promises';
import { type Milliseconds, milliseconds, seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import type { EndpointName } from '../../infra/topology/endpoint.ts';
import { connect } from '../../infra/topology/session.ts';
import type { LoadResult, Result } from '../../result/result.ts';
import { drawLoadPlan } from '../../scenarios/draw-load-plan.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { findLoadTenants } from '../../scenarios/load-tenants.ts';
import { type Witnessed, witnessed } from '../evidence/around.ts';
import type { Measure, Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';
import { loadResult } from './load-result.ts';
import { type LoadOptions, type LoadRun, runLoad, scenarioScript } from './run-load.ts';

/** Scenarios that send writes. */
const writing: readonly string[] = ['checkout'];
const defaultConnections = (scenario: string) => (scenario === 'connection-storm' ? 1000 : 16);
const tenants = 32;
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
  readonly duration?: Milliseconds;
  /** Where the load goes: the pooler by default, and the primary where there is none. */
  readonly via?: EndpointName;
}

/**
 * A scenario in up to three runs over one route: without a server, for the generator's own ceiling; closed, for what
 * the server can do; open at a share of that, which is the measured one.
 */
export const loadMeasure = (options: LoadMeasureOptions): Measure => ({
  part: 'load',
  what: 'requests of many tenants through k6: response time from the due time beside service time',
  needs: options.via && options.via !== 'pooler' ? [options.via] : [],
  run: (setting) => measure(setting, options),
});

export const load: Measure = loadMeasure({ scenario: 'storefront' });

/** A scenario that writes gets a copy of the database, because no measure alters the dataset. */
async function measure(setting: Setting, options: LoadMeasureOptions): Promise<Partial<Result>> {
  if (!writing.includes(options.scenario)) return measureOn(setting, options);
  const name = `${setting.database}_load`;
  await using copy = await cloneDatabase(setting.topology.get('primary'), setting.database, name);
  return await measureOn({ ...setting, database: copy.database }, options);
}

async function measureOn(setting: Setting, options: LoadMeasureOptions): Promise<Partial<Result>> {
  const { progress, signal, budget } = setting;
  const {
    connections = defaultConnections(options.scenario),
    model = 'open',
    duration = budget.loadMeasured,
  } = options;
  const script = scenarioScript(options.scenario);
  const k6 = await findK6({ progress, signal });
  const plan = await drawPlan(setting, script, writing.includes(options.scenario));
  await setting.keep('load/load-plan.json', JSON.stringify(plan));
  const { via, ...route } = routeOf(setting, options.via);
  const shared = { k6, plan, connections, script, seed: setting.seed, progress, signal, ...route };
  const warmup = budget.loadWarmup;

  const ceilingRate = await measureCeiling(shared);
  progress.note(`the generator's own ceiling is ${Math.round(ceilingRate)} requests a second`);
  const runs: Witnessed<LoadRun>[] = [];
  /** The run that is meant is watched on the server too. */
  const measured = (run: LoadOptions) => witnessed(setting, 'load/evidence.json', () => runLoad(run));
  let rate = options.rate;
  if (model === 'closed' || rate === undefined) {
    const length = model === 'closed' ? duration : milliseconds(Math.max(3000, budget.loadMeasured / 6));
    const asFastAsItGoes = { ...shared, rate: 0, duration: length, warmup };
    const closed =
      model === 'closed' ? await measured(asFastAsItGoes) : { outcome: await runLoad(asFastAsItGoes) };
    const { report } = closed.outcome;
    const capacity = report.requests / report.seconds;
    rate ??= Math.max(1, Math.round(capacity * budget.loadShare));
    progress.note(`${via} answers ${Math.round(capacity)} requests a second on ${connections} connections`);
    runs.push(closed);
  }
  if (model === 'open') {
    progress.note(`measuring at ${rate} requests a second`);
    runs.unshift(await measured({ ...shared, rate, duration, warmup, thresholds: true }));
  }
  const kept: LoadResult[] = [];
  for (const [i, { outcome, evidence }] of runs.entries()) {
    // of the run that only looked for the capacity, the first report says it
    for (const report of i === 0 ? outcome.reports : [outcome.report]) {
      const { histogramLog, ...engine } = report;
      const name = `load/${report.scenario.replaceAll(/[^\w-]/g, '_')}-${report.model}`;
      await setting.keep(`${name}.json`, JSON.stringify(engine));
      const histogram = await setting.keep(`${name}.hlog`, histogramLog);
      kept.push({ ...loadResult(engine, { via, ceilingRate, histogram }), ...(evidence && { evidence }) });
    }
  }
  return { load: kept };
}

/**
 * The statements that the script names, else every one: reads that run as the application, and writes if asked; for
 * tenants large and small.
 */
async function drawPlan(setting: Setting, script: string, writes: boolean): Promise<LoadPlan> {
  const { topology, database, catalogue, seed, progress, signal } = setting;
  await using owner = await connect(topology.get('primary').url('owner', database), 'olympus-draw');
  const usable = catalogue.filter(({ role, kind }) => role === 'app' && (writes || kind === 'read'));
  const text = await readFile(script, 'utf8');
  const named = usable.filter(({ name }) => text.includes(`'${name}'`) || text.includes(`"${name}"`));
  const statements = named.length > 0 ? named : usable;
  return await drawLoadPlan(owner, {
    ...{ statements, tenants: await findLoadTenants(owner, tenants), count: draws },
    ...{ seed, progress, signal },
  });
}

/** Through the pooler where there is one. Unnamed statements only: PgBouncer before 1.21 knows no others. */
function routeOf({ topology, database, progress }: Setting, via: EndpointName = 'pooler') {
  const pooler = via === 'pooler' ? topology.find('pooler') : undefined;
  if (pooler) return { via, url: pooler.url('app', database), protocol: 'extended' } as const;
  const direct = via === 'pooler' ? 'primary' : via;
  if (direct !== via) progress.warn('There is no pooler: the load goes to the primary directly.');
  return { via: direct, url: topology.get(direct).url('app', database), protocol: 'prepared' } as const;
}

/** More arrivals than any generator serves, and no server: the rate at which the schedule itself is worked off. */
async function measureCeiling(shared: Omit<LoadOptions, 'rate' | 'duration' | 'warmup'>): Promise<number> {
  const { report } = await runLoad({
    ...shared,
    ...{ url: 'null:', rate: 2_000_000, duration: seconds(1), warmup: milliseconds(0) },
  });
  return report.requests / report.seconds;
}
