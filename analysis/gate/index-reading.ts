import { limits } from '../compare/verdict.ts';
import { judgeWork, type Work } from '../statistics/judge-work.ts';

/** Time of one execution on both sides, by interleaved slots. */
export interface ReadingTime {
  readonly clock: 'cpu' | 'wall';
  readonly beforeMs: number;
  readonly afterMs: number;
  /** after / before with its interval; null: too few slots for one. */
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Pages of one statement and tenant, before and after the change. */
export interface Reading {
  readonly statement: string;
  readonly tenantClass: string;
  readonly weight: number;
  readonly before: number;
  readonly after: number;
  /** Measured where the pages differ. */
  readonly time?: ReadingTime | undefined;
}

/** What the times say by themselves; null where their interval is not clear of "no change". */
function clearTime({ time }: Reading): 'more' | 'less' | null {
  if (!time || time.ratio === null || time.low === null || time.high === null) return null;
  if (time.low > 1 && time.ratio > limits.change) return 'more';
  if (time.high < 1 && time.ratio < 1 / limits.change) return 'less';
  return null;
}

/** Pages decide; where the time says the opposite and its interval is clear, the time does. */
export function workOf(reading: Reading): Work {
  const pages = judgeWork(reading.before, reading.after);
  return pages === 'same' ? 'same' : (clearTime(reading) ?? pages);
}

/** Pages and time say the opposite of each other, clearly. */
export const disagree = (reading: Reading): boolean =>
  workOf(reading) !== judgeWork(reading.before, reading.after);

/** "12 → 75 pages", and the time where it decided. */
export function readingText(reading: Reading): string {
  const { before, after, time } = reading;
  const pages = `${Math.round(before)} → ${Math.round(after)} pages`;
  if (!time || !disagree(reading)) return pages;
  return `${pages}, but ${figure(time.beforeMs)} → ${figure(time.afterMs)} ms ${time.clock === 'cpu' ? 'CPU' : 'by the wall'}`;
}

const figure = (value: number) => String(Number(value.toPrecision(3)));
