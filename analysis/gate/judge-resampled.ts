import { judgeWork, type Work } from '../statistics/judge-work.ts';

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
