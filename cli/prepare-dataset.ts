import { resolveScale } from '../generators/scales.ts';
import { seed as load } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate } from '../migrations/runner.ts';
import type { DatasetResult } from '../result/result.ts';
import type { Context } from './command.ts';
import { type DataOptions, integer } from './options.ts';

/** The schema at its newest version and the data set that the options name; what is there already is kept. */
export async function prepareDataset(
  { progress, signal }: Context,
  topology: Topology,
  options: DataOptions,
): Promise<DatasetResult> {
  const scale = resolveScale(options.scale);
  const seed = integer('--seed', options.seed, 0, 2 ** 31 - 1);
  const streams = integer('--streams', options.streams, 1, 16);
  const open = () => connect(topology.get('primary').url('admin'));
  progress.stage('schema');
  await using session = await open();
  await migrate(session, { progress });
  progress.stage('data');
  return await load(open, { scale, seed, streams, progress, signal });
}
