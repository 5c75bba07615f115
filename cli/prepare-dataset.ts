import { usage } from '../config/fault.ts';
import { checkDataset } from '../generators/check-dataset.ts';
import type { Connect } from '../generators/load/connections.ts';
import { checkSame, checkVersion, readMark, resultOf } from '../generators/load/dataset.ts';
import { type Shard, seedShard } from '../generators/seed.ts';
import { connect } from '../infra/topology/session.ts';
import type { Topology } from '../infra/topology/topology.ts';
import { migrate, verifyMigrations } from '../migrations/runner.ts';
import { describeDatabase } from '../project/describe-database.ts';
import type { DatasetResult, Warning } from '../result/result.ts';
import type { Context } from './command.ts';
import type { DataPlan } from './data-plan.ts';

/** A complete data set whose rows were checked, with what is to be said of it in the report. */
export interface PreparedDataset {
  readonly dataset: DatasetResult;
  readonly warnings: readonly Warning[];
}

/**
 * The schema at its newest version and the data set of the plan. One that is there is used as it is when nobody typed
 * another, after a look at its rows.
 * @param whole looks at every row of it
 * @throws Fault (usage) when its rows are not those that were loaded, naming what differs
 */
export async function prepareDataset(
  context: Context,
  topology: Topology,
  plan: DataPlan,
  { whole = false } = {},
): Promise<PreparedDataset> {
  const open = () => connect(topology.get('primary').url('admin'));
  if (context.project.data === 'asIs') {
    await using session = await open();
    return { dataset: await describeDatabase(session), warnings: [] };
  }
  const writable = await mayFill(topology, open);
  await bringSchema(context, open, writable);
  const { lasts } = topology;
  const there = await datasetThere(context, open, plan, {
    whole,
    restored: !lasts,
    remember: writable && lasts,
  });
  if (there) return there;
  if (!writable)
    throw usage(
      'The database has our schema and no complete data set: there is nothing to measure in it.',
      'Have it filled: ./olympus seed --allow-writes, with the same --topology',
    );
  const servers = serversOf(topology);
  const shard = { index: 1, of: 1 };
  const dataset = (await fillDatabase(context, open, await begun(open, plan), { shard, servers }))!;
  await keepDataset(context, topology, dataset);
  return { dataset, warnings: [] };
}

/** Whether schema and rows may be made: a database of the user's may be there to be read only. */
async function mayFill({ mayWrite }: Topology, open: Connect): Promise<boolean> {
  if (!mayWrite) return true;
  await using session = await open();
  return await mayWrite(session);
}

/** The schema at its newest version; where nothing may be written, whether it is. */
export async function bringSchema(
  { progress }: Pick<Context, 'progress'>,
  open: Connect,
  writable: boolean,
): Promise<void> {
  progress.stage('schema');
  await using session = await open();
  if (writable) await migrate(session, { progress });
  else await verifyMigrations(session);
}

/** The plan of the data set that somebody began to load, where no other was typed. */
export async function begun(open: Connect, plan: DataPlan): Promise<DataPlan> {
  if (plan.typed) return plan;
  await using session = await open();
  const mark = await readMark(session);
  return mark ? { ...plan, scale: { name: mark.scale, ...mark.counts }, seed: mark.seed } : plan;
}

/**
 * The complete data set of the database, after a look at its rows; undefined when it holds none.
 * @throws Fault (usage) when another one was typed, or its rows are not those that were loaded
 */
export async function datasetThere(
  { progress }: Pick<Context, 'progress'>,
  open: Connect,
  plan: DataPlan,
  how: Parameters<typeof checkDataset>[2],
): Promise<PreparedDataset | undefined> {
  const mark = await markIn(open);
  if (mark?.state !== 'ready') return undefined;
  if (plan.typed) checkSame(mark, plan.scale, plan.seed);
  else checkVersion(mark);
  const name = `scale ${mark.scale}, seed ${mark.seed}`;
  progress.stage('data');
  const { differences, digest, hashed, grown } = await checkDataset(open, mark, how);
  if (differences.length > 0)
    throw usage(
      `The data set of ${name} is not as it was loaded; what is measured on it would be taken for another:\n${differences.map((line) => `  ${line}`).join('\n')}`,
      'Load it anew: ./olympus seed --reload; or take it down with its rows: ./olympus down --wipe',
    );
  progress.note(
    `The data set of ${name} is there (digest ${mark.digest}); ${
      digest
        ? 'every row is as it was loaded.'
        : `all rows were counted, ${hashed.length > 0 ? `those of ${hashed.join(', ')} hashed, of the others` : 'and'} a sample hashed: as they were loaded.`
    }`,
  );
  return { dataset: resultOf(mark), warnings: grown.map(grownWarning) };
}

async function markIn(open: Connect) {
  await using session = await open();
  return await readMark(session);
}

const grownWarning = ({ table, share }: { table: string; share: number }): Warning => ({
  code: 'dataset-grown',
  message: `${table} takes ${Math.round(share * 100)} % more pages than when it was loaded: its rows are the same, and dead rows lie between them. Statements that scan it read more pages than on a data set that was just loaded.`,
  advice: `Load it anew (./olympus seed --reload), or rewrite it: VACUUM FULL ${table};`,
});

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
