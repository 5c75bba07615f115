import type { Between } from '../../result/percentiles.ts';
import { boundsOf, type Distribution, type Level } from './bounds.ts';
import type { LoadFacts } from './facts.ts';
import { type Shared, takenShare } from './taken-share.ts';
import { trustLimits } from './trust-limits.ts';

/** What makes a time of a load other than the server's own. */
export interface LoadDoubts {
  /** Some starts came late, or it is not known whether: the generator's own delay is in the response times. */
  readonly late: boolean;
  /** Requests that never started, mostly the slowest: nothing bounds a percentile from above. */
  readonly dropped: boolean;
  /** 0 to 1 of the cores that others, or the generator, had; 1: it is not known what the server would have done alone. */
  readonly taken: number;
}

export function loadDoubts(load: LoadFacts, shared: Shared): LoadDoubts {
  const { offeredRate, ceilingRate, clientCpuShare, startLagMs, dropped } = load;
  const own = clientCpuShare !== null && clientCpuShare > trustLimits.generatorCpu / 100 ? clientCpuShare : 0;
  const slow =
    offeredRate !== null && ceilingRate !== null && ceilingRate < trustLimits.ceiling * offeredRate ? 1 : 0;
  const high = startLagMs.p99 ?? boundsOf(startLagMs, 'p99').high;
  return {
    late: load.model === 'open' && (high === null || high > trustLimits.startLagP99),
    dropped: dropped > trustLimits.dropped,
    taken: Math.max(own, slow, takenShare(load.others, shared)),
  };
}

/**
 * Where a percentile of the response time lies, all doubts included. A late start bounds it: the server was asked no
 * later than the request was due (response time) and no earlier than it was sent (service time). While a share of the
 * cores went to others, work that needs a core takes up to 1 / (1 - share) as long, in the middle of the distribution;
 * its tail may be theirs altogether, so that only the middle bounds it from below.
 */
export function responseBounds(
  { response, service }: { response: Distribution; service?: Distribution | undefined },
  level: Level,
  { late, dropped, taken }: LoadDoubts,
): Between {
  const measured = boundsOf(response, level);
  const least = late ? (service ? boundsOf(service, level).low : null) : measured.low;
  return {
    low: taken > 0 ? stretched(late ? service : response, taken) : least,
    high: dropped ? null : measured.high,
  };
}

function stretched(distribution: Distribution | undefined, taken: number): number | null {
  const low = distribution && boundsOf(distribution, 'p50').low;
  return low == null || taken >= 1 ? null : low * (1 - taken);
}

/** Where the lag lies: the probe may err either way, and replay too shares its cores with others. */
export function lagBounds(
  lag: Distribution,
  level: Level,
  probeErrorMs: number | null,
  taken: number,
): Between {
  const { low, high } = boundsOf(lag, level);
  const least = taken > 0 ? stretched(lag, taken) : low;
  return {
    low: least === null ? null : Math.max(0, least - (probeErrorMs ?? 0)),
    // without a known error nothing says that the lag was no longer than it was seen
    high: high === null || probeErrorMs === null ? null : high + probeErrorMs,
  };
}
