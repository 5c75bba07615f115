import { join } from 'node:path';
import { messageWithoutValues } from '../analysis/explain/without-values.ts';
import { findings } from '../analysis/findings/findings.ts';
import { answerOf } from '../analysis/verdict/answer.ts';
import { judge } from '../analysis/verdict/judge.ts';
import { readiness } from '../analysis/verdict/readiness.ts';
import { sloPromises } from '../analysis/verdict/slo.ts';
import { emptyResult } from '../bench/empty-result.ts';
import { environment } from '../bench/host/environment.ts';
import { sampleHost } from '../bench/host/host.ts';
import { watchMachine } from '../bench/host/machine-watch.ts';
import { serverRoots } from '../bench/host/server-roots.ts';
import type { Measure, Setting } from '../bench/measure.ts';
import { runSuite } from '../bench/suite.ts';
import { Fault } from '../config/fault.ts';
import type { Progress } from '../config/progress.ts';
import type { Slo } from '../config/slo.ts';
import { type SuiteName, suites } from '../config/suites.ts';
import { databaseName } from '../infra/local/login.ts';
import { nameThisRun } from '../infra/process/this-run.ts';
import type { ObjectStore } from '../infra/services/object-store.ts';
import { findK6 } from '../infra/setup/k6.ts';
import { k6Version } from '../infra/setup/k6-version.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { acceptedFindings } from '../project/accepted-findings.ts';
import type { Project } from '../project/project.ts';
import { projectCatalogue } from '../project/project-catalogue.ts';
import { createRun, type RunDirectory, recoverRuns } from '../reports/run-directory.ts';
import { storeRun } from '../reports/run-store.ts';
import type { AcceptedFinding } from '../result/accepted-finding.ts';
import { figuresOf } from '../result/figures-of.ts';
import type { Result, RunKind } from '../result/result.ts';
import type { Statement } from '../scenarios/statement.ts';
import { findTenants } from '../scenarios/tenants.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './command.ts';
import { commandLine } from './command-line.ts';
import { dataPlan, keptData } from './data-plan.ts';
import { type Live, startLive } from './live/live.ts';
import { openReport } from './open-report.ts';
import type { DataOptions } from './options.ts';
import { prepareDataset } from './prepare-dataset.ts';
import type { NewRunOptions } from './run-options.ts';
import { planRun } from './run-plan.ts';
import { openNamedStore, type StoreOptions } from './run-store-options.ts';

export type RunOptions = DataOptions &
  StoreOptions &
  NewRunOptions & { kind: RunKind; suite: SuiteName; asked?: readonly string[]; promised?: Slo };

/**
 * One run from nothing to its report: config → topology → schema → data → measure → analyse → report.
 * The result so far is saved after every stage; an interrupted or failed run keeps it, marked incomplete.
 * @throws what stopped it, after the report is written; an interruption too.
 */
export async function runBench(
  context: Context,
  measures: readonly Measure[],
  options: RunOptions,
  statements?: readonly Statement[],
): Promise<{ result: Result; directory: string }> {
  const plan = dataPlan(options);
  const accepted = acceptedFindings(context.project);
  const masked =
    context.project.data === 'asIs' && context.project.values === 'masked' && !options.showValues;
  const catalogue = statements ?? (await projectCatalogue(context.project));
  const { progress, signal } = context;
  using store = await openNamedStore(options, signal);
  for (const id of await recoverRuns(options.out))
    progress.note(`kept ${id}, a run that was cut off, as an incomplete one`);
  await using run = await createRun(options.out, {
    ...{ kind: options.kind, suite: options.suite, command: commandLine() },
    ...(options.name !== undefined && { name: options.name }),
    ...(options.note !== undefined && { note: options.note }),
  });
  nameThisRun(run.facts.id);
  progress.listen((line) => run.log(line));
  const stages = ['topology', 'data', ...measures.map(({ part }) => part)];
  progress.plan(await planRun(options.out, { ...options, scale: options.scale }, stages));
  const result = emptyResult(run.facts);
  await using live = context.live === undefined ? undefined : await followLive(context, context.live);
  const saved = async () => {
    if (masked) maskMessages(result);
    await run.save(result);
    live?.tell({ directory: run.directory });
  };
  let nothingAsked = false;
  try {
    const timed = stopwatch(result);
    await using k6 = k6Build(context, measures);
    await using topology = await timed('topology', () =>
      bringUp(context, {
        topology: options.topology,
        lifetime: 'tied',
        kept: keptData(plan),
        shared: store,
        parts: measures.flatMap(({ needs, needsOne = [], wants = [] }) => [...needs, ...needsOne, ...wants]),
      }),
    );
    const database = topology.get('primary').database ?? databaseName;
    const whole = options.suite === 'nightly' || options.suite === 'release';
    const { dataset, warnings } = await timed('data', () =>
      prepareDataset(context, topology, plan, { whole }),
    );
    result.dataset = dataset;
    result.warnings.push(...warnings);
    result.environment = await environment(topology, database, {
      dataset: result.dataset.digest,
      k6: k6Version(),
      progress,
    });
    if (!k6.built) {
      progress.stage('k6');
      await timed('k6', () => k6.ready);
    }
    await saved();
    await measure(saved, result, measures, {
      run: { id: run.facts.id, environment: result.environment },
      topology,
      database,
      project: context.project,
      catalogue,
      tenants: await tenantsOf(topology, context.project),
      allowLoad: context.permission.allowLoad ?? false,
      masked,
      seed: dataset.seed,
      budget: suites[options.suite],
      ...(options.asked && { asked: options.asked }),
      progress,
      signal,
      keep: (file, content) => run.keep(file, content),
    });
    result.run.complete = true;
  } catch (error) {
    nothingAsked = isUsage(error) && !result.run.stages.some(({ name }) => !preparing.includes(name));
    if (!signal.aborted)
      result.warnings.push({
        code: 'run-failed',
        message: (error as Error).message,
        advice: 'The run ended here; what was measured before is kept.',
      });
    throw error;
  } finally {
    if (nothingAsked) await run.discard();
    else {
      progress.stage('report');
      if (masked) maskMessages(result);
      await conclude(run, result, { ...options, accepted });
      if (!result.run.complete) progress.note(`what was measured until then: ${run.directory}/index.html`);
      live?.tell({ directory: run.directory, ended: result.verdict.status });
    }
  }
  if (store) await keepIn(store, run.directory, result, progress);
  progress.end();
  if (context.open) await openReport(join(run.directory, 'index.html'), progress);
  return { result, directory: run.directory };
}

