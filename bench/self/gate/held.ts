import { compareRuns } from '../../../analysis/runs/compare-runs.ts';
import { readDataset } from '../../../generators/seed.ts';
import { connect } from '../../../infra/topology/session.ts';
import { figuresOf } from '../../../result/figures-of.ts';
import type { DatasetResult, Result } from '../../../result/result.ts';
import { readCatalogue } from '../../../scenarios/catalogue.ts';
import { emptyResult } from '../../empty-result.ts';
import type { Setting } from '../../measure.ts';
import { plans } from '../../plans/plans.ts';
import { atMost, type Goal } from '../goal.ts';

const runs = 10;

/** Ten runs of the plans on one topology, writes and all: nothing changed, so no run may differ from the one before. */
export async function heldTopology(setting: Setting): Promise<Goal> {
  const dataset = await datasetOf(setting);
  const whole = { ...setting, catalogue: await readCatalogue() };
  const results: Result[] = [];
  for (let i = 0; i < runs; i++) {
    setting.signal.throwIfAborted();
    results.push(await runOf(whole, dataset, i));
    setting.progress.count(i + 1, runs, 'runs');
  }
  const rows = results.slice(1).flatMap((later, i) =>
    compareRuns(results[i]!, later, { kind: 'equal' })
      .comparison.filter(({ role, verdict }) => role === 'exact' && verdict !== 'pass')
      .map(({ metric, a, b, verdict }) => `run ${i + 2}: ${metric} ${a} → ${b}, ${verdict}`),
  );
  const plansEach = results[0]!.plans.length;
  return atMost(
    'rows that differ between runs of a held topology',
    rows.length,
    0,
    `in ${runs - 1} pairs of runs`,
    `${plansEach} plans each${rows.length > 0 ? `; ${rows.slice(0, 5).join('; ')}` : ''}.`,
  );
}

async function runOf(setting: Setting, dataset: DatasetResult, number: number): Promise<Result> {
  const result = emptyResult({
    ...{ id: `self-${number}`, kind: 'bench', startedAt: new Date().toISOString(), suite: 'smoke' },
    command: './olympus bench --suite smoke --only plans',
  });
  Object.assign(result, await plans.run(setting));
  result.dataset = dataset;
  result.run.complete = true;
  result.figures = figuresOf(result);
  return result;
}

async function datasetOf({ topology, database }: Setting): Promise<DatasetResult> {
  await using session = await connect(topology.get('primary').url('admin', database), 'olympus-self');
  return (await readDataset(session))!;
}
