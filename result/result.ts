/**
 * result.json: the truth of a run, as one definition that is both the TypeScript type and the JSON Schema
 * (reports/result.schema.json is generated from here; a test compares them).
 * Times are in milliseconds, sizes in bytes, rates per second. What could not be had is null with a reason beside it.
 */
import { type Static, Type } from 'typebox';
import { CapacityResult } from './capacity.ts';
import { Nullable, Percentiles } from './percentiles.ts';
import { CacheFigures, ObjectFigures, OlapFigures, VectorFigures } from './store-figures.ts';

export { Percentiles } from './percentiles.ts';
export type * from './store-figures.ts';

const Strings = Type.Array(Type.String());

export const Run = Type.Object({
  id: Type.String(),
  startedAt: Type.String(),
  finishedAt: Nullable(Type.String()),
  suite: Type.String(),
  command: Type.String({ description: 'the command that reproduces the run' }),
  complete: Type.Boolean(),
  /** Wall time of each stage, in the order in which they ran. */
  stages: Type.Array(Type.Object({ name: Type.String(), seconds: Type.Number() })),
});
export type Run = Static<typeof Run>;

export const Verdict = Type.Object({
  status: Type.Union(
    (['pass', 'regression', 'objective-missed', 'inconclusive', 'untrusted'] as const).map((s) =>
      Type.Literal(s),
    ),
  ),
  reasons: Strings,
});
export type Verdict = {
  status: 'pass' | 'regression' | 'objective-missed' | 'inconclusive' | 'untrusted';
  reasons: string[];
};

/** A condition under which the figures may be believed. ok null: could not be checked, `why` says so. */
export const TrustCheck = Type.Object({
  name: Type.String(),
  ok: Nullable(Type.Boolean()),
  value: Nullable(Type.Number()),
  limit: Nullable(Type.Number()),
  unit: Type.String(),
  why: Type.String(),
});
export type TrustCheck = Static<typeof TrustCheck>;

/** A goal of the system under test. ok null: not measured, and why. */
export const Objective = TrustCheck;
export type Objective = TrustCheck;

export const Environment = Type.Object({
  fingerprint: Type.String({ description: 'two runs compare only when these are equal' }),
  harness: Type.Object({
    version: Type.String(),
    commit: Nullable(Type.String()),
    node: Type.String(),
    k6: Nullable(Type.String()),
  }),
  host: Type.Object({
    cpu: Type.String(),
    cores: Type.Integer(),
    memoryBytes: Type.Number(),
    kernel: Type.String(),
    os: Type.String(),
    stealPct: Type.Optional(
      Nullable(Type.Number({ description: 'CPU time that the hypervisor gave to others while measuring' })),
    ),
  }),
  endpoints: Type.Array(
    Type.Object({
      name: Type.String(),
      provider: Type.String(),
      version: Type.String(),
      settings: Type.Record(Type.String(), Type.String()),
    }),
  ),
});
export type Environment = Static<typeof Environment>;

export const DatasetResult = Type.Object({
  scale: Type.String(),
  seed: Type.Integer(),
  digest: Type.String(),
  seconds: Nullable(Type.Number()),
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      rows: Type.Integer(),
      bytes: Type.Integer(),
      rowsPerSecond: Nullable(Type.Number()),
    }),
  ),
  ingest: Type.Optional(
    Type.Object(
      { live: Type.Boolean(), seconds: Type.Number(), rowsPerSecond: Type.Number() },
      {
        description:
          'until every row, index and key was there; live: they and the triggers were on. Absent when loaded in several calls',
      },
    ),
  ),
});
export type DatasetResult = Static<typeof DatasetResult>;

export const PlanResult = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'owner (explicit filter) or app (row-level security)' }),
  tenantClass: Type.String(),
  shape: Type.String({ description: 'fingerprint: node types, relations, indexes by definition' }),
  detail: Type.String({ description: 'fingerprint: also conditions, literals replaced' }),
  buffers: Type.Object({ hit: Nullable(Type.Integer()), read: Nullable(Type.Integer()) }),
  executionMs: Nullable(Type.Number()),
  planningMs: Nullable(Type.Number()),
  rows: Nullable(Type.Number()),
  maxQError: Nullable(Type.Number()),
  maxQErrorNode: Nullable(Type.String()),
  indexes: Strings,
  tree: Type.Optional(
    Type.String({ description: 'the plan in words, one node a line, for the report and the terminal' }),
  ),
  expectation: Type.Object({ ok: Nullable(Type.Boolean()), why: Type.String() }),
});
export type PlanResult = Static<typeof PlanResult>;

