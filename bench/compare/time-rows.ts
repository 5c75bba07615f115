import type { Judged } from '../../analysis/gate/gate.ts';
import { gate } from '../../analysis/gate/gate.ts';
import { judgedPair } from '../../analysis/gate/judged-pair.ts';
import { falseAlarms, isTooNoisy } from '../../analysis/gate/same-side.ts';
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
    ...judgedPair(slots, estimate),
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
function noise({ timed, clock }: Timing) {
  return falseAlarms(
    timed.flatMap((one) => {
      const readings = readingsOf(one, clock);
      return [0, 1].map((side) => readings.flatMap(({ same }) => (same[side] ? [same[side]] : [])));
    }),
  );
}

export function noiseOf(timing: Timing): Warning {
  const { alarms, of } = noise(timing);
  return {
    code: 'aa-noise',
    message: `Noise during this run: ${alarms} of ${of} would be called changed between batches of one and the same side.`,
    advice: isTooNoisy(alarms, of)
      ? 'Clearly more than the 2 % to be expected: the times are not judged. Quieten the machine; the pages hold.'
      : 'At most 2 % are to be expected.',
  };
}

/** A control that moves when the gate's rule finds clearly more changes within one side than it may; else none. */
export function noiseRow(timing: Timing): ComparisonResult[] {
  const { alarms, of } = noise(timing);
  if (!isTooNoisy(alarms, of)) return [];
  return [
    {
      metric: 'noise within one and the same side',
      ...{ a: null, b: null, ratio: null, low: null, high: null, unit: '', pairs: 0 },
      ...{ role: 'control', verdict: 'moved' },
      why: `${alarms} of ${of} comparisons of a side with itself were called changed; 2 % are to be expected.`,
    },
  ];
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
