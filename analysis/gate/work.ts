/** A difference of pages counts from both of these on: a tenth and three (docs/method.md, "Work of a plan"). */
export const workLimits = { ratio: 1.1, pages: 3 } as const;

export type Work = 'more' | 'less' | 'same';

/** Executor buffers of one execution on both sides. They have no noise, so no statistics are needed. */
export function judgeWork(before: number, after: number): Work {
  if (after > before * workLimits.ratio && after - before >= workLimits.pages) return 'more';
  if (before > after * workLimits.ratio && before - after >= workLimits.pages) return 'less';
  return 'same';
}

/**
 * Pages of both sides, each by its own statistics first and then after each of several re-ANALYZEs: a difference
 * stands when it is there whatever the sample of the statistics was; else the plan is unstable, and no side is to
 * blame.
 */
export function judgeResampled(before: readonly number[], after: readonly number[]): Work | 'unstable' {
  if (judgeWork(before[0]!, after[0]!) === 'same') return 'same';
  if (judgeWork(Math.max(...before), Math.min(...after)) === 'more') return 'more';
  if (judgeWork(Math.min(...before), Math.max(...after)) === 'less') return 'less';
  return 'unstable';
}