/** Two plans of one statement, node beside node, and in words what changed. */
export const PlanDiffResult = Type.Object({
  statement: Type.String(),
  tenantClass: Nullable(Type.String()),
  before: Type.String({ description: 'what the first plan is of: A, without the index, a file' }),
  after: Type.String(),
  verdict: Type.String({
    description: 'more-work, worse-estimates, other-shape, less-work, same',
  }),
  summary: Type.String(),
  rows: Type.Array(
    Type.Object({
      kind: Type.Union((['same', 'changed', 'new', 'gone'] as const).map((kind) => Type.Literal(kind))),
      depth: Type.Integer(),
      before: Nullable(Type.String()),
      after: Nullable(Type.String()),
      words: Strings,
    }),
  ),
});
export type PlanDiffResult = Omit<Static<typeof PlanDiffResult>, 'rows'> & {
  rows: {
    kind: 'same' | 'changed' | 'new' | 'gone';
    depth: number;
    before: string | null;
    after: string | null;
    words: string[];
  }[];
};

const NullablePages = Nullable(Type.Integer());

/** Pages of one statement by how its plan is made: for its parameters, once for any, and as the server decides. */
export const PlanModes = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'owner or app: the role of the statement' }),
  skew: Nullable(
    Type.Number({
      description: 'pages of the generic plan over those of the custom one, for the worst tenant',
    }),
  ),
  tenants: Type.Array(
    Type.Object({
      tenantClass: Type.String(),
      pages: Type.Object({ custom: NullablePages, generic: NullablePages, auto: NullablePages }),
      sameShape: Type.Boolean({ description: 'custom and generic' }),
      chosen: Nullable(Type.Union([Type.Literal('custom'), Type.Literal('generic')])),
    }),
  ),
});
export type PlanModes = Static<typeof PlanModes>;

export const PaginationResult = Type.Object({
  statement: Type.String(),
  method: Type.Union([Type.Literal('offset'), Type.Literal('keyset')]),
  form: Type.Optional(Type.String({ description: 'keyset: row comparison or written out with OR' })),
  tenantClass: Type.String(),
  depth: Type.Integer(),
  buffers: Nullable(Type.Integer()),
  ms: Nullable(Type.Number()),
});
export type PaginationResult = Static<typeof PaginationResult>;

const Miscounted = Type.Object({ doubled: Type.Integer(), skipped: Type.Integer() });

/** Whether a list's pages are right, and where its plan changes with the depth. */
export const PaginationCheck = Type.Object({
  list: Type.String(),
  tenantClass: Type.String(),
  rows: Type.Integer({ description: 'length of the list' }),
  joinedRows: Type.Integer({
    description: 'rows of the pages that were put together and compared with the list',
  }),
  pagesEqual: Type.Boolean(),
  /** Rows that a reader of so many pages sees twice or never, when after each page one row arrives, or one leaves. */
  churn: Nullable(
    Type.Object({
      pages: Type.Integer(),
      arrivals: Type.Object({ offset: Miscounted, keyset: Miscounted }),
      removals: Type.Object({ offset: Miscounted, keyset: Miscounted }),
    }),
  ),
  why: Type.Optional(Type.String()),
  /** Depths of the offset from which another plan is chosen. */
  cliffs: Type.Array(Type.Object({ depth: Type.Integer(), before: Type.String(), after: Type.String() })),
});
export type PaginationCheck = Static<typeof PaginationCheck>;

const EstimatedRows = Type.Object({ estimated: Type.Number(), actual: Nullable(Type.Number()) });

/** A ratio with its confidence interval; null bounds where there are too few pairs, and `why` says so. */
export const RlsOverhead = Type.Object({
  statement: Type.String(),
  variant: Type.String({ description: 'bare, wrapped or setting, each against off (owner with filter)' }),
  tenantClass: Type.String(),
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  pairs: Type.Integer(),
  offMs: Nullable(Type.Number()),
  variantMs: Nullable(Type.Number()),
  offBuffers: Nullable(Type.Integer()),
  variantBuffers: Nullable(Type.Integer()),
  /** Conditions that the owner looks up in an index and the policy makes a filter, with the function that is not LEAKPROOF. */
  keptFromIndex: Type.Optional(
    Type.Array(Type.Object({ relation: Type.String(), clause: Type.String(), functions: Strings })),
  ),
  /** The scan whose estimate the policy changes most; rows per loop, as the owner and under the policy. */
  estimate: Type.Optional(Type.Object({ scan: Type.String(), off: EstimatedRows, variant: EstimatedRows })),
  why: Type.Optional(Type.String()),
});
export type RlsOverhead = Static<typeof RlsOverhead>;

