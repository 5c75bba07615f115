import type { Figure } from '../../result/figure.ts';
import type { Others } from '../../result/others.ts';
import type { Result } from '../../result/result.ts';
import type { Machine } from '../../result/run.ts';
import type { Distribution } from './bounds.ts';
import type { DrillFacts, RecoveryFacts, UpkeepFacts } from './case-objectives.ts';
import type { MigrationFacts } from './migrations.ts';

type Item<T> = T extends readonly (infer Each)[] ? Each : never;
type Night = NonNullable<Result['nightly']>;
type Capacity = NonNullable<Result['capacity']>;
type Maximum = NonNullable<Capacity['maximum']>;

export type PlanFacts = Pick<
  Item<Result['plans']>,
  'statement' | 'variant' | 'tenantClass' | 'expectation' | 'estimated'
>;

export type LeakFacts = Pick<NonNullable<Result['rls']>['leaks'], 'reads' | 'rows' | 'foreignRows'>;

export type AttackFacts = Pick<
  Item<NonNullable<NonNullable<Result['rls']>['attacks']>>,
  'name' | 'via' | 'outcome' | 'reached'
>;

export type ReplicaFacts = Pick<Item<Result['replication']>, 'replica' | 'probeErrorMs' | 'why'> & {
  readonly lagMs: Distribution;
};

export type LoadFacts = Pick<
  Item<Result['load']>,
  | 'scenario'
  | 'model'
  | 'offeredRate'
  | 'achievedRate'
  | 'seconds'
  | 'requests'
  | 'dropped'
  | 'errors'
  | 'ceilingRate'
  | 'clientCpuShare'
  | 'retries'
  | 'thresholds'
> & {
  readonly others?: OthersFacts;
  readonly responseMs: Distribution;
  readonly serviceMs?: Distribution;
  readonly startLagMs: Distribution;
  readonly stalls?: Item<Result['load']>['stalls'];
  readonly series: readonly Pick<Item<Item<Result['load']>['series']>, 's' | 'requests' | 'due'>[];
};

/** Who else used the machine. */
export type OthersFacts = Pick<Others, 'othersCores' | 'others' | 'why'>;

export type MachineFacts = OthersFacts & Pick<Machine, 'cores'>;

export type ComparisonFacts = Pick<
  Item<Result['comparison']>,
  'metric' | 'role' | 'verdict' | 'why' | 'estimated'
>;

export type IndexFacts = Pick<
  Item<Result['index']>,
  'change' | 'regressed' | 'verdict' | 'answer' | 'estimated'
> & {
  /** Of `index advise`: it was found and not typed. */
  readonly candidate?: { readonly kind: string };
};

type PoolerLine = Item<Result['pooler']>;
/** A line of the pooler's figures, by its kind. */
export type PoolerFacts =
  | Pick<
      Extract<PoolerLine, { kind: 'crowd' }>,
      'kind' | 'clients' | 'requests' | 'errors' | 'poolSize' | 'serversActiveMax'
    >
  | Pick<
      Extract<PoolerLine, { kind: 'identity' }>,
      'kind' | 'pattern' | 'reads' | 'foreignReads' | 'missingReads'
    >
  | { readonly kind: 'price' | 'prepared' };

export type NightFacts = Pick<Night, 'void'> & {
  readonly metrics: readonly Pick<Item<Night['metrics']>, 'metric' | 'exact' | 'state' | 'missing' | 'why'>[];
};

export type CapacityFacts = {
  readonly maximum: Pick<Maximum, 'rate' | 'low' | 'why'> | null;
  readonly headroom: readonly Omit<Item<Capacity['headroom']>, 'leftPct'>[];
};

/** Whether the pages of a list, one after another, are the list. */
export type PageFacts = Pick<
  Item<NonNullable<Result['paginationChecks']>>,
  'list' | 'tenantClass' | 'joinedRows' | 'pagesEqual' | 'why'
>;

/**
 * What a judgement reads of a result, derived from its type: the checks look at nothing else, and a test states only
 * what it is about. Every `Result` is one.
 */
export interface Facts {
  readonly run: {
    readonly complete: boolean;
    readonly stages: readonly { readonly name: string }[];
    readonly kind?: string;
    readonly command?: string;
  };
  readonly environment: { readonly host: { readonly stealPct?: number | null } };
  readonly trust?: { readonly machine?: MachineFacts };
  readonly plans: readonly PlanFacts[];
  readonly rls: { readonly leaks: LeakFacts; readonly attacks?: readonly AttackFacts[] } | null;
  readonly replication: readonly ReplicaFacts[];
  readonly load: readonly LoadFacts[];
  readonly skipped: readonly { readonly part: string; readonly why: string; readonly applies?: false }[];
  readonly comparison?: readonly ComparisonFacts[];
  readonly index?: readonly IndexFacts[];
  readonly pooler?: readonly PoolerFacts[];
  readonly nightly?: NightFacts;
  readonly capacity?: CapacityFacts | null;
  readonly drill?: readonly DrillFacts[] | undefined;
  readonly migration?: readonly MigrationFacts[] | undefined;
  readonly recovery?: readonly RecoveryFacts[] | undefined;
  readonly vacuum?: readonly UpkeepFacts[] | undefined;
  readonly checkpoint?: readonly UpkeepFacts[] | undefined;
  readonly paginationChecks?: readonly PageFacts[];
  readonly figures?: readonly Figure[];
  readonly warnings?: readonly {
    readonly code: string;
    readonly message: string;
    readonly advice?: string;
  }[];
}
