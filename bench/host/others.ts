import type { Others } from '../../result/result.ts';
import { type Pressure, pressureBetween } from './pressure.ts';
import { descends, type Processes, type Ticks, treesSeconds } from './proc.ts';

/** The machine at one moment. */
export interface MachineLook {
  /** Seconds of a monotonic clock. */
  readonly at: number;
  readonly ticks: Ticks;
  readonly processes: Processes;
  readonly pressure: Pressure;
}

const ticksPerSecond = 100;
const named = 3;

/** Less than this is the blur of two clocks, and of what the kernel does for nobody. Cores. */
const blur = 0.01;

/**
 * Pure: what others took between two looks. The kernel counts busy cores; what our own trees of processes and the
 * servers' ran is ours, and the rest is others', those that have ended meanwhile included.
 */
export function othersBetween(from: MachineLook, to: MachineLook, roots: ReadonlySet<number>): Others {
  const seconds = to.at - from.at;
  if (!(seconds > 0)) return unseen('no time passed between the two looks');
  const busy = (to.ticks.busy - from.ticks.busy) / ticksPerSecond;
  const own = Math.max(0, treesSeconds(to.processes, roots) - treesSeconds(from.processes, roots));
  const cores = Math.max(0, busy - own) / seconds;
  return {
    othersCores: cores < blur ? 0 : cores,
    others: largest(from.processes, to.processes, roots, seconds).map(({ name, cores: one }) => ({
      name,
      cores: Math.min(one, cores), // a child that ended is counted from its beginning
    })),
    pressure: pressureBetween(from.pressure, to.pressure, seconds),
  };
}

/** Pure: what our own processes took, and what the servers took that are measured, which may be children of ours. */
export function sharesBetween(
  from: MachineLook,
  to: MachineLook,
  servers: ReadonlySet<number>,
): { ownCores: number; serversCores: number } {
  const cores = (roots: ReadonlySet<number>) =>
    Math.max(0, treesSeconds(to.processes, roots) - treesSeconds(from.processes, roots)) / (to.at - from.at);
  const serversCores = cores(servers);
  return { serversCores, ownCores: Math.max(0, cores(new Set([process.pid, ...servers])) - serversCores) };
}

export const unseen = (why: string): Others => ({
  ...{ othersCores: null, others: [], why },
  pressure: { cpu: null, memory: null, io: null },
});

/** By the name of their program, because ten compilers are one disturbance. */
function largest(
  from: Processes,
  to: Processes,
  roots: ReadonlySet<number>,
  seconds: number,
): Others['others'] {
  const sums = new Map<string, number>();
  for (const [pid, { name, seconds: now }] of to) {
    if (descends(to, pid, roots)) continue;
    const before = from.get(pid)?.seconds ?? 0;
    const spent = now >= before ? now - before : now; // less: another process has its pid now
    sums.set(name, (sums.get(name) ?? 0) + spent);
  }
  return [...sums]
    .map(([name, spent]) => ({ name, cores: spent / seconds }))
    .filter(({ cores }) => cores >= blur)
    .sort((a, b) => b.cores - a.cores || (a.name < b.name ? -1 : 1))
    .slice(0, named);
}
