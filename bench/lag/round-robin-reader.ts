import { paced } from '../pause.ts';

export interface RoundRobin {
  /** Reads per replica. */
  readonly reads: number[];
  /** Reads on that replica that showed an older state than the same reader had seen before. */
  readonly violations: number[];
  /** Reads on that replica that missed the newest commit acknowledged before they were sent. */
  readonly stale: number[];
  /** Why reading that replica stopped early, if it did. */
  readonly failures: (string | undefined)[];
}

/**
 * A reader whose requests go to the replicas in turn (as behind a load balancer) and counts where time ran backwards
 * for it. Its period is no multiple of the probes', so that it meets them in every phase.
 */
export async function readRoundRobin(
  reads: readonly (() => Promise<number>)[],
  {
    until,
    now,
    signal,
    acknowledged,
  }: { until: number; now: () => number; signal: AbortSignal; acknowledged: () => number },
): Promise<RoundRobin> {
  const counts = reads.map(() => 0);
  const violations = reads.map(() => 0);
  const stale = reads.map(() => 0);
  const failures = reads.map((): string | undefined => undefined);
  let newest = 0;
  let turn = 0;
  await paced({ every: 3.7, until, now, signal }, async () => {
    const which = turn++ % reads.length;
    if (failures[which] !== undefined) return;
    const there = acknowledged();
    try {
      const seen = await reads[which]!();
      counts[which]!++;
      if (seen < newest) violations[which]!++;
      if (seen < there) stale[which]!++;
      newest = Math.max(newest, seen);
    } catch (error) {
      failures[which] = (error as Error).message;
    }
  });
  return { reads: counts, violations, stale, failures };
}
