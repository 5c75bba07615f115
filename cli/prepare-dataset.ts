import { seed } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import type { DatasetResult } from '../result/result.ts';
import type { Context } from './command.ts';
import type { DataPlan } from './data-plan.ts';

/** The schema at its newest version and the data set of the plan; what is there already is kept. */
export async function prepareDataset(
  { progress, signal }: Context,
  topology: Topology,
  plan: DataPlan,
): Promise<DatasetResult> {
  const open = () => connect(topology.get('primary').url('admin'));
  progress.stage('schema');
  await using session = await open();
  await migrate(session, { progress });
  progress.stage('data');
  return await seed(open, { ...plan, progress, signal });
}
