import { decodeHistogram } from '../../analysis/histogram/decode.ts';
import { seconds } from '../../config/units.ts';
import type { Warning } from '../../result/result.ts';
import { type LoadOptions, runLoad } from './run-load.ts';

/** What the generator does without a server. */
export interface Ceiling {
  readonly rate: number;
  /** Of the pool, as asked for or as the script says. */
  readonly connections: number;
}

/** As fast as the connections go; arrivals mean nothing there. */
export const closedLoop = ({ arrivals: _, ...options }: LoadOptions): LoadOptions => ({
  ...options,
  rate: 0,
});

/**
 * What is certain before the run. One connection alone shows the mean service time, which does not fall when there are
 * more: so many connections serve at most connections / mean a second (utilisation law).
 */
export async function predictOverload(
  shared: Omit<LoadOptions, 'rate' | 'duration' | 'warmup'>,
  rate: number | undefined,
  { rate: ceiling, connections }: Ceiling,
): Promise<Warning[]> {
  if (rate === undefined) return [];
  if (rate > ceiling)
    return [
      {
        code: 'rate-above-ceiling',
        message: `The generator's own ceiling on this machine is ${Math.round(ceiling)} requests a second, so ${Math.round(rate)} cannot be offered.`,
        advice: 'Offer less, or share the load out over several machines (--render k6-operator).',
      },
    ];
  const alone = { ...shared, connections: 1, duration: seconds(1), warmup: seconds(0.5) };
  const { report } = await runLoad(closedLoop(alone));
  const mean = (decodeHistogram(report.service)?.mean ?? 0) / 1e9;
  const most = connections / mean;
  if (!(rate > tolerance * most)) return [];
  return [
    {
      code: 'rate-above-pool',
      message: `${connections} connections cannot serve ${Math.round(rate)} requests a second: a request alone takes ${(1000 * mean).toFixed(2)} ms, so they serve at most ${Math.round(most)}.`,
      advice: `Offer less, or take --connections ${Math.ceil(tolerance * rate * mean)} at least, if the server has room for them.`,
    },
  ];
}

/** A first second is slower than the rest of a run: caches fill. */
const tolerance = 1.25;
