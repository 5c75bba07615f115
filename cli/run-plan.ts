import { median } from '../analysis/statistics/quantile.ts';
import type { RunPlan } from '../config/progress.ts';
import { eachRun } from '../reports/list-runs.ts';
import type { Run } from '../result/result.ts';

/** Former runs that count: the newest say most of what this machine does now. */
const most = 5;
/** Former runs that are looked at for them: what reading them takes, every start of a run takes. */
const mostLooked = 20;

/**
 * What a run will do, with the median seconds that each stage took in whole runs of the same kind, suite and scale of
 * this folder. A stage that none of them had has null: how long it takes is not known.
 * @param scale of the data set that was asked for; undefined: whatever the runs had
 */
export async function planRun(
  root: string,
  { kind, suite, scale }: Pick<Run, 'kind' | 'suite'> & { readonly scale: string | undefined },
  stages: readonly string[],
): Promise<RunPlan> {
  const took: Run['stages'][] = [];
  let looked = 0;
  for await (const { state, run, scale: had } of eachRun(root)) {
    const alike = state === 'whole' && run?.kind === kind && run.suite === suite;
    if (alike && (scale === undefined || String(had) === scale)) took.push(run.stages);
    looked += 1;
    if (took.length === most || looked === mostLooked) break;
  }
  return {
    runs: took.length,
    stages: stages.map((name) => ({
      name,
      seconds: median(
        took.flatMap((one) => one.filter((stage) => stage.name === name).map(({ seconds }) => seconds)),
      ),
    })),
  };
}