const ReadingCost = Type.Object({
  ms: Nullable(Type.Number()),
  buffers: Nullable(Type.Integer()),
  why: Type.Optional(Type.String()),
});

/** What the linter finds wrong with the policies, or with what leads past them. */
export const RlsFinding = Type.Object({
  rule: Type.String(),
  object: Type.String(),
  severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
  message: Type.String(),
  fix: Nullable(Type.String({ description: 'SQL that repairs it; null where only its author can know' })),
  waived: Nullable(Type.String({ description: 'the reason for which it is left so' })),
  /** What reading costs as it is and after the fix, on a copy. */
  price: Type.Optional(Type.Object({ read: Type.String(), before: ReadingCost, after: ReadingCost })),
  visible: Type.Optional(
    Type.String({ description: 'whether members, strangers and nobody see the same rows after the fix' }),
  ),
});
export type RlsFinding = Static<typeof RlsFinding>;

export const RlsResult = Type.Object({
  overhead: Type.Array(RlsOverhead),
  findings: Type.Optional(Type.Array(RlsFinding)),
  leaks: Type.Object({
    reads: Type.Integer({ description: 'statements executed under an identity' }),
    rows: Type.Integer({ description: 'rows whose tenant was checked' }),
    foreignRows: Type.Integer({ description: 'rows of another tenant; the goal is 0' }),
    /** Of the reads, those in loops on the server. */
    bulk: Type.Optional(
      Type.Object({
        reads: Type.Integer(),
        identities: Type.Integer(),
        seconds: Type.Number(),
        readsPerSecond: Nullable(Type.Number()),
        via: Type.Record(Type.String(), Type.Integer({ description: 'reads through this endpoint' })),
      }),
    ),
    byStatement: Type.Array(
      Type.Object({ statement: Type.String(), rows: Type.Integer(), foreignRows: Type.Integer() }),
    ),
  }),
});
export type RlsResult = Static<typeof RlsResult>;

export const ReplicationResult = Type.Object({
  replica: Type.String(),
  lagMs: Percentiles,
  lagBytes: Percentiles,
  writeRate: Nullable(Type.Number()),
  staleReadsPct: Nullable(Type.Number()),
  readYourWritesMs: Nullable(Type.Number()),
  monotonicViolations: Nullable(Type.Integer()),
  monotonicReads: Type.Optional(
    Type.Integer({
      description: 'reads of a reader that changes replicas, among which violations were counted',
    }),
  ),
  probeErrorMs: Nullable(Type.Number()),
  why: Type.Optional(Type.String()),
  /** Seconds since the start, lag in time and in bytes at that probe. */
  series: Type.Array(
    Type.Object({ s: Type.Number(), lagMs: Nullable(Type.Number()), lagBytes: Nullable(Type.Number()) }),
  ),
});
export type ReplicationResult = Static<typeof ReplicationResult>;

/** A long read on one replica while the primary changes and vacuums what it reads. Times in ms since the read began. */
export const ReplicaConflict = Type.Object({
  replica: Type.String(),
  hotStandbyFeedback: Nullable(Type.Boolean()),
  maxDelayMs: Nullable(
    Type.Number({ description: 'max_standby_streaming_delay in force while it read; null: without end' }),
  ),
  usualDelayMs: Type.Optional(
    Type.Number({
      description: 'max_standby_streaming_delay as it is otherwise, where it was lowered for this',
    }),
  ),
  readMs: Nullable(Type.Number({ description: 'how long the read lasted, to its end or its cancellation' })),
  cancelled: Nullable(Type.Boolean()),
  sqlState: Nullable(Type.String()),
  vacuumedMs: Nullable(Type.Number({ description: 'when the first vacuum had ended' })),
  conflicts: Nullable(
    Type.Integer({ description: 'what pg_stat_database_conflicts counted on the replica meanwhile' }),
  ),
  replayHeldMs: Nullable(
    Type.Number({ description: 'how long after the first vacuum the replica had replayed it' }),
  ),
  deadRowsMade: Nullable(Type.Integer()),
  deadRowsKept: Nullable(
    Type.Integer({ description: 'dead rows that the last vacuum during the read could not remove' }),
  ),
  deadRowsAfter: Nullable(Type.Integer({ description: 'the same after the read had ended' })),
  tableBytesBefore: Nullable(Type.Integer()),
  tableBytesAfter: Nullable(Type.Integer()),
  why: Type.Optional(Type.String()),
});
export type ReplicaConflict = Static<typeof ReplicaConflict>;

