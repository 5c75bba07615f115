import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { mergeHistograms } from '../../analysis/histogram/merge.ts';
import { percentiles } from '../../analysis/histogram/percentiles.ts';
import { Fault } from '../../config/fault.ts';
import { silent } from '../../config/progress.ts';
import { milliseconds, seconds } from '../../config/units.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import type { DrillResult } from '../../result/measures/drill.ts';
import { readLoadScenario } from '../../scenarios/load-scenario.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import type { EngineReport } from '../load/engine-report.ts';
import { drawPlan } from '../load/load.ts';
import { routeOf } from '../load/load-route.ts';
import { LoadCut, type LoadOptions, type LoadRun, runLoad } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';
import { cloneDatabase } from '../variant/clone.ts';

export interface Under extends AsyncDisposable {
  /** Starts the load; what it returns ends it, and says what it saw. */
  start(): () => Promise<UnderLoad>;
}

export interface UnderLoad {
  readonly report: EngineReport;
  /** When its measured window began, by performance.now(). */
  readonly started: number;
}

/** Longer than any case lasts: its end is the drill's. */
const atMost = seconds(3600);

/**
 * Prepares a load scenario that runs beside the ledger's clients, through k6. One that writes gets a copy of the
 * database: the data set stays as it is.
 */
export async function prepareUnder(setting: Setting, scenario: string, rate: number): Promise<Under> {
  await using owned = new AsyncDisposableStack();
  const script = scenarioScript(scenario);
  const described = readLoadScenario(script, setting.catalogue);
  const database = described.writes
    ? owned.use(
        await cloneDatabase(setting.topology.get('primary'), setting.database, `${setting.database}_drill`),
      ).database
    : setting.database;
  const own = { ...setting, database };
  const { via: _, ...route } = await routeOf(own, described.via ?? 'pooler', described.login);
  const { progress, signal, seed } = setting;
  const options: LoadOptions = {
    ...{ k6: await findK6({ progress, signal }), script, plan: await drawPlan(own, described), seed, rate },
    ...{ duration: atMost, warmup: milliseconds(0), progress: silent, signal },
    ...route,
  };
  const kept = owned.move();
  return { start: () => start(options), [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function start(options: LoadOptions): () => Promise<UnderLoad> {
  const ending = new AbortController();
  const signal = AbortSignal.any([options.signal, ending.signal]);
  const run = runLoad({ ...options, signal }).catch((error: unknown): LoadRun => {
    if (error instanceof LoadCut && !options.signal.aborted) return error.kept;
    throw error;
  });
  run.catch(() => {}); // whoever ends it hears of it
  return async () => {
    ending.abort(new Fault('interrupted', 'the drill ended', 'Nothing is to be done.'));
    const { report } = await run;
    return { report, started: Date.parse(report.startedAt) - performance.timeOrigin };
  };
}

/** What the scenario's clients saw, by the phase in which a second of the load lies as a whole. */
export function underResult(
  { report, started }: UnderLoad,
  scenario: string,
  injected: number,
  recoverMs: number | null,
): NonNullable<DrillResult['load']> {
  const recovered = recoverMs === null ? Number.POSITIVE_INFINITY : injected + recoverMs;
  const times = (from: number, to: number) =>
    percentiles(
      mergeHistograms(
        report.series
          .filter(({ s }) => started + 1000 * s >= from && started + 1000 * (s + 1) <= to)
          .map(({ response }) => decodeHistogram(response)),
      ),
    );
  const responseMs = {
    before: times(Number.NEGATIVE_INFINITY, injected),
    during: times(Math.floor((injected - started) / 1000) * 1000 + started, recovered + 1000),
    after: times(recovered, Number.POSITIVE_INFINITY),
  };
  return {
    ...{ scenario, offeredRate: report.rate, requests: report.requests, errors: report.errors, responseMs },
    p99Ms: { before: responseMs.before.p99, during: responseMs.during.p99, after: responseMs.after.p99 },
  };
}
