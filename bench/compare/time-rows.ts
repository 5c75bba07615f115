import type { Judged } from '../../analysis/gate/gate.ts';
import { gate } from '../../analysis/gate/gate.ts';
import { falseAlarms } from '../../analysis/gate/same-side.ts';
import { median } from '../../analysis/statistics/quantile.ts';
import type { ComparisonResult, Warning } from '../../result/result.ts';
import { cellName } from './cells.ts';
import { metricName, metricsOf, pairsOf, readingsOf, type TimedCell, type Timing } from './rounds.ts';

/** What the gate decided and what it advises; of single statements by the wall, only those that it calls changed. */
export function timeRows({ timed, gate: judged, clock }: Timing): ComparisonResult[] {
  const pairs = new Map(metricsOf(timed, clock).map((metric) => [metric.name, metric.pairs]));
  const rows = judged.metrics.map((one) => timeRow(one, pairs.get(one.name)!));
  return clock === 'wall' ? rows : [...rows, ...waits(timed)];
}

/** A statement whose server process is as busy as before, and that yet takes longer or less long: it waits. */
function waits(timed: readonly TimedCell[]): ComparisonResult[] {
  const metrics = timed
    .filter(({ role }) => role === 'measured')
    .map((one) => ({
      name: metricName(cellName(one.cell), 'wall'),
      role: 'advisory' as const,
      pairs: pairsOf(one, 'wall'),
    }));
  return gate(metrics)
    .metrics.map((one, i) => timeRow(one, metrics[i]!.pairs))
    .filter(({ verdict }) => verdict === 'regression' || verdict === 'improvement');
}

function timeRow(judged: Judged, slots: readonly (readonly [number, number])[]): ComparisonResult {
  const { name, role, estimate, low, high, level, verdict, pairs, adjusted, p, why } = judged;
  return {
    metric: role === 'control' ? name.replace('control', 'control (the change cannot affect it)') : name,
    a: median(slots.map(([a]) => a)),
    b: median(slots.map(([, b]) => b)),
    ...{ ratio: estimate, low, high, level, verdict, pairs: pairs ?? 0, unit: 'ms', role, why },
    p: adjusted ?? p,
  };
}

/** Of equal sides: how many metrics by the gate's clock were called different, and of how many. */
export function alarmsOf({ gate: { metrics }, clock }: Timing): { alarms: number; of: number } {
  const told = metrics.filter(({ name }) => name.endsWith(metricName('', clock)));
  const alarms = told.filter(({ verdict }) => ['regression', 'improvement', 'moved'].includes(verdict));
  return { alarms: alarms.length, of: told.length };
}

/** The gate's own rule on pairs of one side: whatever it calls there is a false alarm of this machine, now. */
export function noiseOf({ timed, clock }: Timing): Warning {
  const metrics = timed.flatMap((one) => {
    const readings = readingsOf(one, clock);
    return [0, 1].map((side) => readings.flatMap(({ same }) => (same[side] ? [same[side]] : [])));
  });
  const { alarms, of } = falseAlarms(metrics);
  return {
    code: 'aa-noise',
    message: `Noise during this run: ${alarms} of ${of} would be called changed between batches of one and the same side.`,
    advice:
      alarms > of / 50
        ? 'More than 2 %: quieten the machine, or trust the pages rather than the times.'
        : 'At most 2 % are to be expected.',
  };
}

/** Everything that the verdict on times rests on. */
export const rawOf = ({ cell, role, plan, slots }: TimedCell) => ({
  statement: cell.statement.name,
  tenantClass: cell.tenant.class,
  role,
  ...plan,
  cpuMs: slots.every(({ cpu }) => cpu !== null) ? slots.map(({ cpu }) => cpu!.pair) : null,
  wallMs: slots.map(({ wall }) => wall.pair),
});
