import { usage } from '../config/fault.ts';
import type { Connect } from '../generators/load/connections.ts';
import { readDataset, type Shard, seedShard } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate, verifyMigrations } from '../migrations/runner.ts';
import { describeDatabase } from '../project/describe-database.ts';
import type { DatasetResult } from '../result/result.ts';
import type { Context } from './command.ts';
import type { DataPlan } from './data-plan.ts';

/** The schema at its newest version and the data set of the plan; what is there already is kept. */
export async function prepareDataset(
  context: Context,
  topology: Topology,
  plan: DataPlan,
): Promise<DatasetResult> {
  const open = () => connect(topology.get('primary').url('admin'));
  if (context.project.data === 'asIs') {
    await using session = await open();
    return await describeDatabase(session);
  }
  const servers = serversOf(topology);
  if (!(await mayFill(topology, open))) return existing(open);
  const dataset = (await fillDatabase(context, open, plan, { shard: { index: 1, of: 1 }, servers }))!;
  await keepDataset(context, topology, dataset);
  return dataset;
}

/** Whether schema and rows may be made: a database of the user's may be there to be read only. */
async function mayFill({ mayWrite }: Topology, open: Connect): Promise<boolean> {
  if (!mayWrite) return true;
  await using session = await open();
  return await mayWrite(session);
}

/** The data set of a database that is only read. */
async function existing(open: Connect): Promise<DatasetResult> {
  await using session = await open();
  await verifyMigrations(session);
  const dataset = await readDataset(session);
  if (dataset) return dataset;
  throw usage(
    'The database has our schema and no complete data set: there is nothing to measure in it.',
    'Have it filled: ./olympus seed --allow-writes, with the same --topology',
  );
}

/** A copy for the next run. That it cannot be made is no reason to end this one. */
export async function keepDataset(
  { progress, signal }: Context,
  topology: Topology,
  { scale, seed, digest }: DatasetResult,
): Promise<void> {
  try {
    await topology.keep?.({ label: `scale ${scale}, seed ${seed}`, digest });
  } catch (error) {
    signal.throwIfAborted();
    progress.warn(`The data set could not be kept for the next run: ${(error as Error).message}`);
  }
}

/** How many servers of a topology hold the rows. */
export const serversOf = ({ endpoints }: Topology): number =>
  endpoints.filter(({ name }) => /^(primary|replica\d)$/.test(name)).length;

/** As prepareDataset, for one shard; null when other shards are not loaded yet. */
export async function fillDatabase(
  { progress, signal }: Pick<Context, 'progress' | 'signal'>,
  open: Connect,
  plan: DataPlan,
  { shard, servers, live }: { readonly shard: Shard; readonly servers: number; readonly live?: boolean },
): Promise<DatasetResult | null> {
  progress.stage('schema');
  await using session = await open();
  await migrate(session, { progress });
  progress.stage('data');
  return await seedShard(open, { ...plan, shard, servers, live: live ?? false, progress, signal });
}
