import { likeliest } from '../../analysis/capacity/likeliest.ts';
import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { shareAbove } from '../../analysis/histogram/share-above.ts';
import { fit } from '../../analysis/usl/fit.ts';
import { type Measured, throughputAt } from '../../analysis/usl/model.ts';
import { suites } from '../../config/suites.ts';
import { findK6 } from '../../infra/setup/k6.ts';
import type { LoadPlan } from '../../scenarios/load-plan.ts';
import { measureMaximum } from '../capacity/maximum.ts';
import { measureScalability } from '../capacity/scalability.ts';
import { type Loadable, loadable } from '../capacity/target.ts';
import { scenarioScript } from '../load/run-load.ts';
import type { Setting } from '../measure.ts';
import { atMost, type Goal, type SelfContext, type SelfTest } from './goal.ts';

const connections = 4;
const sleepMs = 8;
const sloP99Ms = 60;
/** The fine sweep: steps of 1 % around what was found. */
const sweep = { from: 0.92, to: 1.08, step: 0.01, length: 4 };
const trained = 0.6;

/**
 * The search for the maximum against a sweep by 1 %, on a statement whose time is known and takes no CPU; and the law of
 * scalability, fitted to loads below 60 % of the range, against what was measured above.
 */
export const selfCapacity: SelfTest = async (context) => {
  const k6 = await findK6(context);
  const url = context.topology.get('primary').url('admin', context.database);
  const fixed = {
    ...{ k6, url, protocol: 'prepared' as const, connections, seed: context.seed },
    ...{ progress: context.progress, signal: context.signal },
    script: scenarioScript('self/point-select'),
  };
  const sleeping = loadable({ ...fixed, plan: planOf(`SELECT pg_sleep(${sleepMs / 1000})`) });
  // Work that does not wait: contention and coherency are the processor's own.
  const working = loadable({ ...fixed, plan: planOf('SELECT sum(n) FROM generate_series(1, 2000) AS n') });
  return [...(await searchAgainstSweep(context, sleeping)), await trainedBelow(context, working)];
};

const planOf = (sql: string): LoadPlan => ({
  statements: [{ name: 'self', sql, weight: 1, role: 'app', kind: 'read' }],
  tenants: [{ class: 'none', id: '', userId: '', weight: 1 }],
  draws: { self: { 0: [[]] } },
});

const settingOf = (context: SelfContext): Setting => ({
  ...context,
  ...{ catalogue: [], tenants: [], budget: suites.quick },
  keep: async (file) => file,
});

async function searchAgainstSweep(context: SelfContext, target: Loadable): Promise<Goal[]> {
  const { found } = await measureMaximum(settingOf(context), target, { p99Ms: sloP99Ms });
  if (found.rate === null) throw new Error(`the search found nothing: ${found.why}`);
  const highest = await fineSweep(context, target, found.rate);
  const told = `${Math.round(found.rate)}/s (${Math.round(found.low)} to ${found.high === null ? '?' : Math.round(found.high)}) by the search, ${Math.round(highest)}/s by a sweep in steps of 1 %`;
  return [
    atMost('capacity, probes of the search', found.probes.length, 10, 'probes', told),
    atMost(
      'capacity, distance of the search from a fine sweep',
      100 * Math.abs(found.rate / highest - 1),
      3,
      '%',
      told,
    ),
  ];
}

/** Every step is run, whatever those before it showed: one that noise failed must not end the sweep. */
async function fineSweep({ progress, signal }: SelfContext, target: Loadable, near: number): Promise<number> {
  const steps = Math.round((sweep.to - sweep.from) / sweep.step);
  const seen: { rate: number; ok: boolean }[] = [];
  for (let i = 0; i <= steps; i++) {
    signal.throwIfAborted();
    const rate = near * (sweep.from + i * sweep.step);
    const report = await target.open(rate, sweep.length);
    seen.push({ rate, ok: shareAbove(decodeHistogram(report.response), sloP99Ms) <= 0.01 });
    progress.count(i + 1, steps + 1, 'steps of the sweep');
  }
  return likeliest(seen).middle;
}

async function trainedBelow(context: SelfContext, target: Loadable): Promise<Goal> {
  const { medians } = await measureScalability(settingOf(context), target);
  const data = medians.map(({ connections: load, throughput }): Measured => ({ load, throughput }));
  const most = Math.max(...data.map(({ load }) => load));
  const law = fit(data.filter(({ load }) => load <= trained * most));
  const errors = data
    .filter(({ load }) => load > trained * most)
    .map(({ load, throughput }) => 100 * Math.abs(throughputAt(law, load) / throughput - 1));
  return atMost(
    'USL trained below 60 % of the loads, worst error above',
    Math.max(...errors),
    10,
    '%',
    `loads ${data.map(({ load }) => load).join(', ')}; alpha ${law.alpha.toPrecision(3)}, beta ${law.beta.toPrecision(3)}`,
  );
}
