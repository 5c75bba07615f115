import { limits } from '../compare/verdict.ts';
import { type Share, wilson } from '../statistics/wilson.ts';
import type { Judged } from './gate.ts';

/** By the wall a change counts from here on, with its whole interval: the wall has neighbours and stolen time in it. */
const wallLimit = limits.change;

/** B against A: how many times as long it takes, by what it waits. */
export interface WaitRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * What the server's CPU time does not see, by the wall: every workload takes longer, with its interval clear of 3 %, and
 * by CPU time none moved: the workload whose interval is the least clear. Null when that is not so.
 * @param metrics as the gate judged them: primaries by CPU time, the same workloads by the wall as advisory ones
 */
export function waitingByWall(metrics: readonly Judged[]): (WaitRatio & { name: string }) | null {
  const { cpu, wall } = workloadsOf(metrics);
  if (cpu.length === 0 || cpu.some(({ verdict }) => verdict === 'regression')) return null;
  const clear = wall.filter((one) => one?.low != null && one.low > wallLimit);
  if (clear.length < cpu.length) return null;
  const least = clear.toSorted((x, y) => x!.low! - y!.low!)[0]!;
  return { name: least.name, ratio: least.estimate!, low: least.low!, high: least.high! };
}

/** By the wall no workload takes 5 % longer: then nothing waits that matters, and no look at the server is needed. */
export function excludedByWall(metrics: readonly Judged[]): boolean {
  const { cpu, wall } = workloadsOf(metrics);
  return cpu.length > 0 && wall.every((one) => one?.high != null && one.high < limits.pass);
}

function workloadsOf(metrics: readonly Judged[]) {
  const cpu = metrics.filter(({ role, name }) => role === 'primary' && name.endsWith(', CPU ms'));
  const wall = cpu.map(({ name }) =>
    metrics.find((one) => one.role === 'advisory' && one.name === name.replace(/CPU ms$/, 'wall ms')),
  );
  return { cpu, wall };
}

/** Looks at a side's server process while it executed: how many, and in how many it waited. */
export interface Looks {
  readonly all: number;
  readonly waiting: number;
}

export type Waiting = (WaitRatio & { readonly kind: 'waits' | 'not' }) | { readonly kind: 'unknown' };

/** One stall of the disk or of a lock must not look like a habit: so many rounds, and in this share of them B waits more. */
export const leastRounds = 6;
const habit = 0.9;

/**
 * Whether B waits for longer than A, by the share of looks in which the server process waited: a busy machine makes both
 * sides slower, but no process wait for an event. The time that something takes is its work over the share that it
 * works. unknown: too few looks to tell 3 % from 5 %.
 * @param rounds the looks at A and B in turn
 */
export function waitingByLooks(rounds: readonly (readonly [a: Looks, b: Looks])[]): Waiting {
  const seen = rounds.filter(([a, b]) => a.all > 0 && b.all > 0);
  if (seen.length < leastRounds) return { kind: 'unknown' };
  const [a, b] = [workingShare(seen.map(([one]) => one)), workingShare(seen.map(([, other]) => other))];
  if (b.low <= 0) return { kind: 'unknown' };
  const found = { ratio: a.share / b.share, low: a.low / b.high, high: a.high / b.low };
  if (found.high < limits.pass) return { kind: 'not', ...found };
  const share = ({ all, waiting }: Looks) => waiting / all;
  const more = seen.filter(([one, other]) => share(other) > share(one)).length;
  return more >= habit * seen.length && found.low > limits.change
    ? { kind: 'waits', ...found }
    : { kind: 'unknown' };
}

function workingShare(looks: readonly Looks[]): Share {
  const all = looks.reduce((sum, one) => sum + one.all, 0);
  const waiting = looks.reduce((sum, one) => sum + one.waiting, 0);
  return wilson(all - waiting, all);
}