/** What the server says of a value that it does not like quotes the value. */
function maskMessages(result: Result): void {
  result.warnings = result.warnings.map((each) => ({ ...each, message: messageWithoutValues(each.message) }));
  result.skipped = result.skipped.map((each) => ({ ...each, why: messageWithoutValues(each.why) }));
}

/**
 * Begins to build k6 where a measure needs it and the cache has none, beside the topology and the data. A build that
 * fails is no failure of those: the measure that asks for it meets it again, and says so. Disposing ends it.
 */
function k6Build({ progress, signal }: Context, measures: readonly Measure[]) {
  const stop = new AbortController();
  const build = {
    built: !measures.some(({ drivenByK6 }) => drivenByK6),
    ready: Promise.resolve(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await build.ready;
    },
  };
  const ended = () => {
    build.built = true;
  };
  if (!build.built)
    build.ready = findK6({ progress, signal: AbortSignal.any([signal, stop.signal]) }).then(ended, ended);
  return build;
}

/** The page of this run: it is told every line, and each second where the run stands. */
async function followLive({ progress }: Context, port: string): Promise<Live> {
  const live = await startLive(port);
  progress.note(`live: ${live.url} (a browser on this machine takes of its cores while it looks)`);
  progress.listen(({ text }) => live.tell({ line: text }));
  const standing = setInterval(() => live.tell({ standing: progress.standing() }), 1000);
  standing.unref();
  return {
    ...live,
    async [Symbol.asyncDispose]() {
      clearInterval(standing);
      await live[Symbol.asyncDispose]();
    },
  };
}

/** Runs the suite; every part's sections are in the saved result as soon as it ended. */
async function measure(
  saved: () => Promise<void>,
  result: Result,
  measures: readonly Measure[],
  setting: Setting,
) {
  const host = sampleHost();
  using machine = watchMachine({ roots: await serverRoots(setting.topology) });
  try {
    for await (const { part, seconds, sections, skipped, warnings } of runSuite(measures, setting)) {
      Object.assign(result, sections);
      result.skipped.push(...skipped);
      result.warnings.push(...warnings);
      result.run.stages.push({ name: part, seconds });
      await saved();
    }
  } finally {
    const { stealPct } = host.end();
    result.environment.host = { ...result.environment.host, stealPct };
    const [generatorClass] = result.load.flatMap((one) =>
      one.model === 'open' && one.generatorClass ? [one.generatorClass] : [],
    );
    result.trust.machine = {
      ...machine.soFar(),
      ...{ stealPct, cores: result.environment.host.cores },
      ...(generatorClass && { generatorClass }),
    };
  }
}

/** A release, and a run with promises of the user's, is also asked whether it can go out. */
async function conclude(
  run: RunDirectory,
  result: Result,
  { suite, promised, accepted }: RunOptions & { accepted: readonly AcceptedFinding[] },
) {
  result.run.finishedAt = new Date().toISOString();
  result.figures = figuresOf(result);
  Object.assign(result, judge(result, promised && sloPromises(result, promised)));
  const answer = answerOf(result);
  if (answer !== undefined) result.verdict = { ...result.verdict, answer };
  result.findings = findings(result, accepted);
  if (suite === 'release' || promised)
    result.readiness = readiness({
      ...{ verdict: result.verdict, objectives: result.objectives, skipped: result.skipped },
      ...{ trust: result.trust.checks, complete: result.run.complete },
    });
  await run.finish(result);
}

/** That a run cannot be stored is told with its verdict, not in place of it: it is whole in its folder. */
async function keepIn(store: ObjectStore, directory: string, result: Result, progress: Progress) {
  try {
    await storeRun(store, directory);
    progress.note(`stored the run in ${store.url}`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.skipped.push({ part: 'store', why: `the run was not stored: ${error.message}`, how: error.next });
  }
}

/** Stages in which nothing is measured yet. */
const preparing = ['topology', 'data', 'k6'];

/** A typo is no run: it leaves none behind, and the newest one stays "latest". */
const isUsage = (error: unknown) => error instanceof Fault && error.reason === 'usage';

/** Notes how long each stage took. */
const stopwatch =
  (result: Result) =>
  async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await work();
    } finally {
      result.run.stages.push({ name, seconds: (performance.now() - started) / 1000 });
    }
  };

async function tenantsOf(topology: Topology, { tenants }: Project) {
  await using session = await connect(topology.get('primary').url('admin'));
  return await findTenants(session, tenants);
}
