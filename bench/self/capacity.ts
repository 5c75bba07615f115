import { likeliest } from '../../analysis/capacity/likeliest.ts';
import { seeded } from '../../analysis/statistics/seeded.ts';
import { fit } from '../../analysis/usl/fit.ts';
import type { Measured } from '../../analysis/usl/model.ts';
import { expectedAt, plateauOf } from '../../analysis/usl/plateau.ts';
import { suites } from '../../config/suites.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import { shop } from '../../project/shop.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { scenarioScript } from '../../scenarios/load-scripts.ts';
import { judgeLoad, measureMaximum, stepLength } from '../capacity/maximum.ts';
import { measureScalability } from '../capacity/scalability.ts';
import { type Loadable, loadable } from '../capacity/target.ts';
import type { Setting } from '../measure.ts';
import { atMost, type Goal, type SelfContext, type SelfTest } from './goal.ts';

const connections = 4;
const sleepMs = 8;
const slo = { p99Ms: 60 };
/** The fine sweep: steps of 1 % around what a closed loop reaches, of which an open one keeps up somewhat less. */
const sweep = { from: 0.9, to: 1.06, step: 0.01, closedSeconds: 10, perProbe: 2 };
const trained = 0.6;

/** A user's pause of 20 ms and then 1 ms in which nobody else may be: both random, neither takes CPU. */
const contended =
  'SELECT pg_sleep(-ln(1 - random()) * 0.020), pg_advisory_xact_lock(1), pg_sleep(-ln(1 - random()) * 0.001)';
/** Work that does not wait: the cores are full with few connections. */
const working = 'SELECT sum(n) FROM generate_series(1, 2000) AS n';

/**
 * The search for the maximum against a sweep by 1 %, on a statement whose time is known and takes no CPU; and what
 * capacity expects of more connections than it was shown, where statements wait for each other and where cores are full.
 */
export const selfCapacity: SelfTest = async (context) => {
  const k6 = await findK6(context);
  const url = context.topology.get('primary').url('admin', context.database);
  const load = (sql: string) =>
    loadable({
      ...{ k6, url, protocol: 'prepared' as const, connections, seed: context.seed },
      ...{ progress: context.progress, signal: context.signal },
      script: scenarioScript('self/point-select'),
      plan: planOf(sql),
    });
  return [
    ...(await searchAgainstSweep(context, load(`SELECT pg_sleep(${sleepMs / 1000})`))),
    await expected(context, load(contended), 'statements that wait for a lock'),
    await expected(context, load(working), 'full cores'),
  ];
};

const planOf = (sql: string): LoadPlan => ({
  statements: [{ name: 'self', sql, weight: 1, role: 'app', kind: 'read' }],
  settings: [],
  tenants: [{ class: 'none', id: '', userId: '', identity: [], weight: 1 }],
  draws: { self: { 0: [[]] } },
});

const settingOf = (context: SelfContext): Setting => ({
  ...context,
  ...{ project: shop, catalogue: [], tenants: [], budget: suites.quick },
  keep: async (file) => file,
});

/**
 * Both take turns and judge by the same rule, because the limit itself moves with the machine: one after the other
 * would measure how far it moved between.
 */
async function searchAgainstSweep(context: SelfContext, target: Loadable): Promise<Goal[]> {
  const { requests, seconds } = await target.closed(undefined, sweep.closedSeconds);
  const fine = fineSweep(context, target, requests / seconds);
  const { found } = await measureMaximum(
    settingOf(context),
    {
      ...target,
      open: async (rate, length) => {
        await fine.ask(sweep.perProbe);
        return await target.open(rate, length);
      },
    },
    slo,
  );
  if (found.rate === null) throw new Error(`the search found nothing: ${found.why}`);
  const swept = await fine.end();
  const told = `${Math.round(found.rate)}/s (${Math.round(found.low)} to ${found.high === null ? '?' : Math.round(found.high)}) by the search, ${Math.round(swept.middle)}/s (${Math.round(swept.low)} to ${Math.round(swept.high)}) by a sweep in steps of 1 %, in turns with it`;
  return [
    atMost('capacity, probes of the search', found.probes.length, 10, 'probes', told),
    atMost(
      'capacity, distance of the search from a fine sweep',
      100 * Math.abs(found.rate / swept.middle - 1),
      3,
      '%',
      told,
    ),
    atMost(
      "capacity, how far the sweep's limit lies outside the search's interval",
      100 * outside(swept.middle, found.low, found.high ?? Number.POSITIVE_INFINITY),
      0,
      '%',
      told,
    ),
  ];
}

/** As a share of the nearer end; 0: it lies within. */
const outside = (value: number, low: number, high: number): number =>
  Math.max(0, low / value - 1, value / high - 1);

/** Every step is run, in random order and whatever those before it showed: one that noise failed does not end it. */
function fineSweep({ progress, signal, seed }: SelfContext, target: Loadable, near: number) {
  const random = seeded(seed);
  const steps = Math.round((sweep.to - sweep.from) / sweep.step);
  const rates = Array.from({ length: steps + 1 }, (_, i) => near * (sweep.from + i * sweep.step))
    .map((rate) => ({ rate, turn: random() }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ rate }) => rate);
  const seen: { rate: number; ok: boolean }[] = [];
  const ask = async (count: number) => {
    for (const rate of rates.slice(seen.length, seen.length + count)) {
      signal.throwIfAborted();
      const { ok, why } = judgeLoad(await target.open(rate, stepLength(rate)), slo);
      seen.push({ rate, ok });
      progress.note(`sweep, ${Math.round(rate)} a second: ${ok ? 'kept up' : 'not kept up'}, ${why}`);
    }
  };
  return {
    ask,
    end: async () => {
      await ask(rates.length);
      return likeliest(seen);
    },
  };
}

async function expected(context: SelfContext, target: Loadable, what: string): Promise<Goal> {
  const { medians } = await measureScalability(settingOf(context), target);
  const data = medians.map(({ connections: load, throughput }): Measured => ({ load, throughput }));
  const known = data.filter(({ load }) => load <= trained * data.at(-1)!.load);
  const [law, plateau] = [fit(known), plateauOf(known)];
  const errors = data
    .slice(known.length)
    .map(({ load, throughput }) => 100 * Math.abs(expectedAt(law, plateau, load) / throughput - 1));
  return atMost(
    `capacity, ${what}: told from below 60 % of the connections, worst error above`,
    Math.max(...errors),
    10,
    '%',
    `${data.map(({ load, throughput }) => `${load}: ${Math.round(throughput)}`).join(', ')} a second; ${
      plateau
        ? `flat from ${plateau.from} on, so flat beyond`
        : `USL with alpha ${law.alpha.toPrecision(3)}, beta ${law.beta.toPrecision(3)}`
    }`,
  );
}
