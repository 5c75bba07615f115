import { type Milliseconds, milliseconds } from '../../config/units.ts';
import { connect } from '../../infra/topology/session.ts';
import { identityOf, underIdentity } from '../../scenarios/identity.ts';
import { drawParameters } from '../../scenarios/sources.ts';
import type { Measure, Setting } from '../measure.ts';
import { encoderTask } from './encoder-task.ts';
import { repositoryTasks } from './repository-tasks.ts';
import { type MicroTask, runTask, type Timed } from './run-task.ts';
import { commonReads, statementTask } from './statement-task.ts';

const statementsMeasured = 5;
const drawsEach = 200;
/** An empty task makes millions of samples a second: they are kept in memory until it ends. */
const overheadTime = milliseconds(20);
/** Order statistics kept of each task, evenly spaced. */
const samplesKept = 10_000;

/**
 * tinybench, one operation at a time: the commonest reads of the catalogue as named prepared statements under
 * row-level security for the whale, straight to the primary; the round trip alone; calls of a service's repositories
 * with pool, transaction and identity; the encoder of the data; and what the measuring itself costs. A closed loop: good for single operations, no statement about load.
 */
export const micro: Measure = {
  part: 'micro',
  needs: ['primary'],
  async run(setting) {
    const { budget } = setting;
    const timed: Timed[] = [];
    const measure = async (task: MicroTask, time: Milliseconds = budget.microTime) => {
      timed.push(await runTask(task, time, setting.signal));
      setting.progress.count(timed.length, 0, 'tasks');
    };
    await measure({ name: 'harness/empty task', async run() {} }, overheadTime);
    await measure(encoderTask(setting.seed));
    await measureStatements(setting, measure);
    await measureRepositories(setting, measure);
    await setting.keep('micro/samples.json', rawSamples(timed));
    return { micro: timed.map(({ result }) => result) };
  },
};

async function measureStatements(
  { topology, database, catalogue, tenants, seed, progress }: Setting,
  measure: (task: MicroTask) => Promise<void>,
): Promise<void> {
  const primary = topology.get('primary');
  await using app = await connect(primary.url('app', database), 'olympus-micro');
  await measure({
    name: 'driver/round trip',
    run: () => app.client.query({ name: 'round trip', text: 'SELECT 1' }),
  });
  const [whale] = tenants;
  if (!whale) return;
  await using admin = await connect(primary.url('admin', database), 'olympus-micro');
  for (const statement of commonReads(catalogue, statementsMeasured)) {
    const draws = await drawParameters(admin, statement, whale, drawsEach, seed);
    // One transaction around all samples: each is then one round trip, the statement's own.
    if (draws.length > 0)
      await underIdentity(app, identityOf(whale), () => measure(statementTask(app, statement, draws)));
    else progress.warn(`${statement.name} is not measured: its sources have no row for the largest tenant.`);
  }
}

async function measureRepositories(
  { topology, database, catalogue, tenants, seed, progress }: Setting,
  measure: (task: MicroTask) => Promise<void>,
): Promise<void> {
  const [whale] = tenants;
  if (!whale) return;
  const primary = topology.get('primary');
  await using everything = await connect(primary.url('admin', database), 'olympus-micro');
  await using calls = await repositoryTasks({
    ...{ everything, catalogue, seed, tenant: whale, draws: drawsEach },
    ...{ url: primary.url('app', database) },
  });
  for (const task of calls.tasks) await measure(task);
  for (const name of calls.missing)
    progress.warn(`Calls with ${name} are not measured: it is not in the catalogue, or has no parameters.`);
}

/** Latencies in milliseconds, ascending; of more than 10,000 as many evenly spaced order statistics. */
function rawSamples(timed: readonly Timed[]): string {
  const tasks = timed.map(({ result: { name, samples: count }, samples }) => ({
    name,
    count,
    latencyMs: thinned(samples).map((ms) => Number(ms.toPrecision(5))),
  }));
  return `${JSON.stringify({ tasks })}\n`;
}

function thinned(samples: readonly number[]): readonly number[] {
  if (samples.length <= samplesKept) return samples;
  const step = (samples.length - 1) / (samplesKept - 1);
  return Array.from({ length: samplesKept }, (_, i) => samples[Math.round(i * step)]!);
}