/** What a commit costs under one synchronous_commit mode, and when the replica shows it. */
export const CommitMode = Type.Object({
  mode: Type.String(),
  commitMs: Percentiles,
  visibleMs: Percentiles,
  staleReadsPct: Nullable(
    Type.Number({ description: 'first reads after the acknowledgement that do not show the row' }),
  ),
  /** Of the slots' median latency to that of `on`. */
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  slots: Type.Integer(),
});
export type CommitMode = Static<typeof CommitMode>;

/** What lag was measured under, and what the replicas show beside it. */
export const ReplicationStudy = Type.Object({
  load: Type.Object({
    name: Type.String({ description: 'the scenario, or "batches": the harness’s own writer' }),
    offeredRate: Nullable(Type.Number()),
    achievedRate: Nullable(Type.Number({ description: 'requests a second; null for batches' })),
    errors: Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' }),
    file: Nullable(Type.String()),
    why: Type.Optional(Type.String({ description: 'why it was no scenario' })),
  }),
  /** A reader whose requests go to the replicas in turn. */
  moving: Type.Object({
    reads: Type.Integer(),
    staleReads: Type.Integer({ description: 'that missed the newest acknowledged commit' }),
    stepsBack: Type.Integer(),
  }),
  /** Seconds since the load began. */
  series: Type.Array(Type.Object({ s: Type.Number(), walBytesPerSecond: Type.Number() })),
  conflicts: Type.Array(ReplicaConflict),
  commitModes: Nullable(
    Type.Object({
      replica: Type.String(),
      standbys: Type.String({ description: 'synchronous_standby_names in force' }),
      modes: Type.Array(CommitMode),
    }),
  ),
  /** Why a part of it is missing. */
  why: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type ReplicationStudy = Static<typeof ReplicationStudy>;

/** What the server said about itself while a load ran; all of it is in the raw file. null: `absent` or `gaps` say why. */
export const LoadEvidence = Type.Object({
  seconds: Type.Number({
    description: 'the whole time watched: the start of the generator and the warm-up too',
  }),
  file: Type.String({ description: 'file under the run directory with all of it' }),
  walBytesPerSecond: Nullable(Type.Number()),
  bufferHitPct: Nullable(Type.Number({ description: 'blocks of the database found in shared buffers' })),
  checkpoints: Nullable(Type.Integer()),
  locksWaitingMax: Nullable(Type.Integer()),
  poolerWaitingMax: Nullable(
    Type.Integer({ description: 'clients that waited for a server connection at once' }),
  ),
  poolerWaitMaxMs: Nullable(Type.Number()),
  observerMs: Nullable(Type.Number({ description: "the server's time spent on being watched" })),
  statements: Nullable(
    Type.Array(
      Type.Object({
        name: Nullable(Type.String({ description: 'of the catalogue; null: another statement' })),
        query: Type.String(),
        calls: Type.Integer(),
        executionMs: Type.Number(),
        timePct: Type.Number(),
        rows: Type.Integer(),
        blocksHit: Type.Integer(),
        blocksRead: Type.Integer(),
        walBytes: Type.Number(),
      }),
      { description: 'those that took most of the execution time' },
    ),
  ),
  waits: Type.Array(
    Type.Object({
      event: Type.String({ description: 'CPU: waits for nothing that the server knows of' }),
      pct: Type.Number({ description: 'of the working sessions that were seen' }),
    }),
  ),
  /** One point a second, seconds since watching began. */
  series: Type.Array(
    Type.Object({ s: Type.Number(), walBytesPerSecond: Type.Number(), activeSessions: Type.Integer() }),
  ),
  gaps: Type.Integer({ description: 'seconds in which the server could not be asked' }),
  absent: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type LoadEvidence = Static<typeof LoadEvidence>;

export const LoadResult = Type.Object({
  scenario: Type.String(),
  model: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
  via: Type.String(),
  connections: Type.Integer(),
  offeredRate: Nullable(Type.Number()),
  achievedRate: Type.Number(),
  seconds: Type.Number(),
  requests: Type.Integer(),
  dropped: Type.Integer(),
  errors: Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' }),
  rows: Type.Integer(),
  responseMs: Percentiles,
  serviceMs: Percentiles,
  startLagMs: Percentiles,
  poolWaitMs: Type.Optional(Percentiles),
  /** The rate that a null target reaches with the same scenario: the generator's own ceiling. */
  ceilingRate: Nullable(Type.Number()),
  clientCpuShare: Nullable(
    Type.Number({ description: 'CPU seconds of the load generator per wall second and core' }),
  ),
  histogram: Type.String({ description: 'file under the run directory with the histograms per second' }),
  statements: Type.Array(
    Type.Object({
      name: Type.String(),
      tenantClass: Nullable(Type.String()),
      requests: Type.Integer(),
      errors: Type.Integer(),
      rows: Type.Integer(),
      responseMs: Percentiles,
      serviceMs: Percentiles,
    }),
  ),
  series: Type.Array(
    Type.Object({
      s: Type.Integer(),
      requests: Type.Integer(),
      errors: Type.Integer(),
      responseP50Ms: Nullable(Type.Number()),
      responseP99Ms: Nullable(Type.Number()),
      serviceP99Ms: Nullable(Type.Number()),
      /** Exact whatever the number of samples, where a p99 of one second mostly is not to be had. */
      responseMaxMs: Type.Optional(Nullable(Type.Number())),
      serviceMaxMs: Type.Optional(Nullable(Type.Number())),
    }),
  ),
  /** Percentile spectrum of response and service time, for the chart. */
  spectrum: Type.Array(
    Type.Object({ percentile: Type.Number(), responseMs: Type.Number(), serviceMs: Type.Number() }),
  ),
  evidence: Type.Optional(LoadEvidence),
  /** Times in which nothing was answered although requests were due; seconds since the start of the window. */
  stalls: Type.Optional(
    Type.Array(
      Type.Object({
        fromS: Type.Number(),
        toS: Type.Number(),
        due: Type.Integer({ description: 'requests that fell due meanwhile, by the rate of the run' }),
        longestResponseMs: Nullable(Type.Number({ description: 'of the requests that ended when it did' })),
      }),
    ),
  ),
  /** Times without a connection; toS null: it did not come back. */
  outages: Type.Optional(
    Type.Array(
      Type.Object({
        fromS: Type.Number(),
        toS: Nullable(Type.Number()),
        recoveryMs: Nullable(
          Type.Number({ description: 'from the first connection that failed to the next answer' }),
        ),
        failures: Type.Integer(),
      }),
    ),
  ),
  /** Where each arrival is a session of several statements; offeredRate and requests count statements. */
  sessions: Type.Optional(
    Type.Object({
      arrived: Type.Integer(),
      completed: Type.Integer({ description: 'to the last statement, or left of their own accord' }),
      failed: Type.Integer(),
      unfinished: Type.Integer({ description: 'still going on when the window ended' }),
      dropped: Type.Integer({ description: 'never started' }),
      perSecond: Type.Number({ description: 'arrivals' }),
    }),
  ),
  /** Where reads go to the replicas and wait there for the last write of their tenant. */
  reads: Type.Optional(
    Type.Object({
      writes: Type.Integer(),
      onReplica: Type.Integer(),
      onPrimary: Type.Integer({ description: 'reads that waited for the replica in vain' }),
      waits: Type.Integer({ description: 'reads that had to wait for the replica' }),
      waitMs: Percentiles,
    }),
  ),
});
export type LoadResult = Static<typeof LoadResult>;

export const WritePrice = Type.Object({
  walBytesPerInsert: Nullable(Type.Number()),
  walBytesPerUpdate: Nullable(Type.Number()),
  hotPct: Nullable(Type.Number()),
  /** An update of a column that the changed index contains. */
  walBytesPerIndexedUpdate: Type.Optional(Nullable(Type.Number())),
  hotPctIndexed: Type.Optional(Nullable(Type.Number())),
});
export type WritePrice = Static<typeof WritePrice>;

/** An index built in one way while others wrote and read. */
export const IndexForm = Type.Object({
  form: Type.Union([Type.Literal('plain'), Type.Literal('concurrently')]),
  ms: Type.Number(),
  /** Statements that it takes; on a partitioned table CONCURRENTLY takes two for each partition. */
  steps: Type.Integer(),
  locks: Strings,
  /** The longest that a request for a write's and for a read's lock waited meanwhile. */
  writeWaitMs: Type.Number(),
  readWaitMs: Type.Number(),
});
export type IndexForm = Static<typeof IndexForm>;

export const IndexResult = Type.Object({
  change: Type.String(),
  helped: Strings,
  regressed: Strings,
  unchanged: Strings,
  writePrice: WritePrice,
  sizeBytes: Nullable(Type.Number()),
  buildMs: Nullable(Type.Number()),
  /** keep: make the change; do-not; depends: on the statements that the answer names. */
  verdict: Type.Optional(Type.Union([Type.Literal('keep'), Type.Literal('do-not'), Type.Literal('depends')])),
  answer: Type.Optional(Type.String({ description: 'the judgement in one sentence' })),
  /** The same figures without the change. */
  writePriceBefore: Type.Optional(WritePrice),
  /** The columns of the measured updates, and whatever could not be measured, with its reason. */
  writeNotes: Type.Optional(Strings),
  locks: Type.Optional(Strings),
  /** An added index built in both ways: plain and CONCURRENTLY. */
  forms: Type.Optional(Type.Array(IndexForm)),
  /** Which statements' plans would use it, asked of HypoPG before anything was built; null: not asked, and why. */
  hypothetical: Type.Optional(Type.Object({ usedBy: Nullable(Strings), why: Type.String() })),
  /** Of `index advise`: why it was tried. */
  candidate: Type.Optional(
    Type.Object({
      kind: Type.Union([Type.Literal('missing'), Type.Literal('unused'), Type.Literal('redundant')]),
      why: Type.String(),
    }),
  ),
  notes: Type.Optional(Strings),
  /** What the whole workload reads, by the statements' weights: pages without and with the change. */
  workload: Type.Optional(Type.Object({ before: Type.Number(), after: Type.Number() })),
  statements: Type.Optional(
    Type.Array(
      Type.Object({
        statement: Type.String(),
        tenantClass: Type.String(),
        before: Type.Integer(),
        after: Type.Integer(),
        indexes: Strings,
      }),
      { description: 'executor buffers of every statement that reads more or fewer pages' },
    ),
  ),
});
export type IndexResult = Static<typeof IndexResult>;

const ofPooler = { name: Type.String(), endpoint: Type.String(), provider: Type.String() };
const Interval = {
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  level: Nullable(Type.Number()),
  pairs: Type.Integer(),
};
const Errors = Type.Record(Type.String(), Type.Integer(), { description: 'by SQLSTATE' });

/** Many clients that press on the pooler as hard as they can. */
export const PoolerCrowd = Type.Object({
  ...ofPooler,
  kind: Type.Literal('crowd'),
  clients: Type.Integer(),
  connectMs: Nullable(Type.Number({ description: 'until all of them were connected' })),
  requestsPerSecond: Nullable(Type.Number()),
  requests: Nullable(Type.Integer()),
  errors: Errors,
  responseMs: Nullable(Percentiles),
  /** What further clients among them waited for a server connection: the round trip of BEGIN. */
  waitMs: Nullable(Percentiles),
  poolSize: Nullable(Type.Integer({ description: 'server connections that the pool may have' })),
  serversActiveMax: Nullable(Type.Integer({ description: 'sv_active of SHOW POOLS, the most seen' })),
  clientsWaitingMax: Nullable(Type.Integer({ description: 'cl_waiting, the most seen' })),
  maxWaitMs: Nullable(Type.Number({ description: 'maxwait, the most seen' })),
  backendsMax: Nullable(
    Type.Integer({ description: 'connections of that login that the server held, the most seen' }),
  ),
  clientCpuPct: Nullable(Type.Number({ description: 'of all cores, for the generator' })),
  why: Type.Optional(Type.String()),
});
export type PoolerCrowd = Static<typeof PoolerCrowd>;

/** The same requests on as many connections, directly and through the pooler, in turn. */
export const PoolerPrice = Type.Object({
  ...ofPooler,
  kind: Type.Literal('price'),
  connections: Type.Integer(),
  directPerSecond: Type.Number(),
  pooledPerSecond: Type.Number(),
  directP50Ms: Type.Number(),
  pooledP50Ms: Type.Number(),
  /** Of the rates, pooled to direct. */
  ratio: Nullable(Type.Number()),
  ...Interval,
});
export type PoolerPrice = Static<typeof PoolerPrice>;

/** Named prepared statements, which a pooler in transaction mode must know about, or unnamed ones. */
export const PoolerPrepared = Type.Object({
  ...ofPooler,
  kind: Type.Literal('prepared'),
  statements: Type.Union([Type.Literal('named'), Type.Literal('unnamed')]),
  maxPreparedStatements: Nullable(Type.Integer()),
  requestsPerSecond: Type.Number(),
  requests: Type.Integer(),
  errors: Errors,
  why: Type.Optional(Type.String()),
});
export type PoolerPrepared = Static<typeof PoolerPrepared>;

/** Whose identity a request sees that a pattern has set. */
export const PoolerIdentity = Type.Object({
  ...ofPooler,
  kind: Type.Literal('identity'),
  pattern: Type.Union([Type.Literal('session'), Type.Literal('transaction')]),
  clients: Type.Integer(),
  reads: Type.Integer(),
  foreignReads: Type.Integer({ description: 'that saw the identity of another tenant' }),
  missingReads: Type.Integer({ description: 'that saw none' }),
  errors: Errors,
});
export type PoolerIdentity = Static<typeof PoolerIdentity>;

export const PoolerFigures = Type.Union([PoolerCrowd, PoolerPrice, PoolerPrepared, PoolerIdentity]);
export type PoolerFigures = Static<typeof PoolerFigures>;

/** tinybench. operationsPerSecond is operations over wall time, not tinybench's mean of reciprocals. */
export const MicroResult = Type.Object({
  name: Type.String(),
  unit: Type.String({ description: 'unit of p50 and p99: ms' }),
  p50: Nullable(Type.Number()),
  p99: Nullable(Type.Number()),
  operationsPerSecond: Type.Number(),
  samples: Type.Integer(),
  why: Type.Optional(Type.String()),
});
export type MicroResult = Static<typeof MicroResult>;

export const ComparisonResult = Type.Object({
  metric: Type.String(),
  a: Nullable(Type.Number()),
  b: Nullable(Type.Number()),
  ratio: Nullable(Type.Number()),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  verdict: Type.String({
    description: 'regression, improvement, pass, inconclusive, results differ, moved, not measured',
  }),
  pairs: Type.Integer(),
  unit: Type.Optional(Type.String()),
  /** exact: has no noise, gates; primary: gates by the interval; advisory: never gates; control: must not move. */
  role: Type.Optional(
    Type.Union([
      Type.Literal('exact'),
      Type.Literal('primary'),
      Type.Literal('advisory'),
      Type.Literal('control'),
    ]),
  ),
  /** The confidence really reached by [low, high]. */
  level: Type.Optional(Nullable(Type.Number())),
  /** Adjusted by Holm over the primary metrics. */
  p: Type.Optional(Nullable(Type.Number())),
  why: Type.Optional(Type.String()),
});
export type ComparisonResult = Static<typeof ComparisonResult>;

/** How often equal sides were called different on this machine, as measured by runs before this one. */
export const FalseAlarms = Type.Object({
  alarms: Type.Integer(),
  of: Type.Integer(),
  measurements: Type.Integer(),
  lastAt: Type.String(),
  clock: Type.Union([Type.Literal('cpu'), Type.Literal('wall')]),
});
export type FalseAlarms = Static<typeof FalseAlarms>;

const NightState = Type.Union(
  (['learning', 'steady', 'new', 'suspect', 'confirmed', 'accepted', 'fixed'] as const).map((s) =>
    Type.Literal(s),
  ),
);

/** One metric of a night: head against the pinned control, and against the nights before. */
export const NightMetric = Type.Object({
  metric: Type.String(),
  unit: Type.String(),
  exact: Type.Boolean({ description: 'it has no noise: one night is enough' }),
  control: Nullable(Type.Number()),
  head: Nullable(Type.Number()),
  value: Nullable(Type.Number({ description: 'log(head / control); null: void or not measured' })),
  state: Type.Unsafe<'learning' | 'steady' | 'new' | 'suspect' | 'confirmed' | 'accepted' | 'fixed'>(
    NightState,
  ),
  since: Nullable(Type.String({ description: 'the run in which the finding began' })),
  /** Median of log(head / control) over the nights before, and how far above it is suspect. */
  baseline: Nullable(Type.Object({ level: Type.Number(), limit: Type.Number() })),
  nights: Type.Integer({ description: 'that the baseline rests on' }),
  missing: Type.Integer({ description: 'nights that it still needs' }),
  confirmation: Nullable(
    Type.Object({
      verdict: Type.String(),
      estimate: Nullable(Type.Number()),
      low: Nullable(Type.Number()),
      high: Nullable(Type.Number()),
      pairs: Type.Integer(),
      why: Type.String(),
    }),
  ),
  why: Type.String(),
});
export type NightMetric = Static<typeof NightMetric>;

export const Nightly = Type.Object({
  night: Type.Integer({ description: 'counts the nights of this history, whatever the clock says' }),
  control: Type.Object({ label: Type.String(), digest: Type.String(), commit: Nullable(Type.String()) }),
  head: Type.Object({ digest: Type.String(), commit: Nullable(Type.String()), changes: Strings }),
  void: Nullable(Type.String({ description: 'why the times of this night count for nothing' })),
  rounds: Type.Integer(),
  seconds: Type.Number({ description: 'spent on measuring' }),
  /** Statements that the budget had no room for. */
  left: Strings,
  lastGood: Nullable(Type.Object({ run: Type.String(), startedAt: Type.String() })),
  /** What happened since: commits (of this working copy), settings of the endpoints. */
  since: Type.Object({ commits: Strings, settings: Strings, why: Type.Optional(Type.String()) }),
  /** Plans of the statements that moved: control against head. */
  plans: Type.Array(
    Type.Object({
      statement: Type.String(),
      tenantClass: Type.String(),
      summary: Type.String(),
      rows: Type.Array(
        Type.Object({
          kind: Type.String(),
          depth: Type.Integer(),
          before: Nullable(Type.String()),
          after: Nullable(Type.String()),
          words: Strings,
        }),
      ),
    }),
  ),
  metrics: Type.Array(NightMetric),
});
export type Nightly = Static<typeof Nightly>;

/** Of a run that is to decide on a release: whether it can go out, and what stands in the way. */
export const Readiness = Type.Object({
  status: Type.Unsafe<'ready' | 'not-ready' | 'cannot-say'>(
    Type.Union([Type.Literal('ready'), Type.Literal('not-ready'), Type.Literal('cannot-say')]),
  ),
  answer: Type.String(),
  obstacles: Type.Array(
    Type.Object({
      what: Type.String(),
      kind: Type.Unsafe<'missed' | 'open' | 'untrusted' | 'skipped'>(
        Type.Union([
          Type.Literal('missed'),
          Type.Literal('open'),
          Type.Literal('untrusted'),
          Type.Literal('skipped'),
        ]),
      ),
      remedy: Type.String(),
    }),
  ),
  met: Type.Integer(),
  of: Type.Integer(),
});
export type Readiness = Static<typeof Readiness>;

export const Skipped = Type.Object({ part: Type.String(), why: Type.String(), how: Type.String() });
export type Skipped = Static<typeof Skipped>;

export const Warning = Type.Object({ code: Type.String(), message: Type.String(), advice: Type.String() });
export type Warning = Static<typeof Warning>;

export const schemaVersion = 1;

export const Result = Type.Object(
  {
    schemaVersion: Type.Literal(schemaVersion),
    run: Run,
    verdict: Verdict,
    trust: Type.Object({ checks: Type.Array(TrustCheck) }),
    environment: Environment,
    dataset: Nullable(DatasetResult),
    objectives: Type.Array(Objective),
    plans: Type.Array(PlanResult),
    planModes: Type.Optional(Type.Array(PlanModes)),
    planDiffs: Type.Optional(Type.Array(PlanDiffResult)),
    pagination: Type.Array(PaginationResult),
    paginationChecks: Type.Optional(Type.Array(PaginationCheck)),
    rls: Nullable(RlsResult),
    replication: Type.Array(ReplicationResult),
    replicationStudy: Type.Optional(ReplicationStudy),
    load: Type.Array(LoadResult),
    index: Type.Array(IndexResult),
    pooler: Type.Array(PoolerFigures),
    cache: Type.Array(CacheFigures),
    vector: Type.Array(VectorFigures),
    olap: Type.Array(OlapFigures),
    objects: Type.Array(ObjectFigures),
    capacity: Type.Optional(Nullable(CapacityResult)),
    micro: Type.Array(MicroResult),
    comparison: Type.Array(ComparisonResult),
    /** Of a run that compared times; null: never measured on this machine. */
    falseAlarms: Type.Optional(Nullable(FalseAlarms)),
    nightly: Type.Optional(Nightly),
    readiness: Type.Optional(Readiness),
    skipped: Type.Array(Skipped),
    warnings: Type.Array(Warning),
  },
  { $id: 'result.schema.json', title: 'A run of Olympus Bench' },
);
/** Sections of a result that a measure may write. */
export type Result = Omit<Static<typeof Result>, 'verdict' | 'planDiffs'> & {
  verdict: Verdict;
  planDiffs?: PlanDiffResult[];
};
