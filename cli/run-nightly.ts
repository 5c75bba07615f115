import { join } from 'node:path';
import { selectStatements } from '../bench/compare/select.ts';
import { headBuild, pinnedControl } from '../bench/nightly/control.ts';
import { controlOfBuild } from '../bench/nightly/night-control.ts';
import { type Night, nightlyMeasure } from '../bench/nightly/nightly.ts';
import { pinnedProject, projectHead, requirePinnable } from '../bench/nightly/pinned-project.ts';
import { parseSide } from '../bench/variant/parse.ts';
import { duration } from '../config/duration.ts';
import { usage } from '../config/fault.ts';
import type { SuiteName } from '../config/suites.ts';
import { openHistory } from '../history/history.ts';
import { pastOf } from '../history/past.ts';
import { shareAcceptances } from '../history/shared-acceptances.ts';
import type { Project } from '../project/project.ts';
import { projectCatalogue } from '../project/project-catalogue.ts';
import type { Nightly, NightMetric } from '../result/result.ts';
import { answerRun } from './answer-run.ts';
import type { Context } from './command.ts';
import type { DataOptions } from './options.ts';
import { runBench } from './run-bench.ts';
import type { NewRunOptions } from './run-options.ts';
import type { StoreOptions } from './run-store-options.ts';
import { openNamedStore } from './run-store-options.ts';

export interface NightlyOptions extends DataOptions, StoreOptions, NewRunOptions {
  control?: string;
  head?: string[];
  budget: string;
  only?: string;
  suite: string;
}

const minBudget = 60_000;

/** One night: pins the control if there is none, measures, judges against the nights before, and answers. */
export async function runNightly(context: Context, options: NightlyOptions): Promise<number> {
  const started = performance.now();
  const budget = duration('--budget', options.budget);
  if (budget < minBudget)
    throw usage(`--budget ${options.budget} is too short for a night.`, 'Give at least 1m.');
  const all = await projectCatalogue(context.project);
  const catalogue = selectStatements(all, options.only);
  const changes = await parseSide(options.head ?? []);
  const measure = nightlyMeasure({
    ...(await sidesOf(context.project, options)),
    changes,
    names: new Set(all.map(({ name }) => name)),
    secondsLeft: () => (budget - (performance.now() - started)) / 1000,
    past: async ({ fingerprint }, control) => {
      using store = await openNamedStore(options, context.signal);
      const brought = store ? await shareAcceptances(store, options.out) : 0;
      if (brought > 0) context.progress.note(`${brought} changes were accepted elsewhere.`);
      using history = await openHistory(options.out, { now: Date.now() });
      for (const { run, why } of history.damaged) context.progress.warn(`${run} is left out: ${why}`);
      for (const note of history.notes) context.progress.warn(note);
      return await pastOf(history, fingerprint, control.digest);
    },
  });
  const run = await runBench(
    context,
    [measure],
    { ...options, kind: 'nightly', suite: options.suite as SuiteName },
    catalogue,
  );
  return answerRun(context, run, run.result.nightly ? nightText(run.result.nightly) : []);
}

/** A project of the user's is pinned as it is; of the shop a build is, before anything is started. */
async function sidesOf(
  project: Project,
  { control: wanted, out }: NightlyOptions,
): Promise<Pick<Night, 'control' | 'head'>> {
  const folder = join(out, 'control');
  if (project.data === 'asIs') {
    requirePinnable(wanted);
    return {
      control: (setting) => pinnedProject(setting, folder, wanted),
      head: await projectHead(project),
    };
  }
  const build = await pinnedControl(folder, wanted);
  return { control: () => controlOfBuild(build), head: await headBuild() };
}

/** What is not steady, and what happened since the last good night. */
function nightText(night: Nightly): string[] {
  const { metrics, since, lastGood, left, plans } = night;
  const told = metrics.filter(({ state }) => state !== 'steady' && state !== 'learning');
  const learning = metrics.filter(({ state }) => state === 'learning');
  const missing = Math.max(0, ...learning.map((one) => one.missing));
  return [
    `night ${night.night} against ${night.control.label}: ${night.rounds} rounds in ${Math.round(night.seconds)} s`,
    ...told.map(metricText),
    ...(learning.length > 0
      ? [`learning: ${learning.length} metrics, up to ${missing} more nights needed`]
      : []),
    ...(left.length > 0 ? [`no time for ${left.length} statements: ${left.slice(0, 5).join(', ')}`] : []),
    ...plans.map(({ statement, tenantClass, summary }) => `plan of ${statement} ${tenantClass}: ${summary}`),
    lastGood ? `since the last good night (${lastGood.run}):` : 'there is no good night before this one',
    ...[...since.commits, ...since.settings].map((line) => `  ${line}`),
  ].map((line) => `  ${line}`);
}

const metricText = ({ metric, state, since, why }: NightMetric): string =>
  `${state}: ${metric}: ${why}${since ? ` (since ${since})` : ''}`;
