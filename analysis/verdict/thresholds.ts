import type { TrustCheck } from '../../result/run.ts';
import { type Level, levels, quantiles } from './bounds.ts';
import { loadDoubts, responseBounds } from './doubts.ts';
import type { LoadFacts } from './facts.ts';
import type { Shared } from './taken-share.ts';

/** Thresholds of a script on what is counted, not timed: a rate of them is counted by the clock. */
const counted = /\bthreshold olympus_(requests|errors|dropped|rows|bytes)\b(?!.*\brate\s*[<>=!])/;
export const isCounted = (name: string): boolean => counted.test(name);

const unsampled =
  'The script declares it, and no request was counted by it: k6 takes that for kept, but nothing was measured.';

/** The script's own, as k6 judged them. */
export function thresholds(load: LoadFacts, shared: Shared): TrustCheck[] {
  return (load.thresholds ?? []).map(({ source, value, limit, ok }) => {
    const name = `threshold ${source}`;
    if (ok === null) return { name, ok, value, limit, unit: '', why: unsampled };
    const least = ok || limit === null ? null : leastOf(load, source, shared);
    return {
      ...{ name, ok, value, limit, unit: '' },
      figures: [figureOf(source)],
      why: ok ? 'The script declares it, and it was kept.' : 'The script declares it, and it was not kept.',
      // missed whatever put the times in doubt
      ...(least !== null && least > limit! && { low: least, high: value }),
    };
  });
}

/** Of which figure it speaks; of a metric of the script's own nothing but that time is in it is known. */
function figureOf(source: string): string {
  if (isCounted(`threshold ${source}`)) return 'load.all-errors';
  return /^olympus_(requests|errors|dropped|rows|bytes)\b/.test(source)
    ? 'load.achieved-rate'
    : 'load.response';
}

/** ms that what an upper limit of this threshold is about cannot fall below, all doubts included; unknown of a part (tags). */
function leastOf(load: LoadFacts, source: string, shared: Shared): number | null {
  const [, metric, level] =
    /^olympus_(response|service) \s*(?:p\((\d+(?:\.\d+)?)\)|max|med)\s*<=?/.exec(source) ?? [];
  const reached = /\bmax\s*</.test(source) ? 'max' : reachedBy(Number(level ?? 50) / 100);
  if (metric === undefined || reached === undefined) return null;
  const { responseMs: response, serviceMs: service } = load;
  const doubts = loadDoubts(load, shared);
  return metric === 'service'
    ? responseBounds({ response: service ?? { max: null, samples: 0 } }, reached, { ...doubts, late: false })
        .low
    : responseBounds({ response, service }, reached, doubts).low;
}

/** The highest percentile of ours that one of the script's is not below. */
const reachedBy = (quantile: number): Level | undefined =>
  levels.findLast((each) => each !== 'max' && quantiles[each] <= quantile);
