import { gate, type Metric } from '../gate/gate.ts';
import { hodgesLehmann } from '../statistics/hodges-lehmann.ts';
import type { Confirmation } from './judge-night.ts';

type Pairs = readonly (readonly [control: number, head: number])[];

/** A night's value of a metric: the Hodges-Lehmann estimate of log(head / control) over its pairs; null without any. */
export const nightValue = (pairs: Pairs): number | null =>
  hodgesLehmann(
    pairs.map(([control, head]) => Math.log(head / control)),
    0.5,
  ).estimate;

/** One suspect metric with fresh pairs, and the level against which it is suspect. */
export interface Suspect {
  readonly name: string;
  readonly level: number;
  readonly pairs: Pairs;
}

/** The release gate on fresh pairs of the suspects together: head against the control as it was before. */
export function confirmations(suspects: readonly Suspect[]): Map<string, Confirmation> {
  const metrics = suspects.map(
    ({ name, level, pairs }): Metric => ({
      name,
      role: 'primary',
      pairs: pairs.map(([control, head]) => [control * Math.exp(level), head]),
    }),
  );
  return new Map(
    gate(metrics).metrics.map(({ name, verdict, estimate, low, high, pairs, why }) => [
      name,
      { verdict, estimate, low, high, pairs: pairs ?? 0, why },
    ]),
  );
}
