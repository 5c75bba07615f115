import type { Environment } from '../../result/result.ts';
import type { Acceptance, Night, Previous } from './judge-night.ts';

/** What tonight is judged against: the nights of the same fingerprint and control, and the newest good one. */
export interface Past {
  /** The number that tonight gets. */
  readonly night: number;
  readonly lastGood: {
    readonly run: string;
    readonly startedAt: string;
    readonly environment: Environment;
  } | null;
  readonly of: (metric: string) => PastOfMetric;
}

export interface PastOfMetric {
  readonly nights: readonly Night[];
  readonly previous: Previous | null;
  readonly acceptance: Acceptance | null;
}
