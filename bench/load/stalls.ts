import type { LoadResult } from '../../result/result.ts';
import type { EngineReport } from './engine-report.ts';

/** Fewer requests than these may fall due in a gap by chance: with random arrivals nobody came (e^-20). */
const minDue = 20;

/**
 * Pure: the times in which nothing was answered although requests were due.
 * @param longest The longest response (ms) of the requests that ended within a second, by its number.
 */
export function stallsOf(
  report: Pick<EngineReport, 'model' | 'gaps' | 'offered' | 'durationSeconds' | 'requests' | 'seconds'>,
  longest: (second: number) => number | null,
): NonNullable<LoadResult['stalls']> {
  const { model, gaps, offered, durationSeconds, requests, seconds } = report;
  const answering = seconds - gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const rate = model === 'open' ? offered / durationSeconds : answering > 0 ? requests / answering : 0;
  return gaps.flatMap(({ from, to }) => {
    const due = Math.round(rate * (Math.min(to, durationSeconds) - from));
    if (due < minDue) return [];
    return [{ fromS: from, toS: to, due, longestResponseMs: longest(Math.floor(to)) }];
  });
}
