import { median } from '../analysis/statistics/quantile.ts';
import type { RunPlan } from '../config/progress.ts';
import { listRuns } from '../reports/list-runs.ts';
import type { Run } from '../result/result.ts';

/** Former runs that count: the newest say most of what this machine does now. */
const most = 5;
/** Former runs that are looked at for them: reading a run takes some milliseconds. */
const looked = 20;

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
  const former = (await listRuns(root, looked)).filter(
    (one) =>
      one.state === 'whole' &&
      one.run?.kind === kind &&
      one.run.suite === suite &&
      (scale === undefined || String(one.scale) === scale),
  );
  const took = former.slice(0, most).flatMap(({ run }) => (run ? [run.stages] : []));
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
