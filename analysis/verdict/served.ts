import type { Between } from '../../result/percentiles.ts';
import { within } from './bounds.ts';
import type { LoadFacts } from './facts.ts';
import { type Shared, takenShare } from './taken-share.ts';
import { trustLimits } from './trust-limits.ts';

/** Of what was offered, the share that was answered without an error. */
export interface Served extends Between {
  readonly low: number;
  readonly high: number;
  readonly value: number;
  /** Enough was answered: what is missing failed, and failures are counted whatever the machine did. */
  readonly answered: boolean;
  /** Met, certainly missed, or null: without those who had the cores it might have been enough. */
  readonly ok: boolean | null;
}

/**
 * What disturbs a load takes from what is served and never adds to it: what was served is the least that the system
 * serves. At most it would have served as much more as its cores were somebody else's, and what the generator started
 * late. A start that was dropped, or a second without an answer, is no doubt of it: that is how a backlog looks.
 *
 * @param share of the offered rate that is to be served, 0 to 1
 */
export function servedShare(
  load: LoadFacts & { readonly offeredRate: number },
  share: number,
  shared: Shared,
): Served {
  const { achievedRate, offeredRate } = load;
  const succeeded = succeededShare(load);
  const answered = achievedRate / offeredRate;
  const value = succeeded * answered;
  const taken = takenFromServing(load, shared);
  const alone = taken >= 1 ? 1 : Math.min(1, answered / (1 - taken) + lateShare(load));
  const high = Math.max(value, succeeded * alone);
  // the limit is the least here, and that of `within` the most
  const ok = within({ low: -high, high: -value }, -share);
  return { value, low: value, high, ok, answered: answered >= share };
}

/** Which figure decided it. Failures are counted: no clock and no other program made them. */
export const servedFigures = (answered: boolean): { figures: string[] } => ({
  figures: [answered ? 'load.all-errors' : 'load.achieved-rate'],
});

/** Why it cannot be said. */
export const notByItself =
  'Less was served than that, but other programs or the generator had a part of the cores, or the generator started late: with all of them the system might have served enough.';

/** 0 to 1: what others had, or the generator. Near its own ceiling nobody knows what the system would have served. */
function takenFromServing({ ceilingRate, achievedRate, clientCpuShare, others }: LoadFacts, shared: Shared) {
  const nearCeiling = ceilingRate !== null && ceilingRate < trustLimits.ceiling * achievedRate;
  const own = clientCpuShare !== null && clientCpuShare > trustLimits.generatorCpu / 100 ? clientCpuShare : 0;
  return nearCeiling ? 1 : Math.max(own, takenShare(others, shared));
}

/** Of the run, what the generator once stood still. Where every start waited for the system, none was late by itself. */
const lateShare = ({ startLagMs, seconds }: LoadFacts): number =>
  startLagMs.max === null || seconds <= 0 ? 0 : startLagMs.max / 1000 / seconds;

export const failures = ({ errors }: Pick<LoadFacts, 'errors'>): number =>
  Object.values(errors).reduce((sum, count) => sum + count, 0);

/** Of the requests that ended. */
const succeededShare = ({ errors, requests }: Pick<LoadFacts, 'errors' | 'requests'>): number =>
  requests === 0 ? 0 : 1 - failures({ errors }) / requests;
