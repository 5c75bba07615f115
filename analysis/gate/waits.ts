import type { Judged } from './gate.ts';

/** By the wall a change counts from here on, with its whole interval: the wall has neighbours and stolen time in it. */
const wallLimit = 1.03;

/**
 * What the server's CPU time does not see: every workload takes longer by the wall, with its interval clear of 3 %, and
 * by CPU time none moved: the workload whose interval is the least clear. Null when that is not so.
 * @param metrics as the gate judged them: primaries by CPU time, the same workloads by the wall as advisory ones
 */
export function waitingOf(
  metrics: readonly Judged[],
): { name: string; ratio: number; low: number; high: number } | null {
  const cpu = metrics.filter(({ role, name }) => role === 'primary' && name.endsWith(', CPU ms'));
  const wall = cpu.map(({ name }) =>
    metrics.find((one) => one.role === 'advisory' && one.name === name.replace(/CPU ms$/, 'wall ms')),
  );
  if (cpu.length === 0 || cpu.some(({ verdict }) => verdict === 'regression')) return null;
  const clear = wall.filter((one) => one?.low != null && one.low > wallLimit);
  if (clear.length < cpu.length) return null;
  const least = clear.toSorted((x, y) => x!.low! - y!.low!)[0]!;
  return { name: least.name, ratio: least.estimate!, low: least.low!, high: least.high! };
}
