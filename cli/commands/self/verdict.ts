import type { Goal } from '../../../bench/self/goal.ts';
import type { ExitReason } from '../../../config/fault.ts';

/** A goal that is missed outweighs one that could not be measured, and that one another that was not settled. */
export function verdict(goals: readonly Goal[]): ExitReason {
  if (goals.some(({ ok }) => ok === false)) return 'regression';
  if (goals.some(({ value }) => value === null)) return 'component';
  return goals.some(({ ok }) => ok === null) ? 'inconclusive' : 'done';
}
