/** Of result.json: load scenarios, and what the server did meanwhile. */
import { type Static, Type } from 'typebox';
import { Nullable, Percentiles } from './percentiles.ts';

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
    Type.Object({
      s: Type.Number(),
      walBytesPerSecond: Type.Number(),
      activeSessions: Type.Integer(),
      othersCores: Type.Optional(Nullable(Type.Number({ description: 'cores that others took' }))),
    }),
  ),
  gaps: Type.Integer({ description: 'seconds in which the server could not be asked' }),
  absent: Type.Array(Type.Object({ what: Type.String(), why: Type.String() })),
});
export type LoadEvidence = Static<typeof LoadEvidence>;

/** How the kernel let the load generator run. */
export const GeneratorClass = Type.Union([
  Type.Literal('realtime'),
  Type.Literal('raised'),
  Type.Literal('normal'),
]);
export type GeneratorClass = Static<typeof GeneratorClass>;

/** What others than the run took of the machine meanwhile. */
export const Others = Type.Object({
  othersCores: Nullable(
    Type.Number({ description: 'cores that ran neither this run nor a server that it measures' }),
  ),
  others: Type.Array(Type.Object({ name: Type.String(), cores: Type.Number() }), {
    description: 'the largest of them, by the name of their program',
  }),
  pressure: Type.Object(
    { cpu: Nullable(Type.Number()), memory: Nullable(Type.Number()), io: Nullable(Type.Number()) },
    { description: '% of the time in which some process waited for it (PSI)' },
  ),
  why: Type.Optional(Type.String()),
});
export type Others = Static<typeof Others>;

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
  /** Repeats after a serialization failure or a deadlock; their time is in the service time. */
  retries: Type.Optional(Type.Integer()),
  succeededRate: Type.Optional(Type.Number({ description: 'requests a second that did not fail' })),
  /** Of the script, as k6 judged them. */
  thresholds: Type.Optional(
    Type.Array(
      Type.Object({
        source: Type.String({ description: 'metric and condition, as the script has them' }),
        value: Nullable(Type.Number({ description: 'null: k6 does not report it' })),
        limit: Nullable(Type.Number()),
        ok: Type.Boolean(),
      }),
    ),
  ),
  /** Why it ended before its time; what was measured until then is kept. */
  cut: Type.Optional(Type.String()),
  generatorClass: Type.Optional(GeneratorClass),
  others: Type.Optional(Others),
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
      due: Type.Optional(Type.Integer({ description: 'requests that fell due in this second' })),
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
        endpoint: Type.Optional(Type.String({ description: 'which server: its name, or host and port' })),
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
