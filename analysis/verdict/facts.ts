import type { CapacityFacts } from './capacity.ts';

/**
 * What a judgement reads of a result: the subset of result.json that the checks below look at.
 * A `Result` satisfies it; a test states only what it is about.
 */
export interface Facts {
  readonly run: { readonly complete: boolean; readonly stages: readonly { readonly name: string }[] };
  readonly environment: { readonly host: { readonly stealPct?: number | null } };
  readonly plans: readonly PlanFacts[];
  readonly rls: { readonly leaks: LeakFacts; readonly attacks?: readonly AttackFacts[] } | null;
  readonly replication: readonly ReplicaFacts[];
  readonly load: readonly LoadFacts[];
  readonly skipped: readonly { readonly part: string; readonly why: string }[];
  readonly comparison?: readonly ComparisonFacts[];
  readonly index?: readonly IndexFacts[];
  readonly pooler?: readonly PoolerFacts[];
  readonly nightly?: NightFacts;
  readonly capacity?: CapacityFacts | null;
  readonly paginationChecks?: readonly PageFacts[];
}

/** Whether the pages of a list, one after another, are the list. */
export interface PageFacts {
  readonly list: string;
  readonly tenantClass: string;
  readonly joinedRows: number;
  readonly pagesEqual: boolean;
  readonly why?: string;
}

export interface NightFacts {
  readonly void: string | null;
  readonly metrics: readonly {
    readonly metric: string;
    readonly exact: boolean;
    readonly state: string;
    readonly missing: number;
    readonly why: string;
  }[];
}

export interface ComparisonFacts {
  readonly metric: string;
  readonly role?: 'exact' | 'primary' | 'advisory' | 'control';
  readonly verdict: string;
  readonly why?: string;
}

export interface IndexFacts {
  readonly change: string;
  readonly regressed: readonly string[];
  readonly verdict?: 'keep' | 'do-not' | 'depends';
  readonly answer?: string;
  /** Of `index advise`: it was found and not typed. */
  readonly candidate?: { readonly kind: string };
}

export interface PercentileFacts {
  readonly p99: number | null;
  readonly max: number | null;
  readonly samples: number;
  readonly why?: string;
}

export interface PlanFacts {
  readonly statement: string;
  readonly variant: string;
  readonly tenantClass: string;
  readonly expectation: { readonly ok: boolean | null; readonly why: string };
}

export interface LeakFacts {
  readonly reads: number;
  readonly rows: number;
  readonly foreignRows: number;
}

export interface AttackFacts {
  readonly name: string;
  readonly via: string;
  readonly outcome: 'held' | 'leaked' | 'known' | 'unchecked';
  readonly reached: boolean;
}

export interface ReplicaFacts {
  readonly replica: string;
  readonly lagMs: PercentileFacts;
  readonly probeErrorMs?: number | null;
  readonly why?: string;
}

/** A line of the pooler's figures, by its kind. */
export type PoolerFacts =
  | {
      readonly kind: 'crowd';
      readonly clients: number;
      readonly requests: number | null;
      readonly errors: Readonly<Record<string, number>>;
      readonly poolSize: number | null;
      readonly serversActiveMax: number | null;
    }
  | {
      readonly kind: 'identity';
      readonly pattern: 'session' | 'transaction';
      readonly reads: number;
      readonly foreignReads: number;
      readonly missingReads: number;
    }
  | { readonly kind: 'price' | 'prepared' };

export interface LoadFacts {
  readonly scenario: string;
  readonly model: 'open' | 'closed';
  readonly offeredRate: number | null;
  readonly achievedRate: number;
  readonly seconds: number;
  readonly requests: number;
  readonly dropped: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly responseMs: PercentileFacts;
  readonly startLagMs: PercentileFacts;
  readonly ceilingRate: number | null;
  readonly clientCpuShare: number | null;
  /** `due`: how many requests fell due in that second, where a schedule says. */
  readonly series: readonly { readonly s: number; readonly requests: number; readonly due?: number }[];
}
