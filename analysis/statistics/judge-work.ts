/** A difference of pages counts from both of these on: a tenth and three (docs/method.md, "Work of a plan"). */
const workLimits = { ratio: 1.1, pages: 3 } as const;

export type Work = 'more' | 'less' | 'same';

/** Executor buffers of one execution on both sides. They have no noise, so no statistics are needed. */
export function judgeWork(before: number, after: number): Work {
  if (after > before * workLimits.ratio && after - before >= workLimits.pages) return 'more';
  if (before > after * workLimits.ratio && before - after >= workLimits.pages) return 'less';
  return 'same';
}
