import { availableParallelism } from 'node:os';
import { judge } from '../../../analysis/verdict/judge.ts';
import { sloPromises } from '../../../analysis/verdict/slo.ts';
import { suites } from '../../../config/suites.ts';
import { milliseconds, seconds } from '../../../config/units.ts';
import { seed as seedDatabase } from '../../../generators/seed.ts';
import { connect } from '../../../infra/topology/session.ts';
import { shop } from '../../../project/shop.ts';
import { figuresOf } from '../../../result/figures-of.ts';
import { readCatalogue } from '../../../scenarios/catalogue.ts';
import { emptyResult } from '../../empty-result.ts';
import { sampleHost } from '../../host/host.ts';
import { watchMachine } from '../../host/machine-watch.ts';
import { serverRoots } from '../../host/server-roots.ts';
import { waitForReplay } from '../../lag/wait-for-replay.ts';
import { loadMeasure } from '../../load/load.ts';
import { chosenCases, type Goal, type SelfContext, type SelfTest } from '../goal.ts';
import type { Circumstance, Said } from './circumstance.ts';
import { circumstances } from './circumstances.ts';
import { heardGoal } from './heard-goal.ts';

/** Requests a second: few enough for two cores, enough for the bounds of a p99 in the measured time. */
const rate = 60;
const duration = seconds(12);
const warmup = seconds(1);

/**
 * What the product says of runs whose circumstances are known: a goal each, met when the verdict is one that is true of
 * it, and a reason says what has to be said. One load after another, each of a quarter of a minute: all of them take
 * about six minutes, and twice that where others have the cores.
 */
export const verdicts: SelfTest = async (context) => {
  const chosen = chosenCases(context, circumstances);
  const { topology, database, signal, progress } = context;
  const primary = topology.get('primary');
  await seedDatabase(() => connect(primary.url('admin', database), 'olympus-self'), {
    ...{ scale: 'tiny', seed: context.seed, progress, signal },
  });
  const replica = topology.find('replica1');
  if (replica) await waitForReplay(primary, replica, database, { patienceMs: 20_000, signal });
  const goals: Goal[] = [];
  for (const one of chosen) {
    signal.throwIfAborted();
    progress.note(one.name);
    goals.push(await goalOf(context, one));
  }
  return goals;
};

async function goalOf(context: SelfContext, one: Circumstance): Promise<Goal> {
  const { promise: underWay, resolve } = Promise.withResolvers<void>();
  const begun = await one.begin?.(context, underWay);
  if (begun && 'why' in begun) return heardGoal(one, begun);
  await using _ = begun ?? { async [Symbol.asyncDispose]() {} };
  return heardGoal(one, one.run ? await one.run(context) : await measured(context, one, resolve));
}

/** One load as `./olympus load` measures it, and what its verdict is. */
async function measured(context: SelfContext, one: Circumstance, underWay: () => void): Promise<Said> {
  const { topology, database, seed, signal } = context;
  // the note comes when the whole load begins; before it there are brief ones that only look
  const progress = {
    ...context.progress,
    note(text: string) {
      if (text.startsWith('measuring ')) underWay();
      context.progress.note(text);
    },
  };
  const { scenario = 'storefront', via = 'primary' } = one;
  const result = emptyResult({
    ...{ id: 'self', kind: 'load', startedAt: new Date().toISOString(), suite: 'quick' },
    command: `./olympus load ${scenario} --rate ${rate} --duration ${duration / 1000}s`,
  });
  const host = sampleHost();
  using machine = watchMachine({ roots: await serverRoots(topology) });
  const measure = loadMeasure({ scenario, rate, duration, warmup, via });
  Object.assign(
    result,
    await measure.run({
      ...{ topology, database, seed, progress, signal, project: shop, tenants: [] },
      catalogue: await readCatalogue(),
      budget: { ...suites.smoke, loadWarmup: milliseconds(1000) },
      keep: async (file) => file,
    }),
  );
  const { stealPct } = host.end();
  result.environment.host = { ...result.environment.host, stealPct };
  result.trust.machine = { ...machine.soFar(), stealPct, cores: availableParallelism() };
  result.run.complete = true;
  result.figures = figuresOf(result);
  const { promises } = one;
  const none = { scenarios: {}, statements: {}, replicas: {}, stores: {} };
  const { verdict, trust } = judge(result, promises && sloPromises(result, { ...none, ...promises }));
  return { ...verdict, checks: trust.checks };
}
